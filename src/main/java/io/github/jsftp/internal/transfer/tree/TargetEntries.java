package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.resume.PartNames;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The listing of a target directory. Used on the call's thread only. */
final class TargetEntries {
  private final Map<String, FileAttributes> entries;
  private final boolean isComplete;
  private @Nullable SimilarNames similar;
  private @Nullable Map<String, FileAttributes> parts;

  TargetEntries(Map<String, FileAttributes> entries) {
    this(entries, true);
  }

  /**
   * Creates a listing.
   *
   * @param isComplete false if the directory has further entries, whose names can't be used
   */
  TargetEntries(Map<String, FileAttributes> entries, boolean isComplete) {
    this.entries = entries;
    this.isComplete = isComplete;
  }

  /** Returns the empty listing of a new directory. */
  static TargetEntries empty() {
    return new TargetEntries(new HashMap<>());
  }

  /** Returns true if the directory has no further entries. */
  boolean isComplete() {
    return isComplete;
  }

  /** Returns the entry with exactly this name, or null. */
  @Nullable FileAttributes get(String name) {
    return entries.get(name);
  }

  Set<String> names() {
    return entries.keySet();
  }

  void put(String name, FileAttributes attributes) {
    entries.put(name, attributes);
  }

  void remove(String name) {
    entries.remove(name);
  }

  /** Returns true if some file systems consider another listed name equal to this one. */
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

  /** Replaces the entry with a similar name, since the target considers both names equal. */
  void replaceSimilar(String name, FileAttributes attributes) {
    String common = SimilarNames.key(name);
    entries.keySet().removeIf(each -> SimilarNames.key(each).equals(common));
    entries.put(name, attributes);
  }

  /** Returns the entries with these names. */
  TargetEntries retaining(Set<String> names) {
    var fewer = new HashMap<>(entries);
    fewer.keySet().retainAll(names);
    return new TargetEntries(fewer, isComplete);
  }

  /** Returns the entries that may be part files of a transfer to resume. */
  Map<String, FileAttributes> parts(TransferOptions options) {
    Map<String, FileAttributes> among = parts;
    if (among == null) {
      among = PartNames.among(entries, options);
      parts = among;
    }
    return among;
  }
}
