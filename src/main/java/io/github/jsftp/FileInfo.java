package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file, as the server reports them in stat, lstat, listings and walks.
 * Immutable and safe to share between threads.
 *
 * @param path the absolute path; a "." at its end is dropped
 * @param type the type of the file; {@link Type#LINK} only where links are not followed
 * @param size the size in bytes, -1 if unknown
 * @param mode the permissions as decimal digits that are read as octal, as chmod(1) does: 644,
 *     4755; -1 if unknown
 * @param uid the owner's numeric id, -1 if unknown
 * @param gid the group's numeric id, -1 if unknown
 * @param accessed the time of the last access, in whole seconds; one nanosecond after the epoch,
 *     which no server can report, if unknown
 * @param modified the time of the last modification; likewise
 * @param longname the line that the server sends in listings, in the format of {@code ls -l}; null
 *     elsewhere
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
    @Nullable String longname)
    implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Drops a "." at the end of the path. */
  public FileInfo {
    path = RemotePath.display(path);
  }

  /** The type of a file. */
  public enum Type {
    /** A regular file. */
    FILE('-'),
    /** A directory. */
    DIRECTORY('d'),
    /** A symbolic link. */
    LINK('l'),
    /** A device, a socket, a pipe, or a file of unknown type. */
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

  /** Returns true if this is a directory. */
  public boolean isDir() {
    return type == Type.DIRECTORY;
  }

  /** Returns true if this is a regular file. */
  public boolean isFile() {
    return type == Type.FILE;
  }

  /** Returns true if this is a symbolic link. */
  public boolean isLink() {
    return type == Type.LINK;
  }

  /**
   * Returns true if the other one has the same path and attributes. Long names are not compared, so
   * that the result of {@link Connection#lstat} equals the entry of a listing.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof FileInfo info
        && path.equals(info.path)
        && type == info.type
        && size == info.size
        && mode == info.mode
        && uid == info.uid
        && gid == info.gid
        && accessed.equals(info.accessed)
        && modified.equals(info.modified);
  }

  @Override
  public int hashCode() {
    return Objects.hash(path, type, size, mode, uid, gid, accessed, modified);
  }

  /** Returns a line in the format of {@code ls -l}: the server's own if it sent one. */
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
