package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What the server tells of a file: the answer of stat, lstat, listings and walks. Immutable and
 * safe to share between threads.
 *
 * @param path its absolute path; a "." at its end is dropped
 * @param type what it is; a link is a {@link Type#LINK} only where links are not followed
 * @param size its size in bytes, -1 if the server did not tell
 * @param mode its permissions as digits to be read as octal, like chmod(1): 644, 4755; -1 if the
 *     server did not tell
 * @param uid the number of its owner, -1 if the server did not tell
 * @param gid the number of its group, -1 if the server did not tell
 * @param accessed when it was last read, in whole seconds; a nanosecond after the epoch, which no
 *     server can tell, if the server did not tell
 * @param modified when it was last written; likewise
 * @param longname its line as {@code ls -l} prints it on the server, where listings send one
 */
public record FileInfo(
    String path,
    Type type,
    long size,
    int mode,
    long uid,
    long gid,
    Instant accessed,
    Instant modified,
    @Nullable String longname) {

  /** Drops a "." at the end of the path. */
  public FileInfo {
    path = RemotePath.shown(path);
  }

  /** What a path can be. */
  public enum Type {
    /** A regular file. */
    FILE('-'),
    /** A directory. */
    DIRECTORY('d'),
    /** A symbolic link. */
    LINK('l'),
    /** A device, a socket, a pipe, or what the server did not tell. */
    OTHER('?');

    private final char letter;

    Type(char letter) {
      this.letter = letter;
    }
  }

  /** Returns the last name of the path; "/" for the root. */
  public String name() {
    return path.length() > 1 ? path.substring(path.lastIndexOf('/') + 1) : path;
  }

  /** Says whether this is a directory. */
  public boolean isDirectory() {
    return type == Type.DIRECTORY;
  }

  /** Says whether this is a regular file. */
  public boolean isFile() {
    return type == Type.FILE;
  }

  /** Says whether this is a symbolic link. */
  public boolean isLink() {
    return type == Type.LINK;
  }

  /** Returns the line that {@code ls -l} prints: the server's own where it sent one. */
  @Override
  public String toString() {
    String line = longname;
    if (line == null || line.isEmpty()) {
      line =
          String.format(
              Locale.ROOT,
              "%c%s %4s %-8s %-8s %12s %s %s",
              type.letter,
              permissions(),
              "?",
              number(uid),
              number(gid),
              number(size),
              DateTimeFormatter.ofPattern("MMM dd HH:mm yyyy", Locale.ROOT)
                  .withZone(ZoneId.systemDefault())
                  .format(modified),
              name());
    }
    return Printable.of(line);
  }

  private static String number(long number) {
    return number < 0 ? "?" : Long.toString(number);
  }

  private String permissions() {
    if (mode < 0) {
      return "?????????";
    }
    int bits = Integer.parseInt(Integer.toString(mode), 8);
    char[] text = "rwxrwxrwx".toCharArray();
    for (int i = 0; i < 9; i++) {
      if ((bits & (0400 >> i)) == 0) {
        text[i] = '-';
      }
    }
    special(text, 2, (bits & 04000) != 0, 's');
    special(text, 5, (bits & 02000) != 0, 's');
    special(text, 8, (bits & 01000) != 0, 't');
    return new String(text);
  }

  private static void special(char[] text, int at, boolean set, char letter) {
    if (set) {
      text[at] = text[at] == 'x' ? letter : Character.toUpperCase(letter);
    }
  }
}
