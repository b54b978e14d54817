/**
 * User authentication: private keys, certificates, agents, passwords and prompts. Key formats
 * belong here, with all checks made before JSch reads a key. Host keys are handled in {@code
 * ssh.hostkeys}.
 */
@NullMarked
package io.github.jsftp.internal.ssh.auth;

import org.jspecify.annotations.NullMarked;
