package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.transfer.source.SourceTree;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The files of a tree that the options select, and their order. Where the options need all files to
 * decide, the best ones so far are held until the tree has been walked: no more than {@code
 * newest}, {@code oldest} or {@code limit} allow. Used on the call's thread only.
 */
final class FileSelection {
  private static final Comparator<Candidate> BY_POSITION =
      Comparator.comparingLong(Candidate::position);

  private final TransferOptions options;
  private final SourceTree source;
  private final @Nullable Comparator<Candidate> byTime;
  private final Comparator<Candidate> order;
  private final Queue<Candidate> held;
  private final int capacity;
  private long position;
  private long taken;

  FileSelection(TransferOptions options, SourceTree source) {
    this.options = options;
    this.source = source;
    Comparator<FileInfo> chosen = options.order().orElse(null);
    order =
        chosen == null
            ? BY_POSITION
            : Comparator.comparing(Candidate::requiredInfo, chosen).thenComparing(BY_POSITION);
    Comparator<Candidate> oldestFirst = Comparator.comparing(Candidate::modified);
    byTime =
        options.newest().isPresent()
            ? oldestFirst.reversed().thenComparing(BY_POSITION)
            : options.oldest().isPresent() ? oldestFirst.thenComparing(BY_POSITION) : null;
    int all = options.newest().orElse(options.oldest().orElse(Integer.MAX_VALUE));
    capacity = byTime == null ? options.limit().orElse(all) : all;
    Comparator<Candidate> best = byTime == null ? order : byTime;
    held =
        capacity < Integer.MAX_VALUE
            ? new PriorityQueue<>(Collections.reverseOrder(best))
            : new ArrayDeque<>();
  }

  /** Returns true if only some files are copied, and so only directories that receive a file. */
  boolean isPartial() {
    return options.filter().isPresent()
        || options.select().isPresent()
        || byTime != null
        || options.limit().isPresent();
  }

  /** Returns true if no file can be copied before all of the tree is known. */
  boolean needsAll() {
    return byTime != null || options.order().isPresent();
  }

  /** Returns true if files without a modification time can't be selected. */
  boolean needsTimes() {
    return byTime != null;
  }

  /** Returns the option that selects by time, for messages. */
  String timeOption() {
    return options.newest().isPresent() ? "newest" : "oldest";
  }

  /**
   * Returns true if the filter and the predicate of the options accept a file, of the source or of
   * the target.
   *
   * @param relative its path relative to the root of the tree
   */
  boolean accepts(String relative, Supplier<FileInfo> info) {
    Predicate<String> filter = options.filter().orElse(null);
    Predicate<FileInfo> select = options.select().orElse(null);
    try {
      return (filter == null || filter.test(relative))
          && (select == null || select.test(info.get()));
    } catch (RuntimeException e) {
      throw new UserCodeException(e);
    }
  }

  /** Returns true if a further file is within the limit, and counts it. */
  boolean take() {
    boolean isWithin = !isFull();
    taken += isWithin ? 1 : 0;
    return isWithin;
  }

  /** Returns true if the files taken have reached the limit. */
  boolean isFull() {
    return taken >= options.limit().orElse(Integer.MAX_VALUE);
  }

  /** Holds an accepted file, unless enough better ones are held. */
  void add(@Nullable DirectoryPair directory, TreeEntry entry) {
    FileInfo info = options.order().isEmpty() ? null : source.info(entry);
    try {
      held.add(new Candidate(directory, entry, info, position++));
      if (held.size() > capacity) {
        held.remove();
      }
    } catch (RuntimeException e) { // of the user's comparator
      throw new UserCodeException(e);
    }
  }

  /** Returns the selected files in the order in which they are to be copied. */
  ArrayDeque<Candidate> selected() {
    List<Candidate> sorted = new ArrayList<>(held);
    held.clear();
    try {
      sorted.sort(order);
    } catch (RuntimeException e) {
      throw new UserCodeException(e);
    }
    int size = Math.min(sorted.size(), options.limit().orElse(Integer.MAX_VALUE));
    return new ArrayDeque<>(sorted.subList(0, size));
  }

  /**
   * A file or link that may be copied.
   *
   * @param directory its directory and that of its target, null if it has no target
   * @param info its attributes for the user's comparator, null if there is none
   * @param position its place in the order of the walk
   */
  record Candidate(
      @Nullable DirectoryPair directory, TreeEntry entry, @Nullable FileInfo info, long position) {

    private FileInfo requiredInfo() {
      return Objects.requireNonNull(info);
    }

    private Instant modified() {
      return Objects.requireNonNull(entry.attributes().modified());
    }
  }
}
