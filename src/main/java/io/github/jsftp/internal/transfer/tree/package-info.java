/**
 * Copies of directories and trees: what is copied, skipped, deleted and counted. A class belongs
 * here if it deals with more than one file. Each file is handed to {@code transfer.copy}.
 */
@NullMarked
package io.github.jsftp.internal.transfer.tree;

import org.jspecify.annotations.NullMarked;
