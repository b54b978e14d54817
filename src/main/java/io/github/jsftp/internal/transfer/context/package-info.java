/**
 * State that the parts of one transfer share: options, memory, bandwidth, progress, warnings and
 * error messages. A class belongs here if several of the other transfer packages need it. This
 * package imports none of them.
 */
@NullMarked
package io.github.jsftp.internal.transfer.context;

import org.jspecify.annotations.NullMarked;
