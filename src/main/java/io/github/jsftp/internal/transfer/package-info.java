/**
 * The entry to all transfers: one method for each that a user can ask for. Nothing else belongs
 * here but copies on the server itself. {@code transfer.copy} copies one file, {@code
 * transfer.tree} a directory.
 */
@NullMarked
package io.github.jsftp.internal.transfer;

import org.jspecify.annotations.NullMarked;
