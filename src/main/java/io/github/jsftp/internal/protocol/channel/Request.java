package io.github.jsftp.internal.protocol.channel;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request and the future of its result. */
public final class Request<T> {
  final RequestContext context;
  final RequestPacket packet;
  final CompletableFuture<T> future = new CompletableFuture<>();
  private final int expectedType;
  private final @Nullable ReplyReader<T> reader;
  private final @Nullable T endValue;
  private final @Nullable ByteBuffer into;

  private Request(
      RequestContext context,
      RequestPacket packet,
      int expectedType,
      @Nullable ReplyReader<T> reader,
      @Nullable T endValue,
      @Nullable ByteBuffer into) {
    this.context = context;
    this.packet = packet;
    this.expectedType = expectedType;
    this.reader = reader;
    this.endValue = endValue;
    this.into = into;
  }

  /** Creates a request whose reply is only a status. */
  public static Request<Void> forStatus(RequestContext context, RequestPacket packet) {
    return new Request<>(context, packet, SftpConstants.STATUS, null, null, null);
  }

  /** Creates a request whose reply is a packet of this type, or a status if it fails. */
  public static <T> Request<T> of(
      RequestContext context, RequestPacket packet, int expectedType, ReplyReader<T> reader) {
    return new Request<>(context, packet, expectedType, reader, null, null);
  }

  /**
   * Creates a request whose result is {@code endValue} if the server replies with the status for
   * the end of a file or directory.
   */
  public static <T> Request<T> of(
      RequestContext context,
      RequestPacket packet,
      int expectedType,
      ReplyReader<T> reader,
      T endValue) {
    return new Request<>(context, packet, expectedType, reader, endValue, null);
  }

  /**
   * Creates a READ request whose data goes straight into the buffer. Its result is the number of
   * bytes, or -1 at the end of the file.
   */
  public static Request<Integer> read(
      RequestContext context, RequestPacket packet, ByteBuffer into) {
    return new Request<>(context, packet, SftpConstants.DATA, null, -1, into);
  }

  /** Returns the number of bytes that the request reads or writes. */
  int dataBytes() {
    return into != null ? into.remaining() : packet.dataBytes();
  }

  /** Returns the buffer for data, or null if the request expects none. */
  @Nullable ByteBuffer into() {
    return into;
  }

  /** Completes the request after this number of bytes was put into its buffer. */
  @SuppressWarnings("unchecked")
  void completeRead(int bytes) {
    ((CompletableFuture<Integer>) future).complete(bytes);
  }

  /** Completes the request with a reply other than data. */
  void complete(int type, Reply reply) throws SftpProtocolException {
    if (type == SftpConstants.STATUS) {
      status(reply);
      return;
    }
    ReplyReader<T> replyReader = reader;
    if (type != expectedType || replyReader == null) {
      throw new SftpProtocolException("a reply of type " + type + " instead of " + expectedType);
    }
    future.complete(replyReader.read(reply));
  }

  void fail(Throwable failure) {
    future.completeExceptionally(failure);
  }

  private void status(Reply reply) throws SftpProtocolException {
    int status = reply.number();
    if (status == SftpConstants.OK) {
      if (expectedType != SftpConstants.STATUS) {
        throw new SftpProtocolException("status OK instead of a reply of type " + expectedType);
      }
      future.complete(null);
    } else if (status == SftpConstants.EOF && endValue != null) {
      future.complete(endValue);
    } else {
      // Early servers leave out the message.
      future.completeExceptionally(
          new StatusException(status, reply.isAtEnd() ? "" : reply.text()));
    }
  }

  /** Reads the result of a request from its reply. */
  public interface ReplyReader<T> {
    T read(Reply reply) throws SftpProtocolException;
  }
}
