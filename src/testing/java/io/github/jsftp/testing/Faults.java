package io.github.jsftp.testing;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The faults of a server on the level of SFTP. */
final class Faults {
  private static final long NEVER = Long.MAX_VALUE;

  private final List<Fault> refusals = new CopyOnWriteArrayList<>();
  private volatile int maxChannels = Integer.MAX_VALUE;
  private volatile Set<Quirk> quirks = Set.of();
  private volatile long left = NEVER;

  Fault fail(Fault fault) {
    refusals.add(fault);
    return fault;
  }

  /** Returns the status with which to refuse a request, or null to carry it out. */
  @Nullable Status refusal(Operation operation, List<String> paths) {
    for (Fault fault : refusals) {
      Status status = fault.strikes(operation, paths);
      if (status != null) {
        return status;
      }
    }
    return null;
  }

  boolean hasRefusals() {
    return !refusals.isEmpty();
  }

  synchronized void cutAfter(long bytes) {
    left = bytes;
  }

  /**
   * Counts bytes about to be transferred. Returns how many of them may be, or -1 if all of them:
   * the connection is cut after fewer than all, and this only once.
   */
  int beforeCut(int bytes) {
    if (left == NEVER) {
      return -1;
    }
    synchronized (this) {
      if (left == NEVER || bytes < left || bytes == 0) {
        left -= left == NEVER ? 0 : bytes;
        return -1;
      }
      int allowed = (int) left;
      left = NEVER;
      return allowed;
    }
  }

  void limitChannels(int n) {
    maxChannels = n;
  }

  int maxChannels() {
    return maxChannels;
  }

  void quirks(Collection<Quirk> newQuirks) {
    var copy = EnumSet.noneOf(Quirk.class);
    copy.addAll(newQuirks);
    quirks = copy;
  }

  Set<Quirk> quirks() {
    return quirks;
  }

  boolean has(Quirk quirk) {
    return quirks.contains(quirk);
  }

  void reset() {
    refusals.clear();
    cutAfter(NEVER);
    maxChannels = Integer.MAX_VALUE;
    quirks = Set.of();
  }
}
