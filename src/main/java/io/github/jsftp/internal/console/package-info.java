/**
 * Progress output on a terminal or line by line, and questions on a terminal. A class belongs here
 * if it prints or asks. What it shows comes from the public {@code Progress} and {@code Prompts}.
 */
@NullMarked
package io.github.jsftp.internal.console;

import org.jspecify.annotations.NullMarked;
