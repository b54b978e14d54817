package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.remote.AttributeChanges;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A request packet, built field by field. The data of a write is not copied; it is sent from the
 * caller's buffer.
 */
public final class RequestPacket {
  private static final int HEADER_SIZE = 9; // length, type, id

  private byte[] bytes;
  private int size = HEADER_SIZE;
  private @Nullable ByteBuffer payload;

  public RequestPacket(int type) {
    bytes = new byte[64];
    bytes[4] = (byte) type;
  }

  public RequestPacket number(int number) {
    allocate(4).putInt(number);
    return this;
  }

  public RequestPacket longNumber(long number) {
    allocate(8).putLong(number);
    return this;
  }

  public RequestPacket string(byte[] string) {
    return string(ByteBuffer.wrap(string));
  }

  public RequestPacket string(ByteBuffer string) {
    number(string.remaining());
    allocate(string.remaining()).put(string.duplicate());
    return this;
  }

  public RequestPacket ascii(String name) {
    return string(name.getBytes(StandardCharsets.US_ASCII));
  }

  /**
   * Adds attributes.
   *
   * @throws IllegalArgumentException if a time is outside the range of SFTP version 3
   */
  public RequestPacket attributes(AttributeChanges set) {
    boolean owner = set.uid() != null || set.gid() != null;
    boolean times = set.accessed() != null || set.modified() != null;
    number(
        (set.size() != null ? SftpConstants.ATTR_SIZE : 0)
            | (owner ? SftpConstants.ATTR_UIDGID : 0)
            | (set.permissions() != null ? SftpConstants.ATTR_PERMISSIONS : 0)
            | (times ? SftpConstants.ATTR_ACMODTIME : 0));
    if (set.size() != null) {
      longNumber(set.size());
    }
    if (owner) {
      number(Objects.requireNonNull(set.uid(), "uid").intValue());
      number(Objects.requireNonNull(set.gid(), "gid").intValue());
    }
    if (set.permissions() != null) {
      number(set.permissions());
    }
    if (times) {
      number(seconds(Objects.requireNonNull(set.accessed(), "accessed")));
      number(seconds(Objects.requireNonNull(set.modified(), "modified")));
    }
    return this;
  }

  /** Ends the packet with data, which must stay unchanged until the reply. */
  public RequestPacket data(ByteBuffer data) {
    number(data.remaining());
    payload = data;
    return this;
  }

  /** Sets the request id, which the reply repeats. */
  void id(int id) {
    ByteBuffer.wrap(bytes).putInt(5, id);
  }

  /** Returns the number of bytes of data. */
  int dataBytes() {
    ByteBuffer data = payload;
    return data == null ? 0 : data.remaining();
  }

  /**
   * Writes the packet in pieces.
   *
   * @param shouldContinue called before each piece of data; if it returns false, the rest is left
   *     out
   */
  void writeTo(OutputStream out, BooleanSupplier shouldContinue) throws IOException {
    ByteBuffer data = payload;
    int dataSize = dataBytes();
    ByteBuffer.wrap(bytes).putInt(0, size - 4 + dataSize);
    out.write(bytes, 0, size);
    if (data == null) {
      return;
    }
    int at = data.arrayOffset() + data.position();
    int end = at + dataSize;
    while (at < end && shouldContinue.getAsBoolean()) {
      int piece = Math.min(end - at, 16 * 1024);
      out.write(data.array(), at, piece);
      at += piece;
    }
  }

  private ByteBuffer allocate(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
    }
    var room = ByteBuffer.wrap(bytes, size, more);
    size += more;
    return room;
  }

  private static int seconds(Instant time) {
    long seconds = time.getEpochSecond();
    if (seconds < 0 || seconds > 0xFFFF_FFFFL) {
      throw new IllegalArgumentException(
          "SFTP version 3 supports times from 1970 to 2106, not " + time);
    }
    return (int) seconds;
  }
}
