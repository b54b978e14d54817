/**
 * How the internals create results and exceptions that have no public constructor. Nothing else
 * belongs here.
 */
@NullMarked
package io.github.jsftp.internal.results;

import org.jspecify.annotations.NullMarked;
