/**
 * What an interrupted copy leaves behind: names of part files, who uses them, and how much of them
 * can be kept. A class belongs here if it reads or writes part files' names. The bytes are compared
 * in {@code transfer.copy} and {@code transfer.verify}.
 */
@NullMarked
package io.github.jsftp.internal.transfer.resume;

import org.jspecify.annotations.NullMarked;
