/**
 * Part files, which an interrupted copy leaves behind: their names, their locks, and how many of
 * their bytes can be reused. A class belongs here if it reads or writes names of part files. The
 * bytes are compared in {@code transfer.copy} and {@code transfer.verify}.
 */
@NullMarked
package io.github.jsftp.internal.transfer.resume;

import org.jspecify.annotations.NullMarked;
