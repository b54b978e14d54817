package io.github.jsftp.internal.path;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayDeque;

/** Operations on remote paths, whose separator is always a slash. */
public final class RemotePath {
  /** The maximum length of a path in bytes. Longer ones break the connection on some servers. */
  public static final int MAX_BYTES = 32 * 1024;

  private RemotePath() {}

  /**
   * Returns the absolute form of a path; relative paths start at {@code dir}. Double and trailing
   * slashes are dropped, and each "." except a last one. A last "." and each ".." are kept, since
   * only the server knows the targets of links.
   *
   * @throws IllegalArgumentException if the path is empty, contains a NUL, can't be encoded in the
   *     charset, or exceeds 32 KiB
   */
  public static String resolve(String dir, String path, Charset charset) {
    check(path, charset);
    String absolute = path.startsWith("/") ? path : dir + "/" + path;
    var clean = new StringBuilder(absolute.length());
    String last = "";
    for (String name : absolute.split("/", -1)) {
      if (!name.isEmpty()) {
        if (!name.equals(".")) {
          clean.append('/').append(name);
        }
        last = name;
      }
    }
    boolean isRoot = clean.isEmpty();
    String result = isRoot ? "/" : last.equals(".") ? clean + "/." : clean.toString();
    checkLength(result, encode(result, charset).remaining());
    return result;
  }

  /**
   * Checks that a text is a valid path.
   *
   * @throws IllegalArgumentException if it is not
   */
  public static void check(String path, Charset charset) {
    bytes(path, charset);
  }

  /**
   * Returns the bytes of a path. Rejects characters that the charset can't encode, instead of
   * replacing them.
   *
   * @throws IllegalArgumentException if the text is not a valid path
   */
  public static ByteBuffer bytes(String path, Charset charset) {
    if (path.isEmpty()) {
      throw new IllegalArgumentException("path must not be empty");
    }
    int nul = path.indexOf('\0');
    if (nul >= 0) {
      throw new IllegalArgumentException(
          "path must not contain NUL, at index " + nul + " of \"" + Printable.of(path) + '"');
    }
    ByteBuffer bytes = encode(path, charset);
    checkLength(path, bytes.remaining());
    return bytes;
  }

  private static ByteBuffer encode(String path, Charset charset) {
    try {
      return ByteBuffer.wrap(NameEncoding.encode(path, charset));
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "path can't be written in "
              + charset
              + ", the filenameCharset of this connection: \""
              + Printable.of(path)
              + '"',
          e);
    }
  }

  /** Returns the path of a name in a directory; a "." at the end of the directory is dropped. */
  public static String child(String dir, String name) {
    String above = dir.endsWith("/.") ? dir.substring(0, dir.length() - 1) : dir;
    return above.endsWith("/") ? above + name : above + "/" + name;
  }

  /** Returns a path as a user would write it: without a "." at its end. */
  public static String display(String path) {
    return path.endsWith("/.") ? path.substring(0, Math.max(1, path.length() - 2)) : path;
  }

  /** Returns the parent directory of a path, and the root for the root. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash > 0 ? path.substring(0, slash) : "/";
  }

  /** Returns the last name of a path, empty for the root. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /** Returns an absolute path with "." and ".." resolved as text. */
  public static String normalize(String absolute) {
    var names = new ArrayDeque<String>();
    for (String name : absolute.split("/", -1)) {
      if (name.equals("..")) {
        names.pollLast();
      } else if (!name.isEmpty() && !name.equals(".")) {
        names.addLast(name);
      }
    }
    return "/" + String.join("/", names);
  }

  /** Returns true if a name in the path is "..". */
  public static boolean hasParentReference(String path) {
    return (path + "/").contains("/../");
  }

  /** Returns the absolute target of a link, resolved as text from the link's directory. */
  public static String linkTarget(String link, String text) {
    return normalize(text.startsWith("/") ? text : child(parent(link), text));
  }

  /**
   * Returns true if a listed entry is a name in its directory, and not a path that leads out of it.
   */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }

  /** Returns an invalid name with each slash and NUL replaced by "?", and "?" for an empty name. */
  public static String sanitized(String name) {
    return name.isEmpty() ? "?" : name.replace('/', '?').replace('\0', '?');
  }

  private static void checkLength(String path, int bytes) {
    if (bytes > MAX_BYTES) {
      throw new IllegalArgumentException(
          "path must be at most "
              + MAX_BYTES
              + " bytes, not "
              + bytes
              + ": \""
              + Printable.of(path.substring(0, 40))
              + "...\"");
    }
  }
}
