package io.github.jsftp.testing;

import io.github.jsftp.testing.ScriptedSftp.Answer;
import java.io.EOFException;

/** Replies of faulty or hostile servers. */
public final class HostileReplies {
  private HostileReplies() {}

  /** Does not answer. */
  public static Answer silence() {
    return (request, channel) -> {};
  }

  public static Answer status(int code, String message) {
    return (request, channel) -> channel.status(request.id(), code, message);
  }

  /** Closes the channel instead of answering. */
  public static Answer hangUp() {
    return (request, channel) -> {
      throw new EOFException("told to hang up");
    };
  }

  /** Carries out the request, and then closes the channel instead of answering. */
  public static Answer lost(ScriptedSftp sftp) {
    return (request, channel) -> {
      sftp.usual(request, channel.unheard());
      throw new EOFException("told to hang up");
    };
  }

  /** Reports success for a request id that was never sent. */
  public static Answer unknownId() {
    return (request, channel) -> channel.status(request.id() + 1_000_000, ScriptedSftp.OK, "");
  }

  /** Answers with another type of packet than the request asks for. */
  public static Answer wrongType() {
    return (request, channel) -> {
      boolean data = request.type() != SftpType.READ;
      if (data) {
        channel.data(request.id(), new byte[] {1, 2, 3});
      } else {
        channel.attrs(request.id(), SftpEntry.file("x", 3));
      }
    };
  }

  /** Answers with a type of packet that does not exist. */
  public static Answer unknownType() {
    return (request, channel) -> channel.packet(177, new byte[] {0, 0, 0, (byte) request.id()});
  }

  /** Announces a packet of this length, as an unsigned number, and sends little of it. */
  public static Answer packetOfLength(long length) {
    return (request, channel) -> {
      var reply = request.type() == SftpType.INIT ? SftpType.VERSION : SftpType.STATUS;
      channel.packet((int) length, reply.code(), new byte[] {0, 0, 0, 3});
    };
  }

  /** Answers a READ with this many bytes more than requested. */
  public static Answer moreThanAskedFor(int bytes) {
    return (request, channel) -> {
      request.bytes();
      request.uint64();
      channel.data(request.id(), new byte[request.uint32() + bytes]);
    };
  }

  /** Answers with a handle of this length; the protocol allows 256 bytes. */
  public static Answer handleOfLength(int length) {
    return (request, channel) -> channel.handle(request.id(), new byte[length]);
  }

  /** Answers with no bytes: neither data nor the end of the file. */
  public static Answer noData() {
    return (request, channel) -> channel.data(request.id(), new byte[0]);
  }

  /** Answers with bytes that are no packet. */
  public static Answer garbage(String text) {
    return (request, channel) -> channel.raw(text);
  }
}
