package io.github.jsftp.internal.bulk;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The remote paths of one call: as given, and in absolute form. Immutable. */
public final class GivenPaths {
  private final List<String> given;
  private final List<String> absolute;
  private final List<FileInfo> infos; // empty if only paths were given

  private GivenPaths(List<String> given, List<FileInfo> infos, UnaryOperator<String> toAbsolute) {
    this.given = given;
    this.infos = infos;
    absolute = new ArrayList<>(given.size());
    given.forEach(path -> absolute.add(toAbsolute.apply(path)));
  }

  /**
   * Copies paths.
   *
   * @param toAbsolute returns the absolute form of a path
   * @throws NullPointerException if the collection or a path is null
   * @throws IllegalArgumentException if a path is invalid
   */
  public static GivenPaths of(Collection<String> paths, UnaryOperator<String> toAbsolute) {
    return new GivenPaths(copy("paths", paths), List.of(), toAbsolute);
  }

  /** Copies the paths of listed entries; see {@link #of}. */
  public static GivenPaths ofFiles(Iterable<FileInfo> files, UnaryOperator<String> toAbsolute) {
    List<FileInfo> infos = copy("files", files);
    return new GivenPaths(infos.stream().map(FileInfo::path).toList(), infos, toAbsolute);
  }

  /**
   * Copies the elements of a collection.
   *
   * @param name the name of the argument, for exceptions
   */
  public static <T> List<T> copy(String name, Iterable<T> elements) {
    var copy = new ArrayList<T>();
    for (T element : Objects.requireNonNull(elements, name)) {
      copy.add(
          Objects.requireNonNull(element, () -> name + " contains null, at index " + copy.size()));
    }
    return copy;
  }

  /** Returns the number of paths. */
  public int size() {
    return given.size();
  }

  /** Returns a path as given. */
  public String given(int index) {
    return given.get(index);
  }

  /** Returns the absolute form of a path. */
  public String absolute(int index) {
    return absolute.get(index);
  }

  /** Returns the attributes that were given with a path, or null. */
  public @Nullable FileInfo info(int index) {
    return infos.isEmpty() ? null : infos.get(index);
  }

  /** Returns the first path and the number of the others, for the log. */
  public String summary() {
    return summary(absolute);
  }

  static String summary(List<String> paths) {
    if (paths.isEmpty()) {
      return "";
    }
    String first = RemotePath.display(paths.get(0));
    return paths.size() == 1
        ? first
        : String.format(Locale.ROOT, "%s and %,d more", first, paths.size() - 1);
  }

  /**
   * Checks that no path is given twice.
   *
   * @throws IllegalArgumentException if one is
   */
  void checkDistinct() {
    Map<String, Integer> seen = new HashMap<>();
    for (int i = 0; i < size(); i++) {
      Integer before = seen.putIfAbsent(RemotePath.display(absolute(i)), i);
      if (before != null) {
        throw new IllegalArgumentException(same(given(before), given(i)));
      }
    }
  }

  private static String same(String first, String second) {
    return first.equals(second)
        ? quoted(first) + " is given twice"
        : quoted(first) + " and " + quoted(second) + " are the same path";
  }

  static String quoted(String path) {
    return '"' + Printable.of(path) + '"';
  }

  /**
   * Checks that no path is below another one.
   *
   * @param why why that is refused, to follow the names of the two
   * @throws IllegalArgumentException if one is
   */
  void checkNotNested(String why) {
    checkNotNested(absolute, why);
  }

  static void checkNotNested(List<String> paths, String why) {
    Set<String> all = new HashSet<>();
    paths.forEach(path -> all.add(RemotePath.display(path)));
    String checked = ""; // siblings mostly follow each other
    for (String path : paths) {
      String parent = RemotePath.parent(RemotePath.display(path));
      if (!parent.equals(checked)) {
        for (String above = parent; !above.equals("/"); above = RemotePath.parent(above)) {
          if (all.contains(above)) {
            throw new IllegalArgumentException(
                quoted(above) + " contains " + quoted(RemotePath.display(path)) + ": " + why);
          }
        }
        checked = parent;
      }
    }
  }
}
