package io.github.jsftp.bench;

import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/** The files that are copied and listed. Each is made when it is first asked for. */
final class Sources {
  private static final int SMALL_DIRECTORIES = 50;
  private static final int MIRROR_DIRECTORIES = 100;
  private static final int KIBIBYTE = 1024;

  private final Path folder;

  Sources(Path folder) {
    this.folder = folder;
  }

  /** How many files a tree has, and how many bytes they have. */
  record Size(long files, long bytes) {
    static Size of(Path tree) throws IOException {
      long files = 0;
      long bytes = 0;
      for (Path file : filesIn(tree)) {
        files++;
        bytes += Files.size(file);
      }
      return new Size(files, bytes);
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
      Files.createDirectory(top);
      for (int i = 0; i < entries; i++) {
        Files.createFile(top.resolve(wideName(i)));
      }
    }
    return top;
  }

  /** The name of a file in a wide directory. */
  static String wideName(int number) {
    return "entry-" + number + ".csv";
  }

  /** The first so many source files of this JDK: small and large ones, in many directories. */
  Path mixed(long files) throws IOException {
    Path top = folder.resolve("mixed-" + files);
    if (Files.exists(top)) {
      return top;
    }
    try (var zip = new ZipFile(sourcesOfThisJdk().toFile())) {
      var entries = zip.stream().filter(entry -> !entry.isDirectory()).limit(files).toList();
      for (ZipEntry entry : entries) {
        Path file = top.resolve(entry.getName()).normalize();
        Files.createDirectories(file.resolveSibling("."));
        try (InputStream in = zip.getInputStream(entry)) {
          Files.copy(in, file);
        }
      }
    }
    return top;
  }

  private static Path sourcesOfThisJdk() throws IOException {
    Path zip = Path.of(System.getProperty("java.home"), "lib", "src.zip");
    if (!Files.exists(zip)) {
      throw new IOException("this JDK has no lib/src.zip, which the mixed tree is made of");
    }
    return zip;
  }

  /** The first so many files of a tree, in a tree of their own. */
  Path part(Path tree, long files) throws IOException {
    Path top = folder.resolve(tree.getFileName() + "-first-" + files);
    if (!Files.exists(top)) {
      List<Path> all = filesIn(tree);
      for (Path file : all.subList(0, (int) Math.min(files, all.size()))) {
        Path copy = top.resolve(tree.relativize(file));
        Files.createDirectories(copy.resolveSibling("."));
        Files.copy(file, copy);
      }
    }
    return top;
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
