/**
 * What the parts of one transfer share: options, memory, bandwidth, progress, warnings and the
 * wording of failures. A class belongs here if several of the other transfer packages need it. It
 * knows none of them.
 */
@NullMarked
package io.github.jsftp.internal.transfer.context;

import org.jspecify.annotations.NullMarked;
