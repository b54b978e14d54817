package io.github.jsftp.internal.protocol;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.StatusException;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Wanted;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteStore;
import java.io.IOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A client for version 3 of SFTP that has many requests on their way, over one or more channels.
 * Safe for use by several threads.
 */
public final class SftpClient implements RemoteStore, AutoCloseable {
  private final ChannelPool channels;
  private final PathRequests requests;
  private final @Nullable String operation;
  private final OpenFiles files = new OpenFiles();

  /**
   * Makes a client; {@link #start} connects it.
   *
   * @param maxRequests the most requests to have on their way on a channel; 1 also means one
   *     channel
   * @param timeout how long a channel with requests on their way may stand still
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
   * Opens the first channel, and waits until the server has greeted.
   *
   * @return the directory that relative paths start in, which was asked for at the same time
   * @throws io.github.jsftp.ConnectionException if there is no SFTP at the far end
   * @throws io.github.jsftp.OperationTimeoutException if the server says nothing
   */
  public String start() throws IOException {
    RequestContext context = call("connect", ".");
    var home = new CompletableFuture<String>();
    channels.start(
        channel ->
            channel
                .send(requests.name(context, SftpConstants.REALPATH, "."))
                .whenComplete(
                    (path, failure) -> {
                      if (failure == null) {
                        home.complete(path);
                      } else {
                        home.completeExceptionally(failure);
                      }
                    }));
    try {
      return Await.result(explained(context, Wanted.ANY, home, () -> lstat(".")), patience());
    } catch (TimeoutException e) {
      throw channels.failures().late("connect", null, e);
    }
  }

  /** Returns how long connecting may still take. */
  public Duration patience() {
    SftpChannel latest = channels.latest();
    return latest == null ? Transport.USUAL_PATIENCE : latest.patience();
  }

  /** Says whether there is a channel now; without one, the next request opens one. */
  public boolean isOpen() {
    return channels.size() > 0;
  }

  /** Fails all that waits, and all that comes. Does not wait for the server. */
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
  public SftpException.Details details(String path, String problem) {
    return channels.failures().details(call("sftp", path).operation(), path, problem);
  }

  @Override
  public CompletableFuture<FileInfo> stat(String path) {
    RequestContext context = call("stat", path);
    return look(context, path, true);
  }

  @Override
  public CompletableFuture<FileInfo> lstat(String path) {
    RequestContext context = call("lstat", path);
    return look(context, path, false);
  }

  private CompletableFuture<FileInfo> look(RequestContext context, String path, boolean follow) {
    return channels.on(
        context,
        channel ->
            explained(
                context,
                Wanted.ANY,
                orRefused(context, () -> requests.queries().at(channel, context, path, follow)),
                () -> CompletableFuture.failedFuture(new IllegalStateException("not asked for"))));
  }

  @Override
  public CompletableFuture<String> realpath(String path) {
    RequestContext context = call("realpath", path);
    return ask(context, Wanted.ANY, () -> requests.name(context, SftpConstants.REALPATH, path));
  }

  @Override
  public CompletableFuture<String> readlink(String link) {
    RequestContext context = call("readlink", link);
    return ask(context, Wanted.LINK, () -> requests.name(context, SftpConstants.READLINK, link));
  }

  @Override
  public CompletableFuture<Void> symlink(String target, String link) {
    // The draft has the link first; OpenSSH has it second, and everyone followed.
    RequestContext context = call("symlink", link);
    return ask(
        context,
        Wanted.ABSENT,
        () ->
            Request.plain(
                context,
                requests.about(SftpConstants.SYMLINK, target).string(requests.bytes(link))));
  }

  @Override
  public CompletableFuture<Void> mkdir(String dir, Attributes attributes) {
    RequestContext context = call("mkdir", dir);
    return ask(
        context,
        Wanted.ABSENT,
        () ->
            Request.plain(
                context, requests.about(SftpConstants.MKDIR, dir).attributes(attributes)));
  }

  @Override
  public CompletableFuture<Void> rmdir(String dir) {
    RequestContext context = call("rmdir", dir);
    return ask(
        context,
        Wanted.EMPTY_DIRECTORY,
        () -> Request.plain(context, requests.about(SftpConstants.RMDIR, dir)));
  }

  @Override
  public CompletableFuture<Void> remove(String path) {
    RequestContext context = call("remove", path);
    return ask(
        context,
        Wanted.FILE,
        () -> Request.plain(context, requests.about(SftpConstants.REMOVE, path)));
  }

  @Override
  public CompletableFuture<Void> rename(String from, String to) {
    RequestContext context = call("rename", from);
    return channels.on(
        context,
        channel ->
            orRefused(
                context,
                () ->
                    new RenameRequest(requests, channel, context.operation(), from, to).rename()));
  }

  @Override
  public CompletableFuture<Void> replace(String from, String to, String aside) {
    RequestContext context = call("replace", from);
    return channels.on(
        context,
        channel ->
            orRefused(
                context,
                () ->
                    new RenameRequest(requests, channel, context.operation(), from, to)
                        .replace(aside)));
  }

  @Override
  public CompletableFuture<Void> setAttributes(String path, Attributes attributes) {
    RequestContext context = call("setAttributes", path);
    return ask(
        context,
        Wanted.ANY,
        () ->
            Request.plain(
                context, requests.about(SftpConstants.SETSTAT, path).attributes(attributes)));
  }

  @Override
  public CompletableFuture<RemoteListing> list(String dir) {
    RequestContext context = call("list", dir);
    return channels.on(
        context,
        channel ->
            askOn(
                channel,
                context,
                Wanted.DIRECTORY,
                () ->
                    Request.of(
                        context,
                        requests.about(SftpConstants.OPENDIR, dir),
                        SftpConstants.HANDLE,
                        reply ->
                            new DirectoryListing(this, channel, context, dir, reply.handle()))));
  }

  @Override
  public CompletableFuture<RemoteHandle> open(
      String path, Set<OpenMode> modes, Attributes attributes) {
    RequestContext context = call("open", path);
    return channels.on(context, channel -> openOn(channel, path, modes, attributes));
  }

  @Override
  public List<CompletableFuture<RemoteHandle>> openStripes(
      String path, Set<OpenMode> modes, Attributes attributes, int stripes) {
    RequestContext context = call("open", path);
    return channels.distinct(context, stripes).stream()
        .map(opened -> opened.thenCompose(channel -> openOn(channel, path, modes, attributes)))
        .toList();
  }

  @Override
  public CompletableFuture<RemoteHandle> openOnNewChannel(
      String path, Set<OpenMode> modes, Attributes attributes) {
    return channels
        .fresh(call("open", path))
        .thenCompose(channel -> openOn(channel, path, modes, attributes));
  }

  @Override
  public void expectStripes(int stripes) {
    channels.expect(stripes);
  }

  @Override
  public Duration timeout() {
    return channels.settings().timeout().get();
  }

  @Override
  public boolean isDistant() {
    return channels.isDistant();
  }

  @Override
  public CompletableFuture<Void> reconnect(String path) {
    boolean cut = channels.cutSilent();
    CompletableFuture<Void> sign = askForSign(path);
    // Channels of a session that was just given up may not have noticed yet.
    return cut ? sign.exceptionallyCompose(failure -> askForSign(path)) : sign;
  }

  /** Has the server say anything at all. */
  private CompletableFuture<Void> askForSign(String path) {
    RequestContext context = call("connect", path);
    return channels
        .on(context, channel -> channel.send(requests.name(context, SftpConstants.REALPATH, ".")))
        .handle((answer, failure) -> failure == null ? null : Await.cause(failure))
        .thenCompose(
            failure ->
                failure == null || failure instanceof StatusException
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure));
  }

  @Override
  public boolean isClosed() {
    return channels.isClosed();
  }

  @Override
  public int window() {
    return channels.allowance();
  }

  @Override
  public int maxStripes() {
    return channels.most();
  }

  @Override
  public CompletableFuture<Digests> hash(
      String path, List<String> algorithms, long size, long piece) {
    RequestContext context = call("hash", path);
    return channels.on(
        context,
        channel -> new HashRequest(this, channel, context, path, algorithms, size, piece).run());
  }

  CompletableFuture<FileHandle> openToRead(SftpChannel channel, String path) {
    return opened(channel, path, Set.of(OpenMode.READ), Attributes.NONE);
  }

  CompletableFuture<RemoteHandle> openOn(
      SftpChannel channel, String path, Set<OpenMode> modes, Attributes attributes) {
    return opened(channel, path, modes, attributes).thenApply(handle -> handle);
  }

  private CompletableFuture<FileHandle> opened(
      SftpChannel channel, String path, Set<OpenMode> modes, Attributes attributes) {
    RequestContext context = call("open", path);
    // Calls on an open file have names of their own; parts of a transfer have its name.
    String whole = "open".equals(operation) ? null : operation;
    boolean exclusive = modes.contains(OpenMode.EXCLUSIVE);
    return explained(
        context,
        exclusive ? Wanted.ABSENT : Wanted.FILE,
        orRefused(
            context,
            () ->
                channel.send(
                    Request.of(
                        context,
                        requests
                            .about(SftpConstants.OPEN, path)
                            .number(PathRequests.flags(modes))
                            .attributes(attributes),
                        SftpConstants.HANDLE,
                        reply ->
                            files.add(
                                new FileHandle(this, channel, whole, path, reply.handle()))))),
        () -> requests.queries().at(channel, context, path, !exclusive));
  }

  PathRequests requests() {
    return requests;
  }

  <T> CompletableFuture<T> explained(
      RequestContext context,
      Wanted wanted,
      CompletableFuture<T> outcome,
      Supplier<CompletableFuture<FileInfo>> look) {
    return StatusInterpreter.explained(channels.failures(), context, wanted, outcome, look);
  }

  /** Returns what the body returns; a path or a time that can't be sent is a failure as well. */
  <T> CompletableFuture<T> orRefused(RequestContext context, Supplier<CompletableFuture<T>> body) {
    try {
      return body.get();
    } catch (IllegalArgumentException e) {
      var details =
          channels
              .failures()
              .details(context.operation(), context.path(), String.valueOf(e.getMessage()));
      return CompletableFuture.failedFuture(new SftpException(details, e));
    }
  }

  private RequestContext call(String name, String path) {
    return new RequestContext(operation != null ? operation : name, path);
  }

  private <T> CompletableFuture<T> ask(
      RequestContext context, Wanted wanted, Supplier<Request<T>> request) {
    return channels.on(context, channel -> askOn(channel, context, wanted, request));
  }

  private <T> CompletableFuture<T> askOn(
      SftpChannel channel, RequestContext context, Wanted wanted, Supplier<Request<T>> request) {
    return explained(
        context,
        wanted,
        orRefused(context, () -> channel.send(request.get())),
        () -> requests.queries().at(channel, context, String.valueOf(context.path()), false));
  }
}
