/** Remote paths, globs and modes: pure functions on text. */
@NullMarked
package io.github.jsftp.internal.path;

import org.jspecify.annotations.NullMarked;
