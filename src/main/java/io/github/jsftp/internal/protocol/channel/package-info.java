/**
 * One SFTP conversation over a stream of bytes: packets, replies, congestion and timeouts. A class
 * belongs here if it knows the numbers on the wire. {@code protocol} decides what is asked, and
 * {@code ssh.session} provides the stream.
 */
@NullMarked
package io.github.jsftp.internal.protocol.channel;

import org.jspecify.annotations.NullMarked;
