/**
 * Whether source and target have the same content, by digests. A class belongs here if it digests
 * bytes or compares digests. {@code transfer.copy} tells when that is wanted.
 */
@NullMarked
package io.github.jsftp.internal.transfer.verify;

import org.jspecify.annotations.NullMarked;
