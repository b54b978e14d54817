/**
 * The interface to a remote file system: its operations, attributes, and the single place that
 * words exceptions. Interfaces and values belong here, and the rule for retries, but no protocol.
 * {@code protocol} implements it, and {@code reconnect} makes it survive lost connections.
 */
@NullMarked
package io.github.jsftp.internal.remote;

import org.jspecify.annotations.NullMarked;
