package io.github.jsftp.internal.transfer.bulk;

import io.github.jsftp.internal.bulk.GivenPaths;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Arranges the files of a list by the names that they get in the target directory: their own. */
public final class NamedFiles {
  private NamedFiles() {}

  /**
   * Returns the absolute paths by their last names, in the order given.
   *
   * @throws IllegalArgumentException if two files have the same name, or a path can't be a file's
   */
  public static Map<String, String> remote(GivenPaths paths) {
    Map<String, String> files = new LinkedHashMap<>();
    for (int i = 0; i < paths.size(); i++) {
      add(files, RemotePath.name(paths.absolute(i)), paths.absolute(i), paths.given(i));
    }
    return files;
  }

  /**
   * Returns local paths by their last names, in the order given.
   *
   * @throws IllegalArgumentException if two files have the same name, or a path can't be a file's
   * @throws FileSystemException if a name can't be expressed as text without ambiguity
   */
  public static Map<String, Path> local(List<Path> paths) throws FileSystemException {
    Map<String, Path> files = new LinkedHashMap<>();
    for (Path path : paths) {
      LocalNames.check(path);
      add(files, LocalNames.name(path), path, path.toString());
    }
    return files;
  }

  private static <F> void add(Map<String, F> files, String name, F file, String shown) {
    if (!RemotePath.isName(name)) {
      throw new IllegalArgumentException(quoted(shown) + " does not end in the name of a file");
    }
    F before = files.putIfAbsent(name, file);
    if (before != null) {
      throw new IllegalArgumentException(
          before.equals(file)
              ? quoted(shown) + " is given twice"
              : String.format(
                  Locale.ROOT,
                  "%s and %s have the same name: copy them into different directories",
                  quoted(before.toString()),
                  quoted(shown)));
    }
  }

  private static String quoted(String path) {
    return '"' + Printable.of(path) + '"';
  }

  /**
   * Returns the directory that contains all paths, which are absolute; the root if there is none.
   */
  public static String commonDirectory(Iterable<String> paths) {
    String common = null;
    for (String path : paths) {
      String parent = RemotePath.parent(path);
      common = common == null ? parent : common;
      while (!(parent + "/").startsWith(common.equals("/") ? "/" : common + "/")) {
        common = RemotePath.parent(common);
      }
    }
    return common == null ? "/" : common;
  }
}
