package io.github.jsftp.internal.bulk;

import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.SimilarNames;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/**
 * The old and the new paths of one call. A new path may be the old path of another rename, which is
 * then made first, so {@code log.1 -> log.2} and {@code log -> log.1} can be one call. Immutable.
 */
public final class Renames {
  private final GivenPaths from;
  private final GivenPaths to;

  private Renames(GivenPaths from, GivenPaths to) {
    this.from = from;
    this.to = to;
  }

  /**
   * Copies the names.
   *
   * @param newNames the new path for each old path
   * @param toAbsolute returns the absolute form of a path
   * @throws NullPointerException if the map or a path is null
   * @throws IllegalArgumentException if a path is invalid
   */
  public static Renames of(Map<String, String> newNames, UnaryOperator<String> toAbsolute) {
    var from = new ArrayList<String>();
    var to = new ArrayList<String>();
    Objects.requireNonNull(newNames, "newNames")
        .forEach(
            (old, fresh) -> {
              from.add(Objects.requireNonNull(old, "newNames contains the key null"));
              to.add(Objects.requireNonNull(fresh, () -> "the new name of " + old + " is null"));
            });
    return new Renames(GivenPaths.of(from, toAbsolute), GivenPaths.of(to, toAbsolute));
  }

  GivenPaths from() {
    return from;
  }

  GivenPaths to() {
    return to;
  }

  /**
   * Returns the order of the renames, in which no new path is in use by a path that is renamed
   * later, or by a similar new path in flight.
   *
   * @throws IllegalArgumentException if a path has two new names, two paths get the same one, paths
   *     exchange their names, or one path is below another
   */
  SendingOrder order() {
    from.checkDistinct();
    Map<String, Integer> byTarget = byTarget();
    List<String> all = new ArrayList<>();
    for (int i = 0; i < from.size(); i++) {
      all.add(source(i));
      all.add(target(i));
    }
    GivenPaths.checkNotNested(all, "rename them in separate calls");
    List<Integer> items = new ArrayList<>(from.size());
    var barriers = new BitSet();
    levels(byTarget)
        .forEach(
            (level, renames) -> {
              barriers.set(items.size());
              addLevel(renames, items, barriers);
            });
    return new SendingOrder(items, barriers);
  }

  /** Adds independent renames. Those to similar names must not be in flight at the same time. */
  private void addLevel(List<Integer> renames, List<Integer> items, BitSet barriers) {
    var similar = new SimilarNames();
    for (int rename : renames) {
      String key = SimilarNames.key(target(rename));
      if (!similar.add(key)) {
        barriers.set(items.size());
        similar = new SimilarNames();
        similar.add(key);
      }
      items.add(rename);
    }
  }

  private Map<String, Integer> byTarget() {
    Map<String, Integer> byTarget = new HashMap<>();
    for (int i = 0; i < to.size(); i++) {
      if (source(i).equals(target(i))) {
        throw new IllegalArgumentException(
            GivenPaths.quoted(from.given(i)) + " would keep its name: leave it out");
      }
      Integer before = byTarget.putIfAbsent(target(i), i);
      if (before != null) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "%s and %s would both be renamed to %s",
                GivenPaths.quoted(from.given(before)),
                GivenPaths.quoted(from.given(i)),
                GivenPaths.quoted(to.given(i))));
      }
    }
    return byTarget;
  }

  /**
   * Groups the renames by the number of others that must be made before. Starts with those whose
   * new path is nobody's old path; each of these frees the new path of at most one other.
   */
  private Map<Integer, List<Integer>> levels(Map<String, Integer> byTarget) {
    Map<String, Integer> bySource = new HashMap<>();
    for (int i = 0; i < from.size(); i++) {
      bySource.put(source(i), i);
    }
    Map<Integer, List<Integer>> levels = new TreeMap<>();
    var placed = new BitSet();
    for (int i = 0; i < from.size(); i++) {
      if (!bySource.containsKey(target(i))) {
        int level = 0;
        for (Integer each = i; each != null; each = byTarget.get(source(each))) {
          levels.computeIfAbsent(level++, none -> new ArrayList<>()).add(each);
          placed.set(each);
        }
      }
    }
    int first = placed.nextClearBit(0);
    if (first < from.size()) {
      throw new IllegalArgumentException(
          GivenPaths.quoted(from.given(first))
              + " and "
              + GivenPaths.quoted(to.given(first))
              + " exchange their names: rename one of them to a temporary name first");
    }
    return levels;
  }

  /** Returns the absolute old path. */
  String source(int index) {
    return RemotePath.display(from.absolute(index));
  }

  /** Returns the absolute new path. */
  String target(int index) {
    return RemotePath.display(to.absolute(index));
  }

  /** Returns the old path, with "/." at its end if it must be a directory or a link to one. */
  String checked(int index) {
    boolean isDirectory = from.given(index).endsWith("/") || to.given(index).endsWith("/");
    return isDirectory ? RemotePath.child(source(index), ".") : source(index);
  }
}
