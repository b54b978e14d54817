package io.github.jsftp.testing;

import io.github.jsftp.internal.path.NameEncoding;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;

/** Directory trees on disk: creates them from a seed, and compares them. */
public final class Trees {
  private static final int SHOWN_DIFFERENCES = 20;

  /**
   * After how many bytes contents repeat. It is prime, so that blocks at different offsets differ,
   * and beyond what a compressor remembers.
   */
  private static final int PERIOD = 65_537;

  /** Legal names that programs often handle wrong. */
  public static final List<String> AWKWARD_NAMES =
      List.of(
          "*",
          "?",
          "a*",
          "a?b",
          "\\",
          "a\\b",
          "a\\*",
          "\\?",
          "[",
          "]",
          "[ab]",
          "[!a]",
          "{",
          "}",
          "{a,b}",
          "-",
          "-rf",
          "--help",
          "~",
          "~root",
          " ",
          " leading",
          "trailing ",
          "two  spaces",
          "new\nline",
          "carriage\rreturn",
          "tab\tstop",
          "'",
          "\"",
          "it's \"quoted\"",
          "`id`",
          "$HOME",
          "$(id)",
          "a;b",
          "a&b",
          "a|b",
          "a<b>c",
          "#hash",
          "%41%s",
          "!bang",
          "...",
          ".hidden",
          "a.",
          "con:aux",
          "Grüße",
          "Gru\u0308\u00dfe",
          "日本語",
          "😀",
          "\u202egnp.exe",
          "n".repeat(255),
          "ü".repeat(127));

  private Trees() {}

  /** Returns bytes that do not compress and that the seed determines. */
  public static byte[] bytes(long seed, int size) {
    byte[] bytes = new byte[size];
    byte[] period = period(seed, size);
    for (int at = 0; at < size; at += PERIOD) {
      System.arraycopy(period, 0, bytes, at, Math.min(PERIOD, size - at));
    }
    return bytes;
  }

  private static byte[] period(long seed, long size) {
    byte[] bytes = new byte[(int) Math.min(PERIOD, size)];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Writes a file of any size with bytes that the seed determines. */
  public static Path file(Path file, long seed, long size) throws IOException {
    byte[] period = period(seed, size);
    try (var out = Files.newOutputStream(file)) {
      for (long left = size; left > 0; left -= PERIOD) {
        out.write(period, 0, (int) Math.min(left, PERIOD));
      }
    }
    return file;
  }

  /**
   * Fills a directory, which need not exist, with this many files of up to {@code maxSize} bytes in
   * nested directories, one directory for about eight files, some of them empty. The first file is
   * empty and the second has {@code maxSize} bytes.
   *
   * @return the relative paths of the files, sorted
   */
  public static List<String> create(Path root, long seed, int files, int maxSize)
      throws IOException {
    var random = new Random(seed);
    var directories = new ArrayList<Path>(List.of(Files.createDirectories(root)));
    for (int i = 0; i < 1 + files / 8; i++) {
      Path parent = directories.get(random.nextInt(directories.size()));
      directories.add(Files.createDirectory(parent.resolve("dir-" + i)));
    }
    Files.createDirectories(root.resolve("empty/below"));
    var names = new TreeSet<String>();
    for (int i = 0; i < files; i++) {
      Path file = directories.get(random.nextInt(directories.size())).resolve("file-" + i);
      int size = i == 0 ? 0 : i == 1 ? maxSize : random.nextInt(maxSize + 1);
      Files.write(file, bytes(seed + i, size));
      names.add(root.relativize(file).toString());
    }
    return List.copyOf(names);
  }

  /** Names whose bytes are not UTF-8, each as the text that stands for it. */
  public static final List<String> UNDECODABLE_NAMES =
      List.of(
          "caf\uDCE9",
          "\uDCFF",
          "\uDCFE",
          "ü\uDCFC*.txt",
          "\uDCC3",
          "\uDCC0\uDCAF",
          "a\uDCED\uDCA0\uDC80");

  /** Returns the path of a name in a directory, whether the name is UTF-8 or not. */
  public static Path child(Path dir, String name) {
    try {
      var escaped = new StringBuilder();
      for (byte b : NameEncoding.encode(name, StandardCharsets.UTF_8)) {
        escaped.append(String.format("%%%02X", b));
      }
      return dir.resolve(Path.of(URI.create("file:///" + escaped)).getFileName());
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(name, e);
    }
  }

  /** Creates a file of its own content for each of {@link #AWKWARD_NAMES}. */
  public static void createAwkward(Path root) throws IOException {
    Files.createDirectories(root);
    for (String name : AWKWARD_NAMES) {
      Files.writeString(root.resolve(name), "content of " + name);
    }
  }

  /** Fails unless both files have the same bytes. Much faster than AssertJ's comparison. */
  public static void assertSameBytes(Path actual, Path expected) throws IOException {
    long difference = Files.mismatch(actual, expected);
    if (difference >= 0) {
      throw new AssertionError(
          actual + " and " + expected + " differ from byte " + difference + " on");
    }
  }

  /** Fails unless the file has these bytes. Much faster than AssertJ's comparison. */
  public static void assertSameBytes(Path actual, byte[] expected) throws IOException {
    int difference = Arrays.mismatch(Files.readAllBytes(actual), expected);
    if (difference >= 0) {
      throw new AssertionError(
          actual
              + " differs from the "
              + expected.length
              + " bytes from byte "
              + difference
              + " on");
    }
  }

  /** Fails unless both trees have the same names, bytes, empty directories and links. */
  public static void assertEqual(Path actual, Path expected) throws IOException {
    var actualEntries = describe(actual);
    var expectedEntries = describe(expected);
    var names = new TreeSet<>(actualEntries.keySet());
    names.addAll(expectedEntries.keySet());
    var differences = new ArrayList<String>();
    for (String name : names) {
      String is = actualEntries.getOrDefault(name, "missing");
      String should = expectedEntries.getOrDefault(name, "missing");
      if (!is.equals(should)) {
        differences.add(name + ": is " + is + ", should be " + should);
      }
    }
    if (!differences.isEmpty()) {
      var shown = differences.stream().limit(SHOWN_DIFFERENCES).toList();
      throw new AssertionError(
          differences.size()
              + " differences between "
              + actual
              + " and "
              + expected
              + ":\n"
              + String.join("\n", shown));
    }
  }

  /** Returns what is at each path below a directory: type, size and digest, or link target. */
  public static Map<String, String> describe(Path root) throws IOException {
    var entries = new TreeMap<String, String>();
    try (var paths = Files.walk(root)) {
      for (Path path : (Iterable<Path>) paths::iterator) {
        if (!path.equals(root)) {
          entries.put(root.relativize(path).toString(), describeOne(path));
        }
      }
    }
    return entries;
  }

  private static String describeOne(Path path) throws IOException {
    if (Files.isSymbolicLink(path)) {
      return "link to " + Files.readSymbolicLink(path);
    }
    if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
      return "directory";
    }
    if (!Files.isRegularFile(path)) {
      return "special file";
    }
    return Files.size(path) + " bytes, SHA-256 " + digest(path);
  }

  private static String digest(Path file) throws IOException {
    try (var in = Files.newInputStream(file)) {
      var digest = MessageDigest.getInstance("SHA-256");
      byte[] buffer = new byte[64 << 10];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
      }
      return HexFormat.of().formatHex(digest.digest());
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
