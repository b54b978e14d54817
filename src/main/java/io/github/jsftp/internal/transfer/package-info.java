/**
 * The entry point to transfers, with one method for each transfer of {@code Connection}, and copies
 * on the server. Nothing else belongs here: {@code transfer.copy} copies a single file, {@code
 * transfer.tree} a directory.
 */
@NullMarked
package io.github.jsftp.internal.transfer;

import org.jspecify.annotations.NullMarked;
