/**
 * Work on remote directories other than copying: listings, walks, globs, recursive removal. A class
 * belongs here if it needs the names in a directory. Copies of trees are the matter of {@code
 * transfer.tree}.
 */
@NullMarked
package io.github.jsftp.internal.directory;

import org.jspecify.annotations.NullMarked;
