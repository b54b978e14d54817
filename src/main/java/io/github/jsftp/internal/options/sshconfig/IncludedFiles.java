package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.path.Glob;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The files that an Include line names, with wildcards as glob(3) expands them. */
final class IncludedFiles {
  private IncludedFiles() {}

  /**
   * Returns the existing files that match, sorted by path. Directories that can't be listed count
   * as empty.
   *
   * @param path an absolute path, with or without wildcards
   * @throws IOException if the line names no path of this machine, or has a malformed wildcard
   */
  static List<Path> matching(String path, ConfigLine line) throws IOException {
    String slashes = File.separatorChar == '\\' ? path.replace('\\', '/') : path;
    List<String> names = List.of(slashes.split("/", -1));
    int literal = 0;
    while (literal < names.size() && !hasWildcards(names.get(literal))) {
      literal++;
    }
    try {
      Path start = Path.of(literal(String.join("/", names.subList(0, literal)) + "/"));
      List<Path> found = Files.exists(start) ? List.of(start) : List.of();
      for (String name : names.subList(literal, names.size())) {
        found = below(found, name);
      }
      return found.stream().filter(file -> !Files.isDirectory(file)).sorted().toList();
    } catch (IllegalArgumentException e) {
      throw line.problem("include: not a path of this machine: " + ConfigLine.quoted(path));
    }
  }

  private static boolean hasWildcards(String name) {
    return Glob.hasWildcards(bracesEscaped(name));
  }

  private static String bracesEscaped(String name) {
    return name.replaceAll("[{},]", "\\\\$0");
  }

  private static String literal(String path) {
    return path.replaceAll("\\\\(.)", "$1");
  }

  private static List<Path> below(List<Path> directories, String name) {
    var found = new ArrayList<Path>();
    for (Path directory : directories) {
      if (hasWildcards(name)) {
        addMatching(directory, Glob.compile(bracesEscaped(name)), found);
      } else if (Files.exists(directory.resolve(literal(name)))) {
        found.add(directory.resolve(literal(name)));
      }
    }
    return found;
  }

  private static void addMatching(Path directory, Glob glob, List<Path> found) {
    try (DirectoryStream<Path> children =
        Files.newDirectoryStream(
            directory, child -> glob.matches(String.valueOf(child.getFileName())))) {
      children.forEach(found::add);
    } catch (IOException | DirectoryIteratorException e) {
      // As with glob(3), a directory that can't be listed has no match.
    }
  }
}
