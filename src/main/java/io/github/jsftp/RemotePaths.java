package io.github.jsftp;

import io.github.jsftp.internal.path.RemotePath;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Operations on remote paths as text. No request is sent. The separator is always {@code /},
 * whatever the local system uses.
 */
public final class RemotePaths {
  private RemotePaths() {}

  /**
   * Returns a path with all its leading directories, shortest first: {@code a/b/c} gives {@code a},
   * {@code a/b}, {@code a/b/c}. A leading slash or dot is not an element of its own: {@code /a/b}
   * gives {@code /a}, {@code /a/b}.
   */
  public static List<String> advance(String path) {
    var steps = new ArrayList<String>();
    var step = new StringBuilder();
    for (String name : path.split("/", -1)) {
      if (!name.isEmpty()) {
        if (!step.isEmpty() || path.startsWith("/")) {
          step.append('/');
        }
        step.append(name);
        if (!step.toString().equals(".")) {
          steps.add(step.toString());
        }
      }
    }
    return steps.isEmpty() && !path.isEmpty() ? List.of(path.substring(0, 1)) : List.copyOf(steps);
  }

  /** Returns the same elements as {@link #advance}, longest first. */
  public static List<String> retreat(String path) {
    var steps = new ArrayList<>(advance(path));
    Collections.reverse(steps);
    return List.copyOf(steps);
  }

  /**
   * Returns a path moved below another directory: {@code reparent("/a", "/b/c")} is {@code /a/b/c}.
   */
  public static String reparent(String newParent, String path) {
    String below = path;
    while (below.startsWith("/") || below.startsWith("./")) {
      below = below.substring(below.indexOf('/') + 1);
    }
    if (newParent.isEmpty()) {
      return below;
    }
    return RemotePath.child(newParent, below);
  }

  /**
   * Returns the part of a path below a directory: {@code relativize("/a/b", "/a/b/c/d")} is {@code
   * c/d}. The path of the directory itself gives an empty string.
   *
   * @throws IllegalArgumentException if the path is not the directory and not below it
   */
  public static String relativize(String dir, String path) {
    String below = dir.endsWith("/") ? dir : dir + "/";
    if (path.equals(dir) || below.equals(path) || below.equals(path + "/")) {
      return "";
    } else if (!path.startsWith(below)) {
      throw new IllegalArgumentException(path + " is not below " + dir);
    }
    return path.substring(below.length());
  }
}
