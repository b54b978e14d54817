package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.resume.PartNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The entries that were found in a directory of the target. Used on the call's thread only. */
final class TargetEntries {
  private final Map<String, EntryAttributes> entries;
  private final boolean isComplete;
  private @Nullable SimilarNames similar;
  private @Nullable Map<String, EntryAttributes> parts;

  TargetEntries(Map<String, EntryAttributes> entries) {
    this(entries, true);
  }

  /**
   * Takes these entries.
   *
   * @param isComplete whether there are no others, under names that can't be used
   */
  TargetEntries(Map<String, EntryAttributes> entries, boolean isComplete) {
    this.entries = entries;
    this.isComplete = isComplete;
  }

  /** Returns the entries of a directory that is new. */
  static TargetEntries none() {
    return new TargetEntries(new HashMap<>());
  }

  /** Returns true if there is nothing else in the directory. */
  boolean isComplete() {
    return isComplete;
  }

  /** Returns the entry of exactly this name, null if there is none. */
  @Nullable EntryAttributes get(String name) {
    return entries.get(name);
  }

  Set<String> names() {
    return entries.keySet();
  }

  void put(String name, EntryAttributes entryAttributes) {
    entries.put(name, entryAttributes);
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
        names.add(SimilarNames.key(each));
      }
      similar = names;
    }
    return names.mayContain(SimilarNames.key(name));
  }

  /** Records that the target knows the entry with a similar name by this one, too. */
  void identify(String name, EntryAttributes entryAttributes) {
    String common = SimilarNames.key(name);
    entries.keySet().removeIf(each -> SimilarNames.key(each).equals(common));
    entries.put(name, entryAttributes);
  }

  /** Returns only the entries that have these names. */
  TargetEntries with(Set<String> names) {
    var fewer = new HashMap<>(entries);
    fewer.keySet().retainAll(names);
    return new TargetEntries(fewer, isComplete);
  }

  /** Returns those that may be parts of a transfer to be resumed. */
  Map<String, EntryAttributes> parts(TransferOptions options) {
    Map<String, EntryAttributes> among = parts;
    if (among == null) {
      among = PartNames.among(entries, options);
      parts = among;
    }
    return among;
  }
}
