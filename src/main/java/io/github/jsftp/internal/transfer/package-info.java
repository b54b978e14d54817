/**
 * Copying files and trees: plans, rules, checks. Sees the remote side through {@code RemoteStore}
 * alone.
 */
@NullMarked
package io.github.jsftp.internal.transfer;

import org.jspecify.annotations.NullMarked;
