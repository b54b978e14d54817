/**
 * Sources of transfers that are a list of files, for getAll and putAll. A class belongs here if it
 * decides which files of a list are copied under which names; {@code transfer.tree} copies them.
 */
@NullMarked
package io.github.jsftp.internal.transfer.bulk;

import org.jspecify.annotations.NullMarked;
