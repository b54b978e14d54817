package io.github.jsftp.internal.protocol.channel;

import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request, and the future of its answer. */
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

  /** Makes a request that is answered by a status alone. */
  public static Request<Void> forStatus(RequestContext context, RequestPacket packet) {
    return new Request<>(context, packet, SftpConstants.STATUS, null, null, null);
  }

  /** Makes a request that is answered by a packet of this type, or a status if it fails. */
  public static <T> Request<T> of(
      RequestContext context, RequestPacket packet, int expectedType, ReplyReader<T> reader) {
    return new Request<>(context, packet, expectedType, reader, null, null);
  }

  /** Makes a request for one item after the other, with what stands for the end of all. */
  public static <T> Request<T> of(
      RequestContext context,
      RequestPacket packet,
      int expectedType,
      ReplyReader<T> reader,
      T endValue) {
    return new Request<>(context, packet, expectedType, reader, endValue, null);
  }

  /** Makes a request whose data goes straight to a buffer. */
  public static Request<Integer> read(
      RequestContext context, RequestPacket packet, ByteBuffer into) {
    return new Request<>(context, packet, SftpConstants.DATA, null, -1, into);
  }

  /** Returns where data is to go; null if no data is expected. */
  @Nullable ByteBuffer into() {
    return into;
  }

  /** Completes this with the number of bytes that were put into its buffer. */
  @SuppressWarnings("unchecked")
  void completeRead(int bytes) {
    ((CompletableFuture<Integer>) future).complete(bytes);
  }

  /** Completes this with an answer that is not data. */
  void complete(int type, Reply reply) throws SftpProtocolException {
    if (type == SftpConstants.STATUS) {
      status(reply);
      return;
    }
    ReplyReader<T> replyReader = reader;
    if (type != expectedType || replyReader == null) {
      throw new SftpProtocolException(
          "answer of type " + type + " where " + expectedType + " was due");
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
        throw new SftpProtocolException(
            "status OK where an answer of type " + expectedType + " was due");
      }
      future.complete(null);
    } else if (status == SftpConstants.EOF && endValue != null) {
      future.complete(endValue);
    } else {
      // Early servers leave out the words.
      future.completeExceptionally(
          new StatusException(status, reply.isAtEnd() ? "" : reply.text()));
    }
  }

  /** Reads what an answer holds. */
  public interface ReplyReader<T> {
    T read(Reply reply) throws SftpProtocolException;
  }
}
