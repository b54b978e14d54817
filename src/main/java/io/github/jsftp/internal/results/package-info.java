/**
 * How the internals create public values that have no public constructor. Nothing else belongs
 * here.
 */
@NullMarked
package io.github.jsftp.internal.results;

import org.jspecify.annotations.NullMarked;
