/**
 * The copy of one file from a source to a target, each local, remote or a stream. Opening, moving
 * blocks, checking and letting the target appear belong here. Which files are copied is decided in
 * {@code transfer.tree}.
 */
@NullMarked
package io.github.jsftp.internal.transfer.copy;

import org.jspecify.annotations.NullMarked;
