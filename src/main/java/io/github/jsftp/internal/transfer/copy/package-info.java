/**
 * The copy of one file from a source to a target, each local, remote or a stream. Opening, copying
 * blocks, checking, and renaming to the final name belong here. {@code transfer.tree} decides which
 * files to copy.
 */
@NullMarked
package io.github.jsftp.internal.transfer.copy;

import org.jspecify.annotations.NullMarked;
