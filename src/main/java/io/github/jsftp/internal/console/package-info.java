/**
 * Progress output on a terminal or line by line. A class belongs here if it prints. The values come
 * from the public {@code Progress}.
 */
@NullMarked
package io.github.jsftp.internal.console;

import org.jspecify.annotations.NullMarked;
