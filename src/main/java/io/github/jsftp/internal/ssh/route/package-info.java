/**
 * Byte streams to a server: over TCP, through a proxy, through a command. {@code ssh.session} adds
 * the route through a jump host, and speaks SSH over these streams.
 */
@NullMarked
package io.github.jsftp.internal.ssh.route;

import org.jspecify.annotations.NullMarked;
