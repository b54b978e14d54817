/**
 * The parts of a connection, wired together. Nothing is decided here. Each package below is
 * described by its own page; {@code docs/design.md} shows which may know which.
 */
@NullMarked
package io.github.jsftp.internal;

import org.jspecify.annotations.NullMarked;
