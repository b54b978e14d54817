/** Trees to copy from, local and remote: their entries in the order of a walk. */
@NullMarked
package io.github.jsftp.internal.transfer.source;

import org.jspecify.annotations.NullMarked;
