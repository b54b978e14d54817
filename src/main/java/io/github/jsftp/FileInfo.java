package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import java.io.Serializable;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The attributes of a file, as the server reports them in stat, lstat, listings and walks. Uploads
 * that select or report files use it for local ones. Immutable and safe to share between threads.
 *
 * <p>A server may leave out any attribute, and local files have no numeric owners, nor modes on
 * Windows. Then {@link #hasSize}, {@link #hasMode}, {@link #hasOwner} or {@link #hasTimes} returns
 * false. No attribute of a real file equals the value that stands for an unknown one.
 */
public final class FileInfo implements Serializable {
  private static final long serialVersionUID = 1L;

  /** Servers have whole seconds, and local times of that precision are not found in practice. */
  private static final Instant UNKNOWN_TIME = Instant.EPOCH.plusNanos(1);

  private final String path;
  private final Type type;
  private final long size;
  private final int mode;
  private final long uid;
  private final long gid;
  private final Instant accessed;
  private final Instant modified;
  private final @Nullable String longname;

  FileInfo(
      String path,
      Type type,
      long size,
      int mode,
      long uid,
      long gid,
      @Nullable Instant accessed,
      @Nullable Instant modified,
      @Nullable String longname) {
    this.path = RemotePath.display(path);
    this.type = type;
    this.size = size;
    this.mode = mode;
    this.uid = uid;
    this.gid = gid;
    this.accessed = accessed == null ? UNKNOWN_TIME : accessed;
    this.modified = modified == null ? UNKNOWN_TIME : modified;
    this.longname = longname;
  }

  /** Returns the absolute path. A local one has / as the separator, on Windows too. */
  public String path() {
    return path;
  }

  /** Returns the type of the file; {@link Type#LINK} only where links are not followed. */
  public Type type() {
    return type;
  }

  /** Returns the size in bytes, -1 if unknown, see {@link #hasSize}. */
  public long size() {
    return size;
  }

  /**
   * Returns the permissions as decimal digits that are read as octal, as chmod(1) does: 644, 4755;
   * -1 if unknown, see {@link #hasMode}.
   */
  public int mode() {
    return mode;
  }

  /** Returns the owner's numeric id, -1 if unknown, see {@link #hasOwner}. */
  public long uid() {
    return uid;
  }

  /** Returns the group's numeric id, -1 if unknown, see {@link #hasOwner}. */
  public long gid() {
    return gid;
  }

  /**
   * Returns the time of the last access, in whole seconds for remote files; one nanosecond after
   * the epoch if unknown, see {@link #hasTimes}.
   */
  public Instant accessed() {
    return accessed;
  }

  /**
   * Returns the time of the last modification, in whole seconds for remote files; one nanosecond
   * after the epoch if unknown, see {@link #hasTimes}.
   */
  public Instant modified() {
    return modified;
  }

  /**
   * Returns the line that the server sends in listings, in the format of {@code ls -l}; empty
   * elsewhere.
   */
  public Optional<String> longname() {
    return Optional.ofNullable(longname);
  }

  /** Returns true if the size is known. */
  public boolean hasSize() {
    return size >= 0;
  }

  /** Returns true if the mode is known. */
  public boolean hasMode() {
    return mode >= 0;
  }

  /** Returns true if the ids of owner and group are known. */
  public boolean hasOwner() {
    return uid >= 0 && gid >= 0;
  }

  /** Returns true if the times of access and modification are known. */
  public boolean hasTimes() {
    return !modified.equals(UNKNOWN_TIME);
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
              hasTimes() ? time(modified) : "?",
              name());
    }
    return Printable.of(line);
  }

  private static String time(Instant time) {
    return DateTimeFormatter.ofPattern("MMM dd HH:mm yyyy", Locale.ROOT)
        .withZone(ZoneId.systemDefault())
        .format(time);
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
