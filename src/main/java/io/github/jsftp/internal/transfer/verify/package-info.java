/**
 * Verification of content: whether source and target have the same digests. A class belongs here if
 * it digests bytes or compares digests. {@code transfer.copy} decides when to verify.
 */
@NullMarked
package io.github.jsftp.internal.transfer.verify;

import org.jspecify.annotations.NullMarked;
