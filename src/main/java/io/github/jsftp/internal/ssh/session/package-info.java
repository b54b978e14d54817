/**
 * Sessions: TCP connections, login, algorithms, and channels on them. A class belongs here if it
 * decides when a session or a channel is opened or given up. {@code ssh} and {@code protocol} use
 * the channels.
 */
@NullMarked
package io.github.jsftp.internal.ssh.session;

import org.jspecify.annotations.NullMarked;
