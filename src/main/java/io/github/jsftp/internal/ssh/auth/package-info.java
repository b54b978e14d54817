/**
 * What a user logs in with: private keys, passwords and prompts. Formats of keys belong here, with
 * all checks that come before JSch reads them. The keys of servers are the matter of {@code
 * ssh.hostkeys}.
 */
@NullMarked
package io.github.jsftp.internal.ssh.auth;

import org.jspecify.annotations.NullMarked;
