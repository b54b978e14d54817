/**
 * Sessions: jump hosts, logging in, algorithms, and the channels of a session. A class belongs here
 * if it opens or closes sessions and channels, or decides about sessions. {@code protocol} and
 * {@code ssh} decide when they need a channel.
 */
@NullMarked
package io.github.jsftp.internal.ssh.session;

import org.jspecify.annotations.NullMarked;
