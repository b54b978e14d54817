package io.github.jsftp.internal.protocol;

import io.github.jsftp.FileInfo;
import io.github.jsftp.StatVfs;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.RequestPacket;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client for SFTP version 3 with many requests in flight, over one or more channels. Safe for use
 * by several threads.
 */
public final class SftpClient implements RemoteStore, AutoCloseable {
  private final ChannelPool channels;
  private final PathRequests requests;
  private final @Nullable String operation;
  private final OpenFiles files = new OpenFiles();

  /**
   * Creates a client; {@link #start} connects it.
   *
   * @param maxRequests the maximum number of requests in flight on a channel; 1 also limits the
   *     client to one channel
   * @param timeout how long a channel with pending requests may make no progress
   */
  public SftpClient(
      Transport.Source source,
      Failures failures,
      Charset charset,
      int maxRequests,
      int maxChannels,
      Supplier<Duration> timeout) {
    this(
        new ChannelPool(source, failures, charset, maxRequests, maxChannels, timeout),
        new PathRequests(charset),
        null);
  }

  private SftpClient(ChannelPool channels, PathRequests requests, @Nullable String operation) {
    this.channels = channels;
    this.requests = requests;
    this.operation = operation;
  }

  /**
   * Opens the first channel, and waits for the server's version.
   *
   * @return the home directory, where relative paths start; it is requested at the same time
   * @throws io.github.jsftp.ConnectionException if the server has no SFTP
   * @throws io.github.jsftp.OperationTimeoutException if the server does not reply
   */
  public String start() throws IOException {
    RequestContext context = context("connect", ".");
    var home = new CompletableFuture<String>();
    channels.start(
        channel ->
            channel
                .send(requests.pathRequest(context, SftpConstants.REALPATH, "."))
                .whenComplete(
                    (path, failure) -> {
                      if (failure == null) {
                        home.complete(path);
                      } else {
                        home.completeExceptionally(failure);
                      }
                    }));
    try {
      return Await.result(explained(context, home), remainingConnectTime());
    } catch (TimeoutException e) {
      throw channels.failures().sftpStartTimedOut("connect", null, e);
    }
  }

  /** Returns the time that is left for connecting. */
  public Duration remainingConnectTime() {
    SftpChannel latest = channels.latest();
    return latest == null ? Transport.DEFAULT_CONNECT_TIMEOUT : latest.remainingConnectTime();
  }

  /** Returns true if a channel is open. If not, the next request opens one. */
  public boolean isOpen() {
    return channels.size() > 0;
  }

  /** Closes all channels. Pending and future requests fail. Does not wait for the server. */
  @Override
  public void close() {
    channels.close();
  }

  @Override
  public RemoteStore named(String name) {
    return new SftpClient(channels, requests, name);
  }

  @Override
  public void release() {
    files.release();
  }

  void closed(FileHandle handle) {
    files.remove(handle);
  }

  @Override
  public Details details(@Nullable String path, String problem) {
    return channels.failures().details(operation != null ? operation : "sftp", path, problem);
  }

  @Override
  public CompletableFuture<FileInfo> stat(String path) {
    return attributes(context("stat", path), path, true);
  }

  @Override
  public CompletableFuture<FileInfo> lstat(String path) {
    return attributes(context("lstat", path), path, false);
  }

  private CompletableFuture<FileInfo> attributes(
      RequestContext context, String path, boolean follow) {
    return channels.withChannel(
        context,
        channel ->
            explained(
                context,
                orInvalid(context, () -> requests.queries().stat(channel, context, path, follow))));
  }

  @Override
  public CompletableFuture<String> realpath(String path) {
    RequestContext context = context("realpath", path);
    return request(
        context, Expected.ANY, () -> requests.pathRequest(context, SftpConstants.REALPATH, path));
  }

  @Override
  public CompletableFuture<String> readlink(String link) {
    RequestContext context = context("readlink", link);
    return request(
        context, Expected.LINK, () -> requests.pathRequest(context, SftpConstants.READLINK, link));
  }

  @Override
  public CompletableFuture<Void> symlink(String target, String link) {
    // The draft puts the link first. OpenSSH puts it second, and other servers do the same.
    return change(
        context("symlink", link),
        Expected.ABSENT,
        () -> requests.packet(SftpConstants.SYMLINK, target).string(requests.bytes(link)));
  }

  @Override
  public CompletableFuture<Void> hardlink(String file, String link) {
    return rename(context("hardlink", file), file, link, RenameRequest::hardlink);
  }

  @Override
  public CompletableFuture<StatVfs> statvfs(String path) {
    RequestContext context = context("statvfs", path);
    return channels.withChannel(
        context,
        channel ->
            channel.extensions().has(SftpConstants.STATVFS)
                ? requestOn(channel, context, Expected.ANY, () -> requests.statvfs(context, path))
                : CompletableFuture.failedFuture(
                    channels.unsupported(context, SftpConstants.STATVFS)));
  }

  @Override
  public CompletableFuture<Void> mkdir(String dir, AttributeChanges attributes) {
    return change(
        context("mkdir", dir),
        Expected.ABSENT,
        () -> requests.packet(SftpConstants.MKDIR, dir).attributes(attributes));
  }

  @Override
  public CompletableFuture<Void> rmdir(String dir) {
    return change(
        context("rmdir", dir),
        Expected.EMPTY_DIRECTORY,
        () -> requests.packet(SftpConstants.RMDIR, dir));
  }

  @Override
  public CompletableFuture<Void> remove(String path) {
    return change(
        context("remove", path), Expected.FILE, () -> requests.packet(SftpConstants.REMOVE, path));
  }

  @Override
  public CompletableFuture<Void> rename(String from, String to) {
    return rename(context("rename", from), from, to, RenameRequest::rename);
  }

  @Override
  public CompletableFuture<Void> replace(String from, String to, String aside) {
    return rename(context("replace", from), from, to, request -> request.replace(aside));
  }

  private CompletableFuture<Void> rename(
      RequestContext context,
      String from,
      String to,
      Function<RenameRequest, CompletableFuture<Void>> request) {
    return channels.withChannel(
        context,
        channel ->
            orInvalid(
                context,
                () ->
                    request.apply(
                        new RenameRequest(requests, channel, context.operation(), from, to))));
  }

  @Override
  public CompletableFuture<Void> setAttributes(String path, AttributeChanges attributes) {
    return change(
        context("setAttributes", path),
        Expected.ANY,
        () -> requests.packet(SftpConstants.SETSTAT, path).attributes(attributes));
  }

  private CompletableFuture<Void> change(
      RequestContext context, Expected expected, Supplier<RequestPacket> packet) {
    return request(context, expected, () -> Request.forStatus(context, packet.get()));
  }

  @Override
  public CompletableFuture<RemoteListing> list(String dir) {
    RequestContext context = context("list", dir);
    return channels.withChannel(
        context,
        channel ->
            requestOn(
                channel,
                context,
                Expected.DIRECTORY,
                () ->
                    Request.of(
                        context,
                        requests.packet(SftpConstants.OPENDIR, dir),
                        SftpConstants.HANDLE,
                        reply ->
                            new DirectoryListing(this, channel, context, dir, reply.handle()))));
  }

  @Override
  public CompletableFuture<RemoteHandle> open(
      String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    RequestContext context = context("open", path);
    return channels.withChannel(context, channel -> openOn(channel, path, flags, attributes));
  }

  @Override
  public List<CompletableFuture<RemoteHandle>> openStripes(
      String path, Set<OpenFlag> flags, AttributeChanges attributes, int stripes) {
    RequestContext context = context("open", path);
    return channels.distinctChannels(context, stripes).stream()
        .map(opened -> opened.thenCompose(channel -> openOn(channel, path, flags, attributes)))
        .toList();
  }

  @Override
  public CompletableFuture<RemoteHandle> openOnNewChannel(
      String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    return channels
        .newChannel(context("open", path))
        .thenCompose(channel -> openOn(channel, path, flags, attributes));
  }

  @Override
  public void expectStripes(int stripes) {
    channels.prepare(stripes);
  }

  @Override
  public Duration timeout() {
    return channels.settings().timeout().get();
  }

  @Override
  public long roundTrip() {
    return channels.roundTrip();
  }

  @Override
  public CompletableFuture<Void> reconnect(String path) {
    return new ReconnectProbe(channels, requests, context("connect", path)).run();
  }

  @Override
  public boolean isClosed() {
    return channels.isClosed();
  }

  @Override
  public int maxInFlight() {
    return channels.maxInFlight();
  }

  @Override
  public int maxStripes(long left) {
    return channels.usefulChannels(left);
  }

  @Override
  public CompletableFuture<Digests> hash(
      String path, List<String> algorithms, long size, long piece) {
    RequestContext context = context("hash", path);
    return channels.withChannel(
        context,
        channel -> new HashRequest(this, channel, context, path, algorithms, size, piece).run());
  }

  CompletableFuture<FileHandle> openToRead(SftpChannel channel, String path) {
    return openFile(channel, path, Set.of(OpenFlag.READ), AttributeChanges.NONE);
  }

  CompletableFuture<RemoteHandle> openOn(
      SftpChannel channel, String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    return openFile(channel, path, flags, attributes).thenApply(handle -> handle);
  }

  private CompletableFuture<FileHandle> openFile(
      SftpChannel channel, String path, Set<OpenFlag> flags, AttributeChanges attributes) {
    RequestContext context = context("open", path);
    // Failures name the requests on a file from open(), but the operation of a transfer.
    String reportedOperation = "open".equals(operation) ? null : operation;
    boolean exclusive = flags.contains(OpenFlag.EXCLUSIVE);
    return explained(
        context,
        exclusive ? Expected.ABSENT : Expected.FILE,
        orInvalid(
            context,
            () ->
                channel.send(
                    Request.of(
                        context,
                        requests
                            .packet(SftpConstants.OPEN, path)
                            .number(PathRequests.flags(flags))
                            .attributes(attributes),
                        SftpConstants.HANDLE,
                        reply ->
                            files.add(
                                new FileHandle(
                                    this, channel, reportedOperation, path, reply.handle()))))),
        () -> requests.queries().stat(channel, context, path, !exclusive));
  }

  PathRequests requests() {
    return requests;
  }

  <T> CompletableFuture<T> explained(RequestContext context, CompletableFuture<T> outcome) {
    return StatusInterpreter.explained(channels.failures(), context, outcome);
  }

  <T> CompletableFuture<T> explained(
      RequestContext context,
      Expected expected,
      CompletableFuture<T> outcome,
      Supplier<CompletableFuture<FileInfo>> query) {
    return StatusInterpreter.explained(channels.failures(), context, expected, outcome, query);
  }

  /** Returns the result of the request. If a path or a time can't be encoded, the result fails. */
  <T> CompletableFuture<T> orInvalid(
      RequestContext context, Supplier<CompletableFuture<T>> request) {
    try {
      return request.get();
    } catch (IllegalArgumentException e) {
      var details =
          channels
              .failures()
              .details(context.operation(), context.path(), String.valueOf(e.getMessage()));
      return CompletableFuture.failedFuture(Results.NEW.sftpException(details, e));
    }
  }

  private RequestContext context(String name, String path) {
    return new RequestContext(operation != null ? operation : name, path);
  }

  private <T> CompletableFuture<T> request(
      RequestContext context, Expected expected, Supplier<Request<T>> request) {
    return channels.withChannel(context, channel -> requestOn(channel, context, expected, request));
  }

  private <T> CompletableFuture<T> requestOn(
      SftpChannel channel,
      RequestContext context,
      Expected expected,
      Supplier<Request<T>> request) {
    return explained(
        context,
        expected,
        orInvalid(context, () -> channel.send(request.get())),
        () -> requests.queries().stat(channel, context, String.valueOf(context.path()), false));
  }
}
