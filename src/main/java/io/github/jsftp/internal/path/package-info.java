/**
 * Text of remote paths: names, globs, modes, temporary names and printable forms. A class belongs
 * here if it works on text alone and accesses no file. It depends on no other package; {@code
 * local} is responsible for local files.
 */
@NullMarked
package io.github.jsftp.internal.path;

import org.jspecify.annotations.NullMarked;
