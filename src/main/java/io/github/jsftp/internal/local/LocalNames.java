package io.github.jsftp.internal.local;

import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.text.Normalizer;
import java.text.Normalizer.Form;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Converts names from a server to local paths, and local paths to text. A converted name can't lead
 * out of its directory. If the locale's charset can't represent a name, as with {@code LANG=C}, its
 * bytes pass through a file URI on Unix and are read as UTF-8.
 */
public final class LocalNames {
  private static final Pattern RESERVED_ON_WINDOWS =
      Pattern.compile(
          "(con|prn|aux|nul|conin\\$|conout\\$|com[0-9¹²³]|lpt[0-9¹²³])( *\\..*)?|.*[. ]",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private static final String LOCALE_HINT =
      "the locale has no characters for it; start Java with LC_ALL=C.UTF-8";

  private static final char REPLACEMENT = 0xfffd;

  private LocalNames() {}

  /**
   * Checks a path from the user.
   *
   * @throws IllegalArgumentException if it begins with "~", which only shells expand
   */
  public static void check(Path path) {
    if (path.startsWith("~")) {
      throw new IllegalArgumentException(
          path
              + ": Java does not expand ~; write Path.of(System.getProperty(\"user.home\"), ..),"
              + " or ./~ for a file of that name");
    }
  }

  /**
   * Returns the path of an entry in a directory.
   *
   * @throws FileSystemException if the path would lead out of the directory, or the name is not
   *     possible on this system
   */
  public static Path child(Path dir, String name) throws FileSystemException {
    Path child = dir.resolve(path(dir.getFileSystem(), name));
    Path last = child.getFileName();
    if (!RemotePath.isName(name)
        || last == null
        || !isSame(text(last), name)
        || !child.equals(dir.resolve(last))
        || child.getNameCount() != names(dir) + 1) {
      throw refused(name, "leads out of its directory");
    }
    if (dir.getFileSystem().getSeparator().equals("\\") && isReservedOnWindows(name)) {
      throw refused(name, "is not a valid name on Windows");
    }
    return child;
  }

  /** Returns the path of another entry in the same directory. */
  public static Path sibling(Path file, String name) throws FileSystemException {
    return file.resolveSibling(path(file.getFileSystem(), name));
  }

  /**
   * Returns the last name of a path, empty if there is none.
   *
   * @throws FileSystemException if the name can't be expressed as text without ambiguity
   */
  public static String name(Path path) throws FileSystemException {
    Path name = path.getFileName();
    return name == null ? "" : text(name);
  }

  /**
   * Returns the last name of a path.
   *
   * @throws IllegalArgumentException if the path has none
   * @throws FileSystemException if no text stands for this name alone
   */
  public static String required(Path path) throws FileSystemException {
    String name = name(path);
    if (name.isEmpty()) {
      throw new IllegalArgumentException("path has no file name: " + path);
    }
    return name;
  }

  /** Returns true if a path has a last name and text expresses it without ambiguity. */
  public static boolean isText(Path path) {
    try {
      return !name(path).isEmpty();
    } catch (FileSystemException e) {
      return false;
    }
  }

  /**
   * Returns a path as text with slashes; {@link #path} converts it back to the same path.
   *
   * @throws FileSystemException if the path can't be expressed as text without ambiguity
   */
  public static String text(Path path) throws FileSystemException {
    String text = path.toString();
    String separator = path.getFileSystem().getSeparator();
    if (text.indexOf(REPLACEMENT) < 0 || !hasBytes(path.getFileSystem())) {
      return text.replace(separator, "/");
    }
    String exact = NameEncoding.decode(bytes(path), StandardCharsets.UTF_8);
    if (!path(path.getFileSystem(), exact).equals(path)) {
      throw refused(text, LOCALE_HINT);
    }
    return exact;
  }

  /** Returns the absolute path of a file as text with slashes, without "." in it. */
  public static String absoluteText(Path path) {
    Path absolute = path.toAbsolutePath();
    Path plain = absolute.toString().contains("..") ? absolute : absolute.normalize();
    try {
      return text(plain);
    } catch (FileSystemException e) {
      return plain.toString().replace(plain.getFileSystem().getSeparator(), "/");
    }
  }

  /**
   * Converts text with slashes to a path.
   *
   * @throws FileSystemException if the text can't be a path on this system
   */
  public static Path path(FileSystem files, String text) throws FileSystemException {
    try {
      return files.getPath(text);
    } catch (InvalidPathException e) {
      Path exact = text.indexOf('\0') < 0 && hasBytes(files) ? ofBytes(files, text) : null;
      if (exact != null) {
        return exact;
      }
      String why =
          text.chars().anyMatch(c -> c > '~') && hasBytes(files) ? LOCALE_HINT : e.getReason();
      throw refused(text, "can't be a path here: " + why);
    }
  }

  /** Returns true if Windows would open a device or drop characters of the name. */
  static boolean isReservedOnWindows(String name) {
    return RESERVED_ON_WINDOWS.matcher(name).matches();
  }

  /** Compares names after Unicode normalization, since macOS may normalize names. */
  private static boolean isSame(String a, String b) {
    return a.equals(b)
        || Normalizer.normalize(a, Form.NFC).equals(Normalizer.normalize(b, Form.NFC));
  }

  private static FileSystemException refused(String name, String why) {
    return new FileSystemException(Printable.of(name), null, why);
  }

  private static boolean hasBytes(FileSystem files) {
    return files.equals(FileSystems.getDefault()) && files.getSeparator().equals("/");
  }

  private static byte[] bytes(Path path) {
    String uri = path.getFileSystem().getPath("/").resolve(path).toUri().getRawPath();
    // The URI of an existing directory ends with a slash.
    String raw = uri.length() > 1 && uri.endsWith("/") ? uri.substring(0, uri.length() - 1) : uri;
    var bytes = new ByteArrayOutputStream(raw.length());
    for (int i = path.isAbsolute() ? 0 : 1; i < raw.length(); i++) {
      if (raw.charAt(i) == '%') {
        bytes.write(Integer.parseInt(raw, i + 1, i + 3, 16));
        i += 2;
      } else {
        bytes.write(raw.charAt(i));
      }
    }
    return bytes.toByteArray();
  }

  /** Returns null if the text has no bytes, or if Java would decode the bytes to other text. */
  private static @Nullable Path ofBytes(FileSystem files, String text) {
    try {
      byte[] bytes = NameEncoding.encode(text.replaceAll("//+", "/"), StandardCharsets.UTF_8);
      // Unless a URI starts with file:///, Java converts it by java.io.File, which loses the bytes.
      var uri = new StringBuilder("file://").append(text.startsWith("/") ? "" : "/");
      for (byte b : bytes) {
        uri.append(b == '/' ? "/" : String.format(Locale.ROOT, "%%%02x", b));
      }
      Path absolute = files.provider().getPath(URI.create(uri.toString()));
      Path path = text.startsWith("/") ? absolute : absolute.subpath(0, absolute.getNameCount());
      return path.toString().indexOf(REPLACEMENT) < 0 ? null : path;
    } catch (CharacterCodingException e) {
      return null;
    }
  }

  private static int names(Path dir) {
    return dir.toString().isEmpty() ? 0 : dir.getNameCount();
  }
}
