/**
 * A remote store that survives lost connections: it repeats requests without a reply once that is
 * known to be safe. Rules about repetition belong here: {@code Backoff} in {@code async} counts
 * pauses, {@code RetryPolicy} in {@code remote} is the rule, {@code ReconnectGate} here and {@code
 * RequestRetry} in {@code ssh} apply it. Connections themselves are opened by {@code ssh.session}.
 */
@NullMarked
package io.github.jsftp.internal.reconnect;

import org.jspecify.annotations.NullMarked;
