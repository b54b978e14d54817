/**
 * Verification of servers: known_hosts files, host certificates and pinned keys. A class belongs
 * here if it reads, checks or records host keys. The user's own keys are handled in {@code
 * ssh.auth}.
 */
@NullMarked
package io.github.jsftp.internal.ssh.hostkeys;

import org.jspecify.annotations.NullMarked;
