/**
 * Local files: their names, attributes and errors. A class belongs here if it accesses the local
 * disk for more than one package. Remote paths belong to {@code path}.
 */
@NullMarked
package io.github.jsftp.internal.local;

import org.jspecify.annotations.NullMarked;
