/**
 * Open remote files as streams, with read-ahead and write-behind. A class belongs here if it serves
 * a file that a user holds open between calls. Whole files are copied by {@code transfer.copy}.
 */
@NullMarked
package io.github.jsftp.internal.file;

import org.jspecify.annotations.NullMarked;
