///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//DEPS io.github.jsftp:jsftp:0.9.0:testing
//DEPS org.apache.sshd:sshd-sftp:2.20.0
//JAVA 17

import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileInfo;
import io.github.jsftp.ProgressListener;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.TestSftpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The main job in one go: uploads a tree, walks, lists and searches it, downloads it again, and
 * compares both sides byte for byte. It fails if they differ.
 *
 * <p>It runs against a server of its own, or, with SFTP_HOST set (and SFTP_PORT, SFTP_USER,
 * SFTP_PASSWORD, SFTP_KEY), against that one, in a folder that it makes and removes.
 */
public final class Quickstart {
  private static final TransferOptions WATCHED =
      TransferOptions.builder().preserveMtime(true).progress(ProgressListener.console()).build();

  private static final int SHOWN = 8;

  private Quickstart() {}

  /**
   * Copies the folder given as the first argument, or else {@code src}. Exits with 1 after a
   * failure, and 2 if the argument or the environment is wrong.
   */
  public static void main(String[] args) throws GeneralSecurityException {
    try {
      Path source = Path.of(args.length > 0 ? args[0] : "src");
      if (!Files.isDirectory(source)) {
        throw new IllegalArgumentException("no such folder: " + source);
      }
      run(source);
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("Quickstart: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("Quickstart: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(Path source) throws IOException, GeneralSecurityException {
    Path scratch = Files.createTempDirectory("jsftp-quickstart-");
    try {
      if (System.getenv("SFTP_HOST") != null) {
        run(ConnectionOptions.fromEnvironment(), source, scratch);
      } else {
        try (var server = TestSftpServer.start()) {
          heading("Server", "Apache MINA SSHD inside this process, at " + server.options());
          run(server.options(), source, scratch);
        }
      }
    } finally {
      delete(scratch);
    }
  }

  private static void run(ConnectionOptions options, Path source, Path scratch)
      throws IOException, GeneralSecurityException {
    try (var sftp = Connection.connect(options)) {
      heading("Connected", "as " + options + ", host key " + sftp.remoteServerKey().fingerprint());
      String remote = "jsftp-quickstart-" + UUID.randomUUID().toString().substring(0, 8);
      sftp.mkdir(remote);
      try (var dir = sftp.cd(remote)) {
        copyThereAndBack(sftp, source, scratch.resolve("back"));
      } finally {
        sftp.rmtree(remote);
      }
    }
  }

  private static void copyThereAndBack(Connection sftp, Path source, Path back)
      throws IOException, GeneralSecurityException {
    heading("Upload", "putR(\"" + source + "\", \"tree\") into " + sftp.pwd());
    summary(sftp.putR(source, "tree", WATCHED));

    heading("Walk", "walkTree(\"tree\", ..)");
    var files = new ArrayList<FileInfo>();
    var directories = new ArrayList<FileInfo>();
    var others = new ArrayList<FileInfo>();
    sftp.walkTree("tree", files::add, directories::add, others::add);
    line(files.size() + " files in " + directories.size() + " directories");
    files.stream()
        .max(Comparator.comparingLong(FileInfo::size))
        .ifPresent(largest -> line("the largest: " + below(sftp.pwd(), largest.path())));

    String fullest = fullest(files, sftp.pwd() + "/tree");
    heading("List", "listdirAttr(\"" + below(sftp.pwd(), fullest) + "\")");
    some(sftp.listdirAttr(fullest), FileInfo::toString);

    heading("Find", "glob(\"tree/**/*Exception.java\")");
    some(sftp.glob("tree/**/*Exception.java"), found -> sizeAndPath(found, sftp.pwd()));

    heading("Download", "getR(\"tree\", \"" + back + "\")");
    summary(sftp.getR("tree", back, WATCHED));

    heading("Compare", "SHA-256 of every file, before and after");
    Map<String, String> sent = hashes(source);
    Map<String, String> returned = hashes(back);
    if (!sent.equals(returned)) {
      throw new IOException("what came back differs from what was sent");
    }
    line("all " + sent.size() + " files are equal");
  }

  /** Returns the directory that holds the most of the files. */
  private static String fullest(List<FileInfo> files, String top) {
    return files.stream()
        .map(FileInfo::path)
        .collect(groupingBy(path -> path.substring(0, path.lastIndexOf('/')), counting()))
        .entrySet()
        .stream()
        .max(Map.Entry.comparingByValue())
        .map(Map.Entry::getKey)
        .orElse(top);
  }

  private static void summary(TreeResult result) {
    double seconds = result.elapsed().toNanos() / 1e9;
    line(
        String.format(
            Locale.ROOT,
            "%,d files, %,d bytes in %.2f s",
            result.transferred(),
            result.bytes(),
            seconds));
    result.warnings().forEach(warning -> line("warning: " + warning));
  }

  /** Maps each file's path relative to the top, with / between names, to its hash. */
  private static Map<String, String> hashes(Path top) throws IOException, GeneralSecurityException {
    var hashes = new TreeMap<String, String>();
    try (Stream<Path> tree = Files.walk(top)) {
      for (Path file : (Iterable<Path>) tree.filter(Files::isRegularFile)::iterator) {
        byte[] hash = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
        String path = top.relativize(file).toString().replace('\\', '/');
        hashes.put(path, HexFormat.of().formatHex(hash));
      }
    }
    return hashes;
  }

  private static void delete(Path top) throws IOException {
    try (Stream<Path> tree = Files.walk(top)) {
      tree.sorted(Comparator.reverseOrder())
          .forEach(
              path -> {
                try {
                  Files.delete(path);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              });
    }
  }

  private static void some(List<FileInfo> entries, Function<FileInfo, String> text) {
    entries.stream().limit(SHOWN).map(text).forEach(Quickstart::line);
    if (entries.size() > SHOWN) {
      line("... and " + (entries.size() - SHOWN) + " more");
    }
  }

  private static String sizeAndPath(FileInfo file, String dir) {
    return String.format(Locale.ROOT, "%,9d  %s", file.size(), below(dir, file.path()));
  }

  private static String below(String dir, String path) {
    return path.substring(dir.endsWith("/") ? dir.length() : dir.length() + 1);
  }

  private static void heading(String what, String detail) {
    System.out.printf("%n%-10s %s%n", what, detail);
  }

  private static void line(String text) {
    System.out.println("           " + text);
  }
}
