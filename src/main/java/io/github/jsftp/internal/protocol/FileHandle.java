package io.github.jsftp.internal.protocol;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** An open remote file. All its requests use one channel. */
final class FileHandle implements RemoteHandle {
  /** The maximum useful number of bytes in flight. More only takes memory. */
  private static final int MAX_BYTES_IN_FLIGHT = 4 * 1024 * 1024;

  private final SftpClient client;
  private final SftpChannel channel;
  private final @Nullable String operation;
  private final String path;
  private final byte[] handle;
  private final int requestSize;
  private @Nullable CompletableFuture<Void> closing;

  /**
   * Creates a handle.
   *
   * @param operation the operation that failures name. It is null for a file that the user has
   *     opened: failures name each request, and tell that the file is lost with its channel
   */
  FileHandle(
      SftpClient client,
      SftpChannel channel,
      @Nullable String operation,
      String path,
      byte[] handle) {
    this.client = client;
    this.channel = channel;
    this.operation = operation;
    this.path = path;
    this.handle = handle;
    requestSize = channel.requestSize();
  }

  /** Returns the handle that the server has assigned. */
  byte[] serverHandle() {
    return handle;
  }

  @Override
  public int requestSize() {
    return requestSize;
  }

  @Override
  public int maxInFlight() {
    int requests = Math.max(1, MAX_BYTES_IN_FLIGHT / requestSize);
    return Math.min(requests, channel.settings().maxRequests());
  }

  @Override
  public CompletableFuture<Integer> read(long offset, ByteBuffer into) {
    checkSize(into);
    var packet = packet(SftpConstants.READ).longNumber(offset).number(into.remaining());
    RequestContext context = context("read");
    return explained(context, channel.send(Request.read(context, packet, into)));
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    checkSize(from);
    return send("write", packet(SftpConstants.WRITE).longNumber(offset).data(from))
        .exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(ServerErrors.ofWrite(Await.cause(failure))));
  }

  @Override
  public CompletableFuture<FileInfo> stat() {
    RequestContext context = context("stat");
    return withAdvice(client.explained(context, fstat(context)));
  }

  @Override
  public CompletableFuture<Void> setAttributes(AttributeChanges attributes) {
    String name =
        attributes.size() != null
            ? "truncate"
            : attributes.permissions() != null ? "chmod" : "setTimes";
    return client.orInvalid(
        context(name), () -> send(name, packet(SftpConstants.FSETSTAT).attributes(attributes)));
  }

  @Override
  public CompletableFuture<Void> fsync() {
    return extended("fsync", SftpConstants.FSYNC, packet -> packet);
  }

  @Override
  public CompletableFuture<RemoteHandle> openOnSameChannel(
      String other, Set<OpenFlag> flags, AttributeChanges attributes) {
    return client.openOn(channel, other, flags, attributes);
  }

  @Override
  public CompletableFuture<Void> copyData(
      long offset, long length, RemoteHandle target, long targetOffset) {
    if (!(target instanceof FileHandle other) || other.channel != channel) {
      throw new IllegalArgumentException("copyData needs two files on the same channel");
    }
    return extended(
        "copy",
        SftpConstants.COPY_DATA,
        packet ->
            packet
                .longNumber(offset)
                .longNumber(length)
                .string(other.handle)
                .longNumber(targetOffset));
  }

  @Override
  public synchronized CompletableFuture<Void> close() {
    CompletableFuture<Void> known = closing;
    if (known == null) {
      client.closed(this);
      known = send("close", packet(SftpConstants.CLOSE));
      closing = known;
    }
    return known;
  }

  private CompletableFuture<Void> extended(
      String name, String extension, UnaryOperator<RequestPacket> arguments) {
    if (!channel.extensions().has(extension)) {
      Failures failures = channel.settings().failures();
      return CompletableFuture.failedFuture(
          failures.unsupported(context(name).operation(), path, extension));
    }
    var packet = new RequestPacket(SftpConstants.EXTENDED).ascii(extension).string(handle);
    return send(name, arguments.apply(packet));
  }

  private CompletableFuture<Void> send(String name, RequestPacket packet) {
    RequestContext context = context(name);
    return explained(context, channel.send(Request.forStatus(context, packet)));
  }

  /**
   * Explains a refused request. OpenSSH opens a directory for reading without an error, and refuses
   * only the reads. The query uses the path, since the handle may already be closed.
   */
  private <T> CompletableFuture<T> explained(RequestContext context, CompletableFuture<T> outcome) {
    return withAdvice(
        client.explained(
            context,
            Expected.FILE,
            outcome,
            () -> client.requests().queries().stat(channel, context, path, true)));
  }

  /** Adds advice to the loss of a file that the user has opened, which nothing reopens. */
  private <T> CompletableFuture<T> withAdvice(CompletableFuture<T> outcome) {
    return operation != null
        ? outcome
        : outcome.exceptionallyCompose(
            failure -> CompletableFuture.failedFuture(withAdvice(Await.cause(failure))));
  }

  private Throwable withAdvice(Throwable failure) {
    return failure instanceof SftpException lost && ServerErrors.isLost(lost) && !client.isClosed()
        ? ExceptionTranslator.saying(
            Details.of(lost).problem() + "; the file must be opened again", lost)
        : failure;
  }

  private CompletableFuture<FileInfo> fstat(RequestContext context) {
    return channel.send(
        Request.of(
            context,
            packet(SftpConstants.FSTAT),
            SftpConstants.ATTRS,
            reply -> client.requests().queries().ofOpenFile(path, reply.attributes())));
  }

  private RequestPacket packet(int type) {
    return new RequestPacket(type).string(handle);
  }

  private RequestContext context(String name) {
    return new RequestContext(operation != null ? operation : name, path);
  }

  private void checkSize(ByteBuffer bytes) {
    if (bytes.remaining() > requestSize) {
      throw new IllegalArgumentException(
          bytes.remaining() + " bytes in a request, where " + requestSize + " are allowed");
    }
  }
}
