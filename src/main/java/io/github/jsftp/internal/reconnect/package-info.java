/**
 * A remote store that outlives lost connections: requests without a reply are repeated once it is
 * known that this is safe. Rules about repetition belong here. Connections themselves are opened by
 * {@code ssh.session}.
 */
@NullMarked
package io.github.jsftp.internal.reconnect;

import org.jspecify.annotations.NullMarked;
