/**
 * Sessions: TCP connections, logging in, algorithms, and the channels of a session. A class belongs
 * here if it decides when a session or channel is opened or closed. {@code ssh} and {@code
 * protocol} use the channels.
 */
@NullMarked
package io.github.jsftp.internal.ssh.session;

import org.jspecify.annotations.NullMarked;
