package io.github.jsftp.faults;

import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Source and target of a deed, and the look afterwards at what has become of them. */
final class Scene {
  static final String BIG = "big";

  /** As big is that file at least. */
  static final int LEAST_BIG = 700_000;

  private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
  private static final List<String> EXTRANEOUS = List.of("extra/deep/er", "extra/x", "extra-file");

  private final Deed deed;
  private final Path source;
  private final Path target;
  private final Map<String, byte[]> contents = new TreeMap<>();
  private Map<String, String> before = Map.of();
  private boolean hasOld;

  /** A scene in two directories. */
  Scene(Deed deed, Path local, Path remote) throws IOException {
    this.deed = deed;
    source = (deed.downloads() ? remote : local).resolve(deed + "-source");
    target = (deed.downloads() ? local : remote).resolve(deed + "-target");
    List<String> names = deed.isTree() ? Trees.create(source, 3, 14, 9_000) : List.of();
    Files.createDirectories(source);
    Trees.file(source.resolve(BIG), 1, deed.isTree() ? LEAST_BIG : 2 * LEAST_BIG);
    for (String name : names) {
      contents.put(name, Files.readAllBytes(source.resolve(name)));
    }
    contents.put(BIG, Files.readAllBytes(source.resolve(BIG)));
  }

  Deed deed() {
    return deed;
  }

  Path source() {
    return source;
  }

  Path target() {
    return target;
  }

  int files() {
    return contents.size();
  }

  /** Sets the scene anew, with or without files that are to be replaced. */
  void set(boolean withOld) throws IOException {
    hasOld = withOld;
    for (var content : contents.entrySet()) {
      if (Files.size(source.resolve(content.getKey())) != content.getValue().length) {
        Files.write(source.resolve(content.getKey()), content.getValue());
      }
    }
    remove(target);
    Files.createDirectories(target);
    for (String name : EXTRANEOUS) {
      write(target.resolve(name));
    }
    if (withOld) {
      for (String name : contents.keySet()) {
        write(target.resolve(name));
      }
    }
    before = Trees.describe(source);
  }

  private static void write(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    Files.write(file, OLD);
  }

  private static void remove(Path dir) throws IOException {
    if (Files.exists(dir)) {
      List<Path> all;
      try (var paths = Files.walk(dir)) {
        all = new ArrayList<>(paths.toList());
      }
      for (int i = all.size() - 1; i >= 0; i--) {
        Files.delete(all.get(i));
      }
    }
  }

  /** Takes away the second half of the big source. */
  void truncateSource() throws IOException {
    try (var file = new RandomAccessFile(source.resolve(BIG).toFile(), "rw")) {
      file.setLength(contents.get(BIG).length / 2);
    }
    before = Trees.describe(source);
  }

  /** Returns what must not be, after a call that ended well or did not. */
  List<String> complaints(boolean endedWell, Parts parts) throws IOException {
    var complaints = new ArrayList<String>();
    var targets = Trees.describe(target);
    boolean allNew = true;
    for (String name : contents.keySet()) {
      boolean isNew = isNew(name);
      allNew &= isNew;
      if (!isNew && (endedWell || !isOld(name))) {
        complaints.add(name + " is " + targets.getOrDefault(name, "missing"));
      }
    }
    var others = new HashMap<>(targets);
    others.keySet().removeAll(before.keySet());
    others.keySet().removeAll(contents.keySet());
    for (String name : EXTRANEOUS) {
      boolean there = others.remove(name) != null;
      boolean wrong = there ? deed.mirrors() && endedWell : !deed.mirrors() || !allNew;
      if (wrong) {
        complaints.add(name + " is " + (there ? "still there" : "missing"));
      }
    }
    others.keySet().removeAll(List.of("extra", "extra/deep"));
    others.keySet().removeIf(parts::allow);
    others.forEach((name, what) -> complaints.add("left: " + name + ", " + what));
    if (!Trees.describe(source).equals(before)) {
      complaints.add("the source is no more what it was");
    }
    return complaints;
  }

  private boolean isOld(String name) throws IOException {
    byte[] is = bytes(target.resolve(name));
    return hasOld ? is != null && Arrays.equals(is, OLD) : is == null;
  }

  /** A source that is changed on the way may have arrived as it was, or as it is. */
  private boolean isNew(String name) throws IOException {
    byte[] is = bytes(target.resolve(name));
    return is != null
        && (Arrays.equals(is, contents.get(name))
            || Arrays.equals(is, bytes(source.resolve(name))));
  }

  private static byte[] bytes(Path file) throws IOException {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      return null;
    }
  }
}
