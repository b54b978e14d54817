/**
 * Single requests through ChannelSftp, and commands. A class belongs here if it asks something of a
 * session that exists. {@code ssh.session} opens sessions and channels; only packages below {@code
 * ssh} import JSch.
 */
@NullMarked
package io.github.jsftp.internal.ssh;

import org.jspecify.annotations.NullMarked;
