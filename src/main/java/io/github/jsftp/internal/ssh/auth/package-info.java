/**
 * User authentication: private keys, certificates, agents, passwords and prompts. A class belongs
 * here if it decides what one login offers or answers. The formats of keys are read in {@code
 * ssh.keys}.
 */
@NullMarked
package io.github.jsftp.internal.ssh.auth;

import org.jspecify.annotations.NullMarked;
