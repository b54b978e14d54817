/**
 * A client for SFTP version 3 with many requests in flight, which implements {@code remote}.
 * Operations on paths and open files belong here, and the choice of a channel. How one channel
 * sends and receives belongs to {@code protocol.channel}.
 */
@NullMarked
package io.github.jsftp.internal.protocol;

import org.jspecify.annotations.NullMarked;
