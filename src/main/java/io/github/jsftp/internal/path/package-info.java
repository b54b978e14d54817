/**
 * Text about remote paths: names, globs, modes, temporary names and printable forms. A class
 * belongs here if it works on text alone and touches no file. It knows nothing of the project;
 * files of this machine are the matter of {@code local}.
 */
@NullMarked
package io.github.jsftp.internal.path;

import org.jspecify.annotations.NullMarked;
