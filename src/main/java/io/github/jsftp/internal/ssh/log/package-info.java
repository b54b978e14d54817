/**
 * The log of a connection, and what JSch tells nowhere but in its log. Nothing is decided here.
 * {@code ssh.session} opens one log for each connection.
 */
@NullMarked
package io.github.jsftp.internal.ssh.log;

import org.jspecify.annotations.NullMarked;
