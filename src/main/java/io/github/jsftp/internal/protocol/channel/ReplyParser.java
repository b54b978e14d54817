package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.path.Printable;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Takes the server's bytes as they come, in pieces of any size, on the transport's thread: data
 * goes straight into the buffer of whoever asked for it, other answers are collected first. Never
 * blocks, never throws; after a breach of the protocol it lets everything pass.
 */
final class ReplyParser extends OutputStream {
  private static final char ESCAPE = 27; // begins a colour
  private static final int SHORT_HEAD = 5; // length, type
  private static final int DATA_HEAD = 13; // length, type, id, length of the data

  private final SftpChannel channel;
  private final byte[] head = new byte[DATA_HEAD];
  private int inHead;
  private byte @Nullable [] body;
  private int inBody;
  private @Nullable Request<?> reading; // taken from the channel: nobody else completes it
  private int dataSize;
  private int inData;
  private int toSkip;
  private boolean greeted;
  private boolean ended;

  ReplyParser(SftpChannel channel) {
    this.channel = channel;
  }

  /** Takes it that the server has greeted. */
  synchronized void passGreeting() {
    greeted = true;
  }

  @Override
  public void write(int oneByte) {
    write(new byte[] {(byte) oneByte}, 0, 1);
  }

  @Override
  public synchronized void write(byte[] bytes, int offset, int length) {
    channel.moved();
    int at = offset;
    int end = offset + length;
    try {
      while (at < end && !ended) {
        at += take(bytes, at, end - at);
      }
    } catch (SftpProtocolException e) {
      stop(channel.breach(e));
    } catch (RuntimeException | Error e) {
      stop(channel.reasonOf(e));
    }
  }

  /** Tells that the link is gone. */
  @Override
  public synchronized void close() {
    if (ended) {
      return;
    }
    ended = true;
    if (!greeted && inHead > 0) {
      channel.breakOff(channel.breach(notSftp(head, 0, inHead)));
    } else {
      channel.ended(null);
    }
    failReading();
  }

  /** Takes some bytes and returns how many. */
  private int take(byte[] bytes, int at, int length) throws SftpProtocolException {
    if (toSkip > 0) {
      int taken = Math.min(toSkip, length);
      toSkip -= taken;
      return taken;
    }
    if (reading != null) {
      return takeData(reading, bytes, at, length);
    }
    byte[] collecting = body;
    if (collecting != null) {
      int taken = Math.min(collecting.length - inBody, length);
      System.arraycopy(bytes, at, collecting, inBody, taken);
      inBody += taken;
      if (inBody == collecting.length) {
        body = null;
        answer(collecting);
      }
      return taken;
    }
    return takeHead(bytes, at, length);
  }

  private int takeHead(byte[] bytes, int at, int length) throws SftpProtocolException {
    int want = inHead >= SHORT_HEAD ? DATA_HEAD : SHORT_HEAD;
    int taken = Math.min(want - inHead, length);
    System.arraycopy(bytes, at, head, inHead, taken);
    inHead += taken;
    if (inHead == SHORT_HEAD) {
      int packet = ByteBuffer.wrap(head).getInt(0);
      if (!greeted && !isGreeting(packet)) {
        throw notSftp(bytes, at, taken, length);
      }
      if (packet < SHORT_HEAD || packet > SftpConstants.MAX_PACKET) {
        throw new SftpProtocolException(
            "a packet of " + Integer.toUnsignedString(packet) + " bytes");
      }
      if (head[4] != SftpConstants.DATA) {
        body = new byte[packet - 1];
        inBody = 0;
      } else if (packet < DATA_HEAD - 4) {
        throw new SftpProtocolException("a packet of data too short to hold any");
      }
    } else if (inHead == DATA_HEAD) {
      startData();
    }
    return taken;
  }

  private boolean isGreeting(int packet) {
    return packet >= SHORT_HEAD
        && packet <= SftpConstants.MAX_PACKET
        && head[4] == SftpConstants.VERSION;
  }

  private void answer(byte[] collected) throws SftpProtocolException {
    inHead = 0;
    var fields = ByteBuffer.wrap(collected);
    int id = fields.getInt();
    if (!greeted && id != SftpConstants.VERSION_NUMBER) {
      throw new SftpProtocolException(
          "it speaks version " + Integer.toUnsignedString(id) + " of SFTP, not 3");
    }
    greeted = true;
    Request<?> request = claim(id);
    try {
      request.answered(head[4] & 0xff, new Reply(fields, channel.settings().charset()));
    } catch (SftpProtocolException e) {
      breakOff(channel.breach(e), request);
      throw e;
    } catch (RuntimeException | Error e) {
      breakOff(channel.reasonOf(e), request);
      throw e;
    }
  }

  /** Breaks off before anyone is notified, who may want to continue at once. */
  private void breakOff(RequestContext.Reason reason, Request<?> answered) {
    channel.breakOff(reason);
    answered.fail(channel.reason().failure(answered.context));
  }

  private void startData() throws SftpProtocolException {
    var fields = ByteBuffer.wrap(head);
    int size = fields.getInt(9);
    int room = fields.getInt(0) - (DATA_HEAD - 4);
    inHead = 0;
    Request<?> request = claim(fields.getInt(5));
    reading = request;
    ByteBuffer into = request.into();
    if (into == null) {
      throw new SftpProtocolException("data where none was asked for");
    }
    if (size <= 0 || size > room || size > into.remaining()) {
      throw new SftpProtocolException(
          Integer.toUnsignedString(size)
              + " bytes of data where 1 to "
              + Math.min(room, into.remaining())
              + " were due");
    }
    dataSize = size;
    inData = 0;
    toSkip = 0;
  }

  private int takeData(Request<?> request, byte[] bytes, int at, int length) {
    ByteBuffer into = request.into();
    if (into == null) {
      return length;
    }
    int taken = Math.min(dataSize - inData, length);
    into.put(bytes, at, taken);
    inData += taken;
    if (inData == dataSize) {
      reading = null;
      // Some servers append a flag for the end of the file, as later versions have it.
      toSkip = ByteBuffer.wrap(head).getInt(0) - (DATA_HEAD - 4) - dataSize;
      request.dataArrived(dataSize);
    }
    return taken;
  }

  private Request<?> claim(int id) throws SftpProtocolException {
    Request<?> request = channel.claim(id);
    if (request == null) {
      throw new SftpProtocolException(
          "an answer to request " + Integer.toUnsignedString(id) + ", which is not open");
    }
    return request;
  }

  private void stop(RequestContext.Reason reason) {
    ended = true;
    body = null;
    channel.breakOff(reason);
    failReading();
  }

  private void failReading() {
    Request<?> cut = reading;
    if (cut != null) {
      reading = null;
      cut.fail(channel.reason().failure(cut.context));
    }
  }

  private SftpProtocolException notSftp(byte[] bytes, int at, int taken, int length) {
    var all = new byte[inHead - taken + length];
    System.arraycopy(head, 0, all, 0, inHead - taken);
    System.arraycopy(bytes, at, all, inHead - taken, length);
    return notSftp(all, 0, all.length);
  }

  private static SftpProtocolException notSftp(byte[] bytes, int at, int length) {
    int shown = Math.min(length, 100);
    String text = new String(bytes, at, shown, StandardCharsets.UTF_8).strip();
    boolean printable =
        !text.isEmpty()
            && text.chars().noneMatch(c -> c < ' ' && c != ESCAPE && !Character.isWhitespace(c));
    return new SftpProtocolException(
        printable
            ? "received \""
                + Printable.of(text)
                + (length > shown ? "..." : "")
                + "\" where SFTP should start: a shell such as nologin, a start-up file such as"
                + " .bashrc or a forced command prints it"
            : "received something else where SFTP should start");
  }
}
