/**
 * Inboxes: one pass over a folder on the server, in which each complete file is claimed,
 * downloaded, handled and archived. Built on the public API, so that it has no rules of its own for
 * transfers and lost connections.
 */
@NullMarked
package io.github.jsftp.internal.inbox;

import org.jspecify.annotations.NullMarked;
