package io.github.jsftp.internal.inbox;

import io.github.jsftp.FileInfo;
import org.jspecify.annotations.Nullable;

/**
 * A file to handle.
 *
 * @param info its attributes, with its original name
 * @param source the entry to claim, or the claim itself
 * @param doneSource the done file to claim with it, or null
 * @param claim the claim, or null if it has to be claimed first
 * @param repeated whether a handler may have been given the file before
 */
record Candidate(
    FileInfo info,
    String source,
    @Nullable String doneSource,
    @Nullable Claim claim,
    boolean repeated) {}
