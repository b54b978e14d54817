/**
 * Single requests through ChannelSftp, and commands. A class belongs here if it uses an existing
 * session. {@code ssh.session} opens sessions and channels. Only {@code ssh} and its subpackages
 * import JSch.
 */
@NullMarked
package io.github.jsftp.internal.ssh;

import org.jspecify.annotations.NullMarked;
