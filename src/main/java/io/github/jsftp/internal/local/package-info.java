/**
 * The files of this machine: their names, attributes and failures. A class belongs here if it
 * touches the local disk for more than one caller. Paths on the server are the matter of {@code
 * path}.
 */
@NullMarked
package io.github.jsftp.internal.local;

import org.jspecify.annotations.NullMarked;
