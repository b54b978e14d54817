/**
 * Whether a server is the one it claims to be: known_hosts files, pins and fingerprints. A class
 * belongs here if it reads, judges or records host keys. The user's own keys are the matter of
 * {@code ssh.auth}.
 */
@NullMarked
package io.github.jsftp.internal.ssh.hostkeys;

import org.jspecify.annotations.NullMarked;
