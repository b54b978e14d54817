/**
 * A remote store that survives lost connections: it repeats requests without a reply once that is
 * known to be safe. Rules about repetition belong here. Connections themselves are opened by {@code
 * ssh.session}.
 */
@NullMarked
package io.github.jsftp.internal.reconnect;

import org.jspecify.annotations.NullMarked;
