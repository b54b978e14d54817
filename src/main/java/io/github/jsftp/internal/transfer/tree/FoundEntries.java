package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.remote.Facts;
import io.github.jsftp.internal.transfer.resume.PartialNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The entries that were found in a directory of the target. Used on the call's thread only. */
final class FoundEntries {
  private final Map<String, Facts> entries;
  private final boolean isComplete;
  private @Nullable SimilarNames similar;
  private @Nullable Map<String, Facts> parts;

  FoundEntries(Map<String, Facts> entries) {
    this(entries, true);
  }

  /**
   * Takes these entries.
   *
   * @param isComplete whether there are no others, under names that can't be used
   */
  FoundEntries(Map<String, Facts> entries, boolean isComplete) {
    this.entries = entries;
    this.isComplete = isComplete;
  }

  /** Returns the entries of a directory that is new. */
  static FoundEntries none() {
    return new FoundEntries(new HashMap<>());
  }

  /** Returns true if there is nothing else in the directory. */
  boolean isComplete() {
    return isComplete;
  }

  /** Returns the entry of exactly this name, null if there is none. */
  @Nullable Facts get(String name) {
    return entries.get(name);
  }

  Set<String> names() {
    return entries.keySet();
  }

  void put(String name, Facts facts) {
    entries.put(name, facts);
  }

  void remove(String name) {
    entries.remove(name);
  }

  /** Returns true if another name may be the same as this one in some file systems. */
  boolean hasSimilar(String name) {
    if (entries.isEmpty()) {
      return false;
    }
    SimilarNames names = similar;
    if (names == null) {
      names = new SimilarNames();
      for (String each : entries.keySet()) {
        names.add(SimilarNames.common(each));
      }
      similar = names;
    }
    return names.mayHold(SimilarNames.common(name));
  }

  /** Records that the target knows the entry with a similar name by this one, too. */
  void identify(String name, Facts facts) {
    String common = SimilarNames.common(name);
    entries.keySet().removeIf(each -> SimilarNames.common(each).equals(common));
    entries.put(name, facts);
  }

  /** Returns only the entries that have these names. */
  FoundEntries with(Set<String> names) {
    var fewer = new HashMap<>(entries);
    fewer.keySet().retainAll(names);
    return new FoundEntries(fewer, isComplete);
  }

  /** Returns those that may be parts of a transfer to be resumed. */
  Map<String, Facts> parts(TransferOptions options) {
    Map<String, Facts> among = parts;
    if (among == null) {
      among = PartialNames.among(entries, options);
      parts = among;
    }
    return among;
  }
}
