/**
 * One SFTP channel over a byte stream: packets, replies, congestion control and timeouts. A class
 * belongs here if it encodes, decodes, sends or matches packets. {@code protocol} decides which
 * requests are sent, and {@code ssh.session} provides the byte stream.
 */
@NullMarked
package io.github.jsftp.internal.protocol.channel;

import org.jspecify.annotations.NullMarked;
