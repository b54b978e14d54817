package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.path.Printable;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Parses the server's bytes as they arrive, in pieces of any size, on the transport's thread. File
 * data goes straight into the buffer of its request; other replies are collected first. Never
 * blocks and never throws. After a protocol violation all further bytes are ignored.
 */
final class ReplyParser extends OutputStream {
  private static final char ESCAPE = 27; // starts a colour sequence
  private static final int HEADER_SIZE = 5; // length, type
  private static final int DATA_HEADER_SIZE = 13; // length, type, id, length of the data

  private final SftpChannel channel;
  private final byte[] header = new byte[DATA_HEADER_SIZE];
  private int headerBytes;
  private byte @Nullable [] body;
  private int bodyBytes;
  private @Nullable Request<?>
      readRequest; // no longer known to the channel: only the parser completes it
  private int dataSize;
  private int dataBytes;
  private int bytesToSkip;
  private boolean versionReceived;
  private boolean closed;

  ReplyParser(SftpChannel channel) {
    this.channel = channel;
  }

  /** Skips the version exchange, which the transport has already completed. */
  synchronized void skipVersionExchange() {
    versionReceived = true;
  }

  @Override
  public void write(int oneByte) {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    channel.recordActivity();
    int at = offset;
    int end = offset + length;
    try {
      while (at < end && !closed) {
        at += consume(bytes, at, end - at);
      }
    } catch (SftpProtocolException e) {
      stop(channel.violation(e));
    } catch (RuntimeException | Error e) {
      stop(channel.lossReason(e));
    }
  }

  /** Aborts the channel, because the transport has ended. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    if (!versionReceived && headerBytes > 0) {
      channel.abort(channel.violation(notSftp(header, 0, headerBytes)));
    } else {
      channel.transportEnded(null);
    }
    failRead();
  }

  /** Consumes some of the bytes and returns how many. */
  private int consume(byte[] bytes, int at, int length) throws SftpProtocolException {
    if (bytesToSkip > 0) {
      int count = Math.min(bytesToSkip, length);
      bytesToSkip -= count;
      return count;
    }
    if (readRequest != null) {
      return consumeData(readRequest, bytes, at, length);
    }
    byte[] collecting = body;
    if (collecting != null) {
      int count = Math.min(collecting.length - bodyBytes, length);
      System.arraycopy(bytes, at, collecting, bodyBytes, count);
      bodyBytes += count;
      if (bodyBytes == collecting.length) {
        body = null;
        dispatch(collecting);
      }
      return count;
    }
    return consumeHeader(bytes, at, length);
  }

  private int consumeHeader(byte[] bytes, int at, int length) throws SftpProtocolException {
    int needed = headerBytes >= HEADER_SIZE ? DATA_HEADER_SIZE : HEADER_SIZE;
    int count = Math.min(needed - headerBytes, length);
    System.arraycopy(bytes, at, header, headerBytes, count);
    headerBytes += count;
    if (headerBytes == HEADER_SIZE) {
      int packet = ByteBuffer.wrap(header).getInt(0);
      if (!versionReceived && !isVersionPacket(packet)) {
        throw notSftp(bytes, at, count, length);
      }
      if (packet < HEADER_SIZE || packet > SftpConstants.MAX_PACKET) {
        throw new SftpProtocolException(
            "a packet of " + Integer.toUnsignedString(packet) + " bytes");
      }
      if (header[4] != SftpConstants.DATA) {
        body = new byte[packet - 1];
        bodyBytes = 0;
      } else if (packet < DATA_HEADER_SIZE - 4) {
        throw new SftpProtocolException("a packet of data too short to hold any");
      }
    } else if (headerBytes == DATA_HEADER_SIZE) {
      startData();
    }
    return count;
  }

  private boolean isVersionPacket(int packet) {
    return packet >= HEADER_SIZE
        && packet <= SftpConstants.MAX_PACKET
        && header[4] == SftpConstants.VERSION;
  }

  private void dispatch(byte[] collected) throws SftpProtocolException {
    headerBytes = 0;
    var fields = ByteBuffer.wrap(collected);
    int id = fields.getInt();
    if (!versionReceived && id != SftpConstants.VERSION_NUMBER) {
      throw new SftpProtocolException(
          "it speaks version " + Integer.toUnsignedString(id) + " of SFTP, not 3");
    }
    versionReceived = true;
    Request<?> request = claim(id);
    try {
      request.complete(header[4] & 0xff, new Reply(fields, channel.settings().charset()));
    } catch (SftpProtocolException e) {
      abort(channel.violation(e), request);
      throw e;
    } catch (RuntimeException | Error e) {
      abort(channel.lossReason(e), request);
      throw e;
    }
  }

  /** Aborts the channel before the request fails, since its caller may continue at once. */
  private void abort(RequestContext.AbortReason abortReason, Request<?> request) {
    channel.abort(abortReason);
    request.fail(channel.abortReason().failure(request.context));
  }

  private void startData() throws SftpProtocolException {
    var fields = ByteBuffer.wrap(header);
    int size = fields.getInt(9);
    int room = fields.getInt(0) - (DATA_HEADER_SIZE - 4);
    headerBytes = 0;
    Request<?> request = claim(fields.getInt(5));
    readRequest = request;
    ByteBuffer into = request.into();
    if (into == null) {
      throw new SftpProtocolException("data that was not requested");
    }
    if (size <= 0 || size > room || size > into.remaining()) {
      throw new SftpProtocolException(
          Integer.toUnsignedString(size)
              + " bytes of data instead of 1 to "
              + Math.min(room, into.remaining()));
    }
    dataSize = size;
    dataBytes = 0;
    bytesToSkip = 0;
  }

  private int consumeData(Request<?> request, byte[] bytes, int at, int length) {
    ByteBuffer into = request.into();
    if (into == null) {
      return length;
    }
    int count = Math.min(dataSize - dataBytes, length);
    into.put(bytes, at, count);
    dataBytes += count;
    if (dataBytes == dataSize) {
      readRequest = null;
      // Some servers append the end-of-file flag of later protocol versions.
      bytesToSkip = ByteBuffer.wrap(header).getInt(0) - (DATA_HEADER_SIZE - 4) - dataSize;
      request.completeRead(dataSize);
    }
    return count;
  }

  private Request<?> claim(int id) throws SftpProtocolException {
    Request<?> request = channel.claim(id);
    if (request == null) {
      throw new SftpProtocolException(
          "a reply to request " + Integer.toUnsignedString(id) + ", which is not pending");
    }
    return request;
  }

  private void stop(RequestContext.AbortReason abortReason) {
    closed = true;
    body = null;
    channel.abort(abortReason);
    failRead();
  }

  private void failRead() {
    Request<?> request = readRequest;
    if (request != null) {
      readRequest = null;
      request.fail(channel.abortReason().failure(request.context));
    }
  }

  private SftpProtocolException notSftp(byte[] bytes, int at, int count, int length) {
    var all = new byte[headerBytes - count + length];
    System.arraycopy(header, 0, all, 0, headerBytes - count);
    System.arraycopy(bytes, at, all, headerBytes - count, length);
    return notSftp(all, 0, all.length);
  }

  private static SftpProtocolException notSftp(byte[] bytes, int at, int length) {
    int end = at;
    while (end < at + length && isOfText(bytes[end])) {
      end++;
    }
    int shown = Math.min(end - at, 100);
    String text = new String(bytes, at, shown, StandardCharsets.UTF_8).strip();
    // SFTP's first packet may follow a text.
    boolean printable = !text.isEmpty() && (end == at + length || text.length() >= HEADER_SIZE);
    return new SftpProtocolException(
        printable
            ? "received \""
                + Printable.of(text)
                + (end - at > shown ? "..." : "")
                + "\" where SFTP should start: a shell such as nologin, a start-up file such as"
                + " .bashrc or a forced command prints it"
            : "received something else where SFTP should start");
  }

  private static boolean isOfText(byte b) {
    return b < 0 || b >= ' ' || b == ESCAPE || Character.isWhitespace(b);
  }
}
