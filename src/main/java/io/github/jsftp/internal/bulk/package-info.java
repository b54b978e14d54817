/**
 * Calls with many remote paths, such as removeAll: one request for each path, many of them in
 * flight, and one result. A class belongs here if it needs no more of a path than its text.
 * Transfers of many files belong to {@code transfer.tree}.
 */
@NullMarked
package io.github.jsftp.internal.bulk;

import org.jspecify.annotations.NullMarked;
