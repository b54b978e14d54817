package io.github.jsftp.internal.path;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayDeque;

/** Remote paths: names between slashes, whatever the local machine uses. */
public final class RemotePath {
  /** The most bytes that a path may have; longer ones break the connection on some servers. */
  public static final int MAX_BYTES = 32 * 1024;

  private RemotePath() {}

  /**
   * Returns the absolute form of a path: relative ones start at the directory. Double slashes and
   * trailing ones are dropped, and every "." that is not the last name; a last "." and ".." stay,
   * since only the server knows where links lead.
   *
   * @throws IllegalArgumentException if the path is empty, has a NUL, can't be written in the
   *     charset, or is over 32 KiB
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
   * Checks that a text can be a path.
   *
   * @throws IllegalArgumentException if it can't
   */
  public static void check(String path, Charset charset) {
    bytes(path, charset);
  }

  /**
   * Returns the bytes of a path; refuses what the charset can't write instead of replacing it.
   *
   * @throws IllegalArgumentException if the text can't be a path
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

  /** Returns the path of a name in a directory; a "." at the directory's end is dropped. */
  public static String child(String dir, String name) {
    String above = dir.endsWith("/.") ? dir.substring(0, dir.length() - 1) : dir;
    return above.endsWith("/") ? above + name : above + "/" + name;
  }

  /** Returns a path as its user would write it: without a "." at its end, "/" for the root. */
  public static String display(String path) {
    return path.endsWith("/.") ? path.substring(0, Math.max(1, path.length() - 2)) : path;
  }

  /** Returns the directory that holds a path; of the root the root. */
  public static String parent(String path) {
    int slash = path.lastIndexOf('/');
    return slash > 0 ? path.substring(0, slash) : "/";
  }

  /** Returns the last name of a path, empty for the root. */
  public static String name(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * Returns an absolute path with "." and ".." worked out as text, as for the target of a link in a
   * directory.
   */
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

  /** Says whether there is a ".." among the names of a path. */
  public static boolean hasParentReference(String path) {
    return (path + "/").contains("/../");
  }

  /** Returns where a link leads, worked out as text from the directory that holds the link. */
  public static String linkTarget(String link, String text) {
    return normalize(text.startsWith("/") ? text : child(parent(link), text));
  }

  /** Says whether a server's directory entry is a name, and not a way out of the directory. */
  public static boolean isName(String name) {
    return !name.isEmpty()
        && !name.equals(".")
        && !name.equals("..")
        && name.indexOf('/') < 0
        && name.indexOf('\0') < 0;
  }

  /** Returns a name in the place of one that is none: what leads elsewhere becomes "?". */
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
