/**
 * The means by which a call waits: its event loop, the threads for local files, limits on requests,
 * pauses and daemon threads. A class belongs here if it would serve any protocol. What is sent and
 * awaited is defined in {@code remote}.
 */
@NullMarked
package io.github.jsftp.internal.async;

import org.jspecify.annotations.NullMarked;
