/**
 * The file that a copy replaces: where it is, and which of its permissions, owner and group the new
 * file keeps. A class belongs here if it looks at an existing target. The new file is written in
 * {@code transfer.copy}.
 */
@NullMarked
package io.github.jsftp.internal.transfer.replace;

import org.jspecify.annotations.NullMarked;
