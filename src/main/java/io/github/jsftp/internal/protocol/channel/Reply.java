package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.remote.WireAttributes;
import io.github.jsftp.internal.results.Results;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;

/**
 * Reads the fields of a reply one after the other. All lengths and counts are checked, since a
 * server may be broken or malicious.
 */
public final class Reply {
  private final ByteBuffer bytes;
  private final Charset charset;

  public Reply(ByteBuffer bytes, Charset charset) {
    this.bytes = bytes;
    this.charset = charset;
  }

  boolean isAtEnd() {
    return !bytes.hasRemaining();
  }

  int number() throws SftpProtocolException {
    try {
      return bytes.getInt();
    } catch (BufferUnderflowException e) {
      throw truncated();
    }
  }

  long longNumber() throws SftpProtocolException {
    try {
      return bytes.getLong();
    } catch (BufferUnderflowException e) {
      throw truncated();
    }
  }

  public byte[] string() throws SftpProtocolException {
    int length = number();
    if (length < 0 || length > bytes.remaining()) {
      throw truncated();
    }
    var string = new byte[length];
    bytes.get(string);
    return string;
  }

  /** Reads text. Bytes that are not valid in the charset are kept as {@link NameEncoding} does. */
  public String text() throws SftpProtocolException {
    return NameEncoding.decode(string(), charset);
  }

  /** Reads the name of a directory entry. */
  public String name() throws SftpProtocolException {
    byte[] name = string();
    if (name.length > SftpConstants.MAX_NAME) {
      throw new SftpProtocolException(
          "a name of " + name.length + " bytes, where 65536 are allowed");
    }
    return NameEncoding.decode(name, charset);
  }

  /** Reads a string that itself consists of fields. */
  Reply nested() throws SftpProtocolException {
    return new Reply(ByteBuffer.wrap(string()), charset);
  }

  /** Reads all remaining bytes. */
  public byte[] rest() {
    var rest = new byte[bytes.remaining()];
    bytes.get(rest);
    return rest;
  }

  void skip(int count) throws SftpProtocolException {
    if (count > bytes.remaining()) {
      throw truncated();
    }
    bytes.position(bytes.position() + count);
  }

  public byte[] handle() throws SftpProtocolException {
    byte[] handle = string();
    if (handle.length > SftpConstants.MAX_HANDLE) {
      throw new SftpProtocolException(
          "a handle of " + handle.length + " bytes, where 256 are allowed");
    }
    return handle;
  }

  /**
   * Reads the number of entries that follow.
   *
   * @param leastBytes the minimum size of an entry, in bytes
   */
  public int count(int leastBytes) throws SftpProtocolException {
    int count = number();
    if (count < 0 || count > bytes.remaining() / leastBytes) {
      throw new SftpProtocolException(
          "a count of " + Integer.toUnsignedString(count) + " in a packet too short for it");
    }
    return count;
  }

  public WireAttributes attributes() throws SftpProtocolException {
    int flags = number();
    long size = (flags & SftpConstants.ATTR_SIZE) != 0 ? longNumber() : -1;
    boolean owned = (flags & SftpConstants.ATTR_UIDGID) != 0;
    Integer uid = owned ? (Integer) number() : null;
    Integer gid = owned ? (Integer) number() : null;
    Integer mode = (flags & SftpConstants.ATTR_PERMISSIONS) != 0 ? (Integer) number() : null;
    boolean timed = (flags & SftpConstants.ATTR_ACMODTIME) != 0;
    Integer accessed = timed ? (Integer) number() : null;
    Integer modified = timed ? (Integer) number() : null;
    if ((flags & SftpConstants.ATTR_EXTENDED) != 0) {
      for (int left = count(8); left > 0; left--) {
        string();
        string();
      }
    }
    return new WireAttributes(Math.max(-1, size), uid, gid, mode, accessed, modified);
  }

  /** Reads the information of statvfs@openssh.com about a file system. */
  public StatVfs statvfs() throws SftpProtocolException {
    long blockSize = longNumber();
    long fragmentSize = longNumber();
    long blocks = longNumber();
    long freeBlocks = longNumber();
    long availableBlocks = longNumber();
    long files = longNumber();
    long freeFiles = longNumber();
    long availableFiles = longNumber();
    longNumber(); // the id of the file system
    boolean readOnly = (longNumber() & SftpConstants.VFS_READ_ONLY) != 0;
    return Results.NEW.statVfs(
        blockSize,
        fragmentSize,
        blocks,
        freeBlocks,
        availableBlocks,
        files,
        freeFiles,
        availableFiles,
        readOnly,
        longNumber());
  }

  private static SftpProtocolException truncated() {
    return new SftpProtocolException("a field reaches beyond the end of its packet");
  }
}
