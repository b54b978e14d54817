/**
 * The log of a connection, and the facts that JSch reports only in its own log. {@code ssh.session}
 * opens one log for each connection.
 */
@NullMarked
package io.github.jsftp.internal.ssh.log;

import org.jspecify.annotations.NullMarked;
