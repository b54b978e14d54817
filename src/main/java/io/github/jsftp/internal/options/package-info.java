/**
 * Sources of options, such as URIs, maps and the environment, and the parts of options that the
 * public API does not show. A class belongs here if it turns text into options or is behind one.
 */
@NullMarked
package io.github.jsftp.internal.options;

import org.jspecify.annotations.NullMarked;
