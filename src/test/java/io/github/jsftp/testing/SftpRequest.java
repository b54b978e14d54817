package io.github.jsftp.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.function.UnaryOperator;

/** One packet from the client; the readers take its fields one after the other. */
public final class SftpRequest {
  private final SftpType type;
  private final int id;
  private final ByteBuffer payload;

  SftpRequest(SftpType type, int id, ByteBuffer payload) {
    this.type = type;
    this.id = id;
    this.payload = payload;
  }

  public SftpType type() {
    return type;
  }

  /** The request's number; for INIT the version. */
  public int id() {
    return id;
  }

  /** Returns the same packet with none of its fields taken yet. */
  public SftpRequest rewound() {
    return new SftpRequest(type, id, payload.duplicate().rewind());
  }

  /** Writes the whole packet, as it came. */
  public void writeTo(DataOutputStream out) throws IOException {
    byte[] fields = new byte[payload.capacity()];
    payload.duplicate().rewind().get(fields);
    out.writeInt(fields.length + 5);
    out.writeByte(type.code());
    out.writeInt(id);
    out.write(fields);
  }

  /** Returns a WRITE with these fields instead. */
  public SftpRequest withFields(String handle, long offset, byte[] bytes) {
    byte[] name = handle.getBytes(StandardCharsets.UTF_8);
    var fields = ByteBuffer.allocate(16 + name.length + bytes.length);
    fields.putInt(name.length).put(name).putLong(offset).putInt(bytes.length).put(bytes);
    return new SftpRequest(type, id, fields.flip());
  }

  /** Returns the same packet with some of the strings at its start put differently. */
  SftpRequest withStrings(int skipped, int count, UnaryOperator<String> change) {
    ByteBuffer old = payload.duplicate().rewind();
    var fields = new ByteArrayOutputStream();
    for (int i = 0; i < skipped + count; i++) {
      byte[] string = new byte[old.getInt()];
      old.get(string);
      if (i >= skipped) {
        string =
            change
                .apply(new String(string, StandardCharsets.UTF_8))
                .getBytes(StandardCharsets.UTF_8);
      }
      fields.writeBytes(ByteBuffer.allocate(4).putInt(string.length).array());
      fields.writeBytes(string);
    }
    byte[] rest = new byte[old.remaining()];
    old.get(rest);
    fields.writeBytes(rest);
    return new SftpRequest(type, id, ByteBuffer.wrap(fields.toByteArray()));
  }

  /** Returns the same OPEN or MKDIR with no attributes in it. */
  SftpRequest withoutAttributes() {
    ByteBuffer old = payload.duplicate().rewind();
    int kept = 4 + old.getInt(0) + (type == SftpType.OPEN ? 4 : 0);
    byte[] fields = new byte[kept + 4];
    old.get(fields, 0, kept);
    return new SftpRequest(type, id, ByteBuffer.wrap(fields));
  }

  public int uint32() {
    return payload.getInt();
  }

  public long uint64() {
    return payload.getLong();
  }

  public byte[] bytes() {
    byte[] bytes = new byte[payload.getInt()];
    payload.get(bytes);
    return bytes;
  }

  public String string() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  public boolean hasMore() {
    return payload.hasRemaining();
  }

  @Override
  public String toString() {
    return type + " #" + id;
  }
}
