package io.github.jsftp.internal.pipeline;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.path.OctalMode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The fields of an answer, read one after the other; none is trusted. */
final class Reply {
  private final ByteBuffer bytes;
  private final Charset charset;

  Reply(ByteBuffer bytes, Charset charset) {
    this.bytes = bytes;
    this.charset = charset;
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  int number() throws Violation {
    try {
      return bytes.getInt();
    } catch (BufferUnderflowException e) {
      throw truncated();
    }
  }

  long longNumber() throws Violation {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException e) {
      throw truncated();
    }
  }

  byte[] string() throws Violation {
    int length = number();
    if (length < 0 || length > bytes.remaining()) {
      throw truncated();
    }
    var string = new byte[length];
    bytes.get(string);
    return string;
  }

  /** Reads text; what is not in the charset is kept as {@link NameEncoding} does. */
  String text() throws Violation {
    return NameEncoding.decode(string(), charset);
  }

  /** Reads the name of a directory's entry. */
  String name() throws Violation {
    byte[] name = string();
    if (name.length > Wire.MAX_NAME) {
      throw new Violation("a name of " + name.length + " bytes, where 65536 are allowed");
    }
    return NameEncoding.decode(name, charset);
  }

  /** Reads a string whose bytes are fields themselves. */
  Reply nested() throws Violation {
    return new Reply(ByteBuffer.wrap(string()), charset);
  }

  /** Reads all that is left. */
  byte[] rest() {
    var rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }

  void skip(int count) throws Violation {
    if (count > bytes.remaining()) {
      throw truncated();
    }
    bytes.position(bytes.position() + count);
  }

  byte[] handle() throws Violation {
    byte[] handle = string();
    if (handle.length > Wire.MAX_HANDLE) {
      throw new Violation("a handle of " + handle.length + " bytes, where 256 are allowed");
    }
    return handle;
  }

  /** Reads how many entries follow, each of at least so many bytes. */
  int count(int leastBytes) throws Violation {
    int count = number();
    if (count < 0 || count > bytes.remaining() / leastBytes) {
      throw new Violation(
          "a count of " + Integer.toUnsignedString(count) + " in a packet too short for it");
    }
    return count;
  }

  /** Reads attributes of the file with this path, and this line of a listing if there is one. */
  FileInfo attributes(String path, @Nullable String longname) throws Violation {
    int flags = number();
    long size = -1;
    if ((flags & Wire.ATTR_SIZE) != 0) {
      size = longNumber();
      if (size < 0) {
        throw new Violation("a file size of " + Long.toUnsignedString(size));
      }
    }
    int uid = -1;
    int gid = -1;
    if ((flags & Wire.ATTR_UIDGID) != 0) {
      uid = number();
      gid = number();
    }
    boolean hasMode = (flags & Wire.ATTR_PERMISSIONS) != 0;
    int mode = hasMode ? number() : 0;
    Instant accessed = Instant.EPOCH;
    Instant modified = Instant.EPOCH;
    if ((flags & Wire.ATTR_ACMODTIME) != 0) {
      accessed = Instant.ofEpochSecond(Integer.toUnsignedLong(number()));
      modified = Instant.ofEpochSecond(Integer.toUnsignedLong(number()));
    }
    if ((flags & Wire.ATTR_EXTENDED) != 0) {
      for (int left = count(8); left > 0; left--) {
        string();
        string();
      }
    }
    int digits = hasMode ? OctalMode.digits(mode) : -1;
    return new FileInfo(
        path, type(mode, longname), size, digits, uid, gid, accessed, modified, longname);
  }

  private static FileInfo.Type type(int mode, @Nullable String longname) {
    return switch (mode & 0170000) {
      case 0100000 -> FileInfo.Type.FILE;
      case 0040000 -> FileInfo.Type.DIRECTORY;
      case 0120000 -> FileInfo.Type.LINK;
      // Servers without such modes may still draw the line that ls does.
      case 0 ->
          longname == null || longname.isEmpty() ? FileInfo.Type.OTHER : type(longname.charAt(0));
      default -> FileInfo.Type.OTHER;
    };
  }

  private static FileInfo.Type type(char letter) {
    return switch (letter) {
      case '-' -> FileInfo.Type.FILE;
      case 'd' -> FileInfo.Type.DIRECTORY;
      case 'l' -> FileInfo.Type.LINK;
      default -> FileInfo.Type.OTHER;
    };
  }

  private static Violation truncated() {
    return new Violation("a field reaches beyond the end of its packet");
  }
}
