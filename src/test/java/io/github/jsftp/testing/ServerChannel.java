package io.github.jsftp.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The server's end of one channel: reads requests, sends whatever it is told to. */
public final class ServerChannel {
  private static final int MAX_PACKET = 1 << 20;

  private final int number;
  private final DataInputStream in;
  private final OutputStream out;

  ServerChannel(int number, InputStream in, OutputStream out) {
    this.number = number;
    this.in = new DataInputStream(in);
    this.out = out;
  }

  /** The channels of a server are numbered from 0. */
  public int number() {
    return number;
  }

  /** Returns a channel whose answers are discarded. */
  public ServerChannel unheard() {
    return new ServerChannel(number, in, OutputStream.nullOutputStream());
  }

  /** Waits for a request; null at the end. */
  public SftpRequest read() throws IOException {
    int length;
    try {
      length = in.readInt();
    } catch (EOFException e) {
      return null;
    }
    if (length < 5 || length > MAX_PACKET) {
      throw new IOException("the client sent a packet of " + length + " bytes");
    }
    SftpType type = SftpType.of(in.readUnsignedByte());
    int id = in.readInt();
    byte[] payload = new byte[length - 5];
    in.readFully(payload);
    return new SftpRequest(type, id, ByteBuffer.wrap(payload));
  }

  /** Sends bytes as they are, without length and type. */
  public void raw(byte[] bytes) throws IOException {
    synchronized (out) {
      out.write(bytes);
      out.flush();
    }
  }

  public void raw(String text) throws IOException {
    raw(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends a packet whose payload includes the id, where there is one. */
  public void packet(int type, byte[] payload) throws IOException {
    packet(payload.length + 1, type, payload);
  }

  /** Sends a packet that lies about its length. */
  public void packet(int length, int type, byte[] payload) throws IOException {
    var packet = ByteBuffer.allocate(payload.length + 5);
    raw(packet.putInt(length).put((byte) type).put(payload).array());
  }

  private interface Fields {
    void write(DataOutputStream out) throws IOException;
  }

  private void reply(SftpType type, int id, Fields fields) throws IOException {
    var payload = new ByteArrayOutputStream();
    var data = new DataOutputStream(payload);
    data.writeInt(id);
    fields.write(data);
    packet(type.code(), payload.toByteArray());
  }

  private static void string(DataOutputStream out, byte[] bytes) throws IOException {
    out.writeInt(bytes.length);
    out.write(bytes);
  }

  private static void string(DataOutputStream out, String text) throws IOException {
    string(out, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Sends VERSION with pairs of extension names and data. */
  public void version(int version, String... extensions) throws IOException {
    reply(
        SftpType.VERSION,
        version,
        out -> {
          for (String word : extensions) {
            string(out, word);
          }
        });
  }

  public void status(int id, int code, String message) throws IOException {
    reply(
        SftpType.STATUS,
        id,
        out -> {
          out.writeInt(code);
          string(out, message);
          string(out, "en");
        });
  }

  public void handle(int id, byte[] handle) throws IOException {
    reply(SftpType.HANDLE, id, out -> string(out, handle));
  }

  public void data(int id, byte[] bytes) throws IOException {
    reply(SftpType.DATA, id, out -> string(out, bytes));
  }

  public void attrs(int id, SftpEntry entry) throws IOException {
    reply(SftpType.ATTRS, id, entry::writeAttributes);
  }

  public void names(int id, List<SftpEntry> entries) throws IOException {
    reply(
        SftpType.NAME,
        id,
        out -> {
          out.writeInt(entries.size());
          for (SftpEntry entry : entries) {
            string(out, entry.name());
            string(out, entry.longname());
            entry.writeAttributes(out);
          }
        });
  }
}
