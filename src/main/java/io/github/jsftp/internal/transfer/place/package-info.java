/** The place of a target: missing directories above it, and the done file beside it. */
@org.jspecify.annotations.NullMarked
package io.github.jsftp.internal.transfer.place;
