/**
 * The port to a remote file system: its operations, attributes, and the one place where exceptions
 * are worded. Interfaces and values belong here, but no policy and no protocol. {@code protocol}
 * implements the port, and {@code reconnect} makes it outlive lost connections.
 */
@NullMarked
package io.github.jsftp.internal.remote;

import org.jspecify.annotations.NullMarked;
