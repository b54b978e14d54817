/**
 * Transfers of directories and trees: which entries are copied, skipped, deleted and counted. A
 * class belongs here if it deals with more than one file. Single files are copied by {@code
 * transfer.copy}.
 */
@NullMarked
package io.github.jsftp.internal.transfer.tree;

import org.jspecify.annotations.NullMarked;
