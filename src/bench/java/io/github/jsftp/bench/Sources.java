package io.github.jsftp.bench;

import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/** The files that are copied and listed. Each is made when it is first asked for. */
final class Sources {
  private static final int SMALL_DIRECTORIES = 50;
  private static final int MIRROR_DIRECTORIES = 100;
  private static final int KIBIBYTE = 1024;
  private static final long HUGE = 32L << 20; // as the file in which a JDK has its modules

  private final Path folder;

  Sources(Path folder) {
    this.folder = folder;
  }

  /** How many files a tree has, in how many directories, and how many bytes they have. */
  record Size(long files, long directories, long bytes) {
    static Size of(Path tree) throws IOException {
      long files = 0;
      long bytes = 0;
      for (Path file : filesIn(tree)) {
        files++;
        bytes += Files.size(file);
      }
      return new Size(files, directoriesIn(tree), bytes);
    }
  }

  /** A file of random bytes. */
  Path file(long bytes) throws IOException {
    Path file = folder.resolve("file-" + bytes);
    return Files.exists(file) ? file : Trees.file(file, bytes, bytes);
  }

  /** So many files of 1 to 8 KiB in 50 directories. */
  Path small(long files) throws IOException {
    return even("small-" + files, files, SMALL_DIRECTORIES);
  }

  /** So many files of 1 to 8 KiB in 100 directories. */
  Path mirror(long files) throws IOException {
    return even("mirror-" + files, files, MIRROR_DIRECTORIES);
  }

  private Path even(String name, long files, int directories) throws IOException {
    Path top = folder.resolve(name);
    if (Files.exists(top)) {
      return top;
    }
    var random = new Random(files);
    for (long i = 0; i < files; i++) {
      Path directory = top.resolve("dir" + i * directories / files);
      Files.createDirectories(directory);
      int size = KIBIBYTE + random.nextInt(7 * KIBIBYTE + 1);
      Files.write(directory.resolve("file" + i), Trees.bytes(i, size));
    }
    return top;
  }

  /** A directory of so many empty files. */
  Path wide(long entries) throws IOException {
    Path top = folder.resolve("wide-" + entries);
    if (!Files.exists(top)) {
      fill(top, entries);
    }
    return top;
  }

  /** Creates a directory of so many empty files. */
  static void fill(Path directory, long entries) throws IOException {
    Files.createDirectory(directory);
    for (int i = 0; i < entries; i++) {
      Files.createFile(directory.resolve(wideName(i)));
    }
  }

  /** The name of a file in a wide directory. */
  static String wideName(int number) {
    return "entry-" + number + ".csv";
  }

  /** So many files of this JDK, sizes as they come: its own, and then the classes inside it. */
  Path mixed(long files) throws IOException {
    Path top = folder.resolve("mixed-" + files);
    if (Files.exists(top)) {
      return top;
    }
    Path home = Path.of(System.getProperty("java.home"));
    long copied = copySome(home, top.resolve("home"), files);
    Path classes = FileSystems.getFileSystem(URI.create("jrt:/")).getPath("/modules");
    copied += copySome(classes, top.resolve("classes"), files - copied);
    if (copied < files) {
      throw new IOException("this JDK has only " + copied + " files");
    }
    return top;
  }

  /** Copies files that are not huge, up to so many; returns their number. */
  private static long copySome(Path tree, Path target, long most) throws IOException {
    long copied = 0;
    for (Path file : filesIn(tree)) {
      if (copied < most && Files.size(file) <= HUGE) {
        Path copy = target.resolve(tree.relativize(file).toString());
        Files.createDirectories(copy.resolveSibling("."));
        Files.copy(file, copy);
        copied++;
      }
    }
    return copied;
  }

  /**
   * So many files of a tree, small and large ones as there, and with as many directories for each
   * file.
   */
  Path part(Path tree, long files) throws IOException {
    Path top = folder.resolve(tree.getFileName() + "-part-" + files);
    if (Files.exists(top)) {
      return top;
    }
    List<Path> all = new ArrayList<>(filesIn(tree));
    var sizes = new HashMap<Path, Long>();
    for (Path file : all) {
      sizes.put(file, Files.size(file));
    }
    all.sort(Comparator.comparing(sizes::get));
    long directories = Math.max(1, Math.round((double) directoriesIn(tree) * files / all.size()));
    for (long i = 0; i < files; i++) {
      // The middle one of each of so many groups of about the same size.
      Path file = all.get((int) ((2 * i + 1) * all.size() / (2 * files)));
      long directory = i % directories;
      Path parent = directory == 0 ? top : top.resolve("part" + directory);
      Files.createDirectories(parent);
      Files.copy(file, parent.resolve("file" + i));
    }
    return top;
  }

  private static long directoriesIn(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      return paths.filter(Files::isDirectory).count();
    }
  }

  /** A copy of a tree, with the times of its files. */
  static void copy(Path tree, Path copy) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        Path target = copy.resolve(tree.relativize(path).toString());
        Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
      }
    }
  }

  /** The files of a tree, sorted. */
  static List<Path> filesIn(Path tree) throws IOException {
    try (Stream<Path> paths = Files.walk(tree)) {
      return paths
          .filter(path -> Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS))
          .sorted()
          .toList();
    }
  }
}
