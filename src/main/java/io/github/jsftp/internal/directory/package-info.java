/**
 * Work on remote paths other than copying: listings, walks, globs, recursive removal, attributes. A
 * class belongs here if it needs the names in a directory, or what is at a path. Copies of trees
 * are the matter of {@code transfer.tree}.
 */
@NullMarked
package io.github.jsftp.internal.directory;

import org.jspecify.annotations.NullMarked;
