package io.github.jsftp.faults;

import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/** The source and the target of a copy, and the check of both after the copy. */
final class CopyFixture {
  static final String BIG = "big";

  /** The least size of that file. */
  static final int LEAST_BIG = 700_000;

  private static final int FLAT_FILES = 5;
  private static final String CLAIMED = "^\\.(.+)\\.jsftp-claim-[a-z0-9]{16}$";

  /** The directory in the folder of an inbox that gets processed files. */
  static final String ARCHIVE = "done";

  private static final byte[] OLD = "old".getBytes(StandardCharsets.UTF_8);
  private static final List<String> EXTRANEOUS = List.of("extra/deep/er", "extra/x", "extra-file");

  private final CopyKind copyKind;
  private final Path source;
  private final Path target;
  private final Path journal;
  private final Map<String, byte[]> contents = new TreeMap<>();
  private Map<String, String> before = Map.of();
  private boolean hasOld;
  private byte[] truncated;
  private final List<String> handled = new ArrayList<>();

  /** Creates the source in one of two directories. */
  CopyFixture(CopyKind copyKind, Path local, Path remote) throws IOException {
    this.copyKind = copyKind;
    journal = local.resolve(copyKind + "-journal");
    boolean isRemote = copyKind.downloads() || copyKind.isBetweenServers();
    source = (isRemote ? remote : local).resolve(copyKind + "-source");
    target = (copyKind.downloads() ? local : remote).resolve(copyKind + "-target");
    Files.createDirectories(source);
    List<String> names = createSmallFiles();
    Trees.file(source.resolve(BIG), 1, copyKind.hasManyFiles() ? LEAST_BIG : 2 * LEAST_BIG);
    for (String name : names) {
      contents.put(name, Files.readAllBytes(source.resolve(name)));
    }
    contents.put(BIG, Files.readAllBytes(source.resolve(BIG)));
  }

  private List<String> createSmallFiles() throws IOException {
    if (copyKind.isTree()) {
      return Trees.create(source, 3, 14, 9_000);
    }
    var names = new ArrayList<String>();
    for (int i = 0; copyKind.isFlat() && i < FLAT_FILES; i++) {
      names.add("file-" + i);
      Trees.file(source.resolve("file-" + i), i, 3_000L * i);
    }
    return names;
  }

  CopyKind copyKind() {
    return copyKind;
  }

  Path source() {
    return source;
  }

  Path target() {
    return target;
  }

  /** Returns the source files that are still there. */
  List<Path> sourceFiles() {
    return contents.keySet().stream().map(source::resolve).filter(Files::exists).toList();
  }

  Path journal() {
    return journal;
  }

  /** Handles a file of an inbox. */
  void handle(String name, Path file) throws IOException {
    handled.add(name);
    Files.copy(file, target.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  /** Records a file that an inbox says it may have handled before. */
  void repeated(String path) {
    handled.add(path.substring(path.lastIndexOf('/') + 1));
  }

  int files() {
    return contents.size();
  }

  /** Restores the source and the target, with or without target files that the copy replaces. */
  void set(boolean withOld) throws IOException {
    hasOld = withOld;
    truncated = null;
    handled.clear();
    Files.deleteIfExists(journal);
    if (copyKind == CopyKind.INBOX) {
      remove(source);
      Files.createDirectory(source);
    }
    for (var content : contents.entrySet()) {
      Path file = source.resolve(content.getKey());
      if (Files.notExists(file) || Files.size(file) != content.getValue().length) {
        Files.write(file, content.getValue());
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

  /** Truncates the big source file to its first half, unless it has been moved. */
  void truncateSource() throws IOException {
    int half = contents.get(BIG).length / 2;
    truncated = Arrays.copyOf(contents.get(BIG), half);
    try (var file = FileChannel.open(source.resolve(BIG), StandardOpenOption.WRITE)) {
      file.truncate(half);
    } catch (NoSuchFileException e) {
      return;
    }
    String file = Trees.describe(source).get(BIG);
    if (file != null) {
      before = new TreeMap<>(before);
      before.put(BIG, file);
    }
  }

  /** Returns the failed checks after a call. */
  List<String> complaints(boolean endedWell, AllowedPartFiles partFiles) throws IOException {
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
      boolean wrong = there ? copyKind.mirrors() && endedWell : !copyKind.mirrors() || !allNew;
      if (wrong) {
        complaints.add(name + " is " + (there ? "still there" : "missing"));
      }
    }
    others.keySet().removeAll(List.of("extra", "extra/deep"));
    others.keySet().removeIf(partFiles::allow);
    others.forEach((name, what) -> complaints.add("left: " + name + ", " + what));
    complaints.addAll(complaintsAboutSource(endedWell));
    return complaints;
  }

  /** A move may have removed files that are complete at the target; at its end it has. */
  private List<String> complaintsAboutSource(boolean endedWell) throws IOException {
    if (copyKind == CopyKind.INBOX) {
      return complaintsAboutInbox(endedWell);
    }
    var complaints = new ArrayList<String>();
    var expected = new TreeMap<>(before);
    var now = Trees.describe(source);
    if (copyKind.moves()) {
      for (String name : contents.keySet()) {
        if (!now.containsKey(name)) {
          expected.remove(name);
          if (!isNew(name)) {
            complaints.add(name + " is lost");
          }
        } else if (endedWell) {
          complaints.add(name + " is still at the source");
        }
      }
    }
    if (!now.equals(expected)) {
      complaints.add("the source is no more what it was");
    }
    return complaints;
  }

  /** Each file is there once, under its name, claimed or archived, and was not handled twice. */
  private List<String> complaintsAboutInbox(boolean endedWell) throws IOException {
    var complaints = new ArrayList<String>();
    var missing = new TreeSet<>(contents.keySet());
    for (String path : Trees.describe(source).keySet()) {
      String name = path.substring(path.lastIndexOf('/') + 1).replaceFirst(CLAIMED, "$1");
      boolean isArchived = path.startsWith(ARCHIVE + "/");
      if (path.equals(ARCHIVE)) {
        continue;
      }
      if (!missing.remove(name)) {
        complaints.add("left in the inbox: " + path);
      } else if (!isNew(name, bytes(source.resolve(path)))) {
        complaints.add(path + " is damaged");
      } else if (endedWell && !isArchived) {
        complaints.add(path + " is not archived");
      } else if (isArchived && !handled.contains(name)) {
        complaints.add(name + " is archived without being handled");
      }
    }
    missing.forEach(name -> complaints.add(name + " is lost"));
    for (String name : contents.keySet()) {
      if (Collections.frequency(handled, name) > 1) {
        complaints.add(name + " was handled twice");
      }
    }
    return complaints;
  }

  private boolean isOld(String name) throws IOException {
    byte[] is = bytes(target.resolve(name));
    return hasOld ? is != null && Arrays.equals(is, OLD) : is == null;
  }

  /** A source that changes during the copy may arrive as it was, or as it is. */
  private boolean isNew(String name) throws IOException {
    return isNew(name, bytes(target.resolve(name)));
  }

  private boolean isNew(String name, byte[] is) throws IOException {
    return is != null
        && (Arrays.equals(is, contents.get(name))
            || (name.equals(BIG) && Arrays.equals(is, truncated))
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
