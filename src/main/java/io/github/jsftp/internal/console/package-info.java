/**
 * Progress on a terminal or in lines. A class belongs here if it prints. What is printed comes from
 * the public {@code Progress}.
 */
@NullMarked
package io.github.jsftp.internal.console;

import org.jspecify.annotations.NullMarked;
