/**
 * Sources of options: URIs, maps and the environment. A class belongs here if it turns text into
 * options. The options themselves are public.
 */
@NullMarked
package io.github.jsftp.internal.options;

import org.jspecify.annotations.NullMarked;
