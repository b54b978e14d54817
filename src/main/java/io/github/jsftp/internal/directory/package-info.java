/**
 * Operations on remote paths other than transfers: listings, walks, globs, recursive deletion,
 * attributes. A class belongs here if it needs the names in a directory or the attributes of a
 * path. Transfers of trees belong to {@code transfer.tree}.
 */
@NullMarked
package io.github.jsftp.internal.directory;

import org.jspecify.annotations.NullMarked;
