package io.github.jsftp.internal.protocol;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Call;
import io.github.jsftp.internal.protocol.channel.Link;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.StatusException;
import io.github.jsftp.internal.protocol.channel.Wire;
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
public final class Pipeline implements RemoteStore, AutoCloseable {
  private final Channels channels;
  private final Requests requests;
  private final @Nullable String operation;
  private final OpenFiles files = new OpenFiles();

  /**
   * Makes a client; {@link #start} connects it.
   *
   * @param maxRequests the most requests to have on their way on a channel; 1 also means one
   *     channel
   * @param timeout how long a channel with requests on their way may stand still
   */
  public Pipeline(
      Link.Source source,
      Failures failures,
      Charset charset,
      int maxRequests,
      int maxChannels,
      Supplier<Duration> timeout) {
    this(
        new Channels(source, failures, charset, maxRequests, maxChannels, timeout),
        new Requests(charset),
        null);
  }

  private Pipeline(Channels channels, Requests requests, @Nullable String operation) {
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
    Call call = call("connect", ".");
    var home = new CompletableFuture<String>();
    channels.start(
        channel ->
            channel
                .send(requests.name(call, Wire.REALPATH, "."))
                .whenComplete(
                    (path, failure) -> {
                      if (failure == null) {
                        home.complete(path);
                      } else {
                        home.completeExceptionally(failure);
                      }
                    }));
    try {
      return Await.result(explained(call, Wanted.ANY, home, () -> lstat(".")), patience());
    } catch (TimeoutException e) {
      throw channels.failures().late("connect", null, e);
    }
  }

  /** Returns how long connecting may still take. */
  public Duration patience() {
    SftpChannel latest = channels.latest();
    return latest == null ? Link.USUAL_PATIENCE : latest.patience();
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
    return new Pipeline(channels, requests, name);
  }

  @Override
  public void release() {
    files.release();
  }

  void closed(Handle handle) {
    files.remove(handle);
  }

  @Override
  public SftpException.Details details(String path, String problem) {
    return channels.failures().details(call("sftp", path).operation(), path, problem);
  }

  @Override
  public CompletableFuture<FileInfo> stat(String path) {
    Call call = call("stat", path);
    return look(call, path, true);
  }

  @Override
  public CompletableFuture<FileInfo> lstat(String path) {
    Call call = call("lstat", path);
    return look(call, path, false);
  }

  private CompletableFuture<FileInfo> look(Call call, String path, boolean follow) {
    return channels.on(
        call,
        channel ->
            explained(
                call,
                Wanted.ANY,
                orRefused(call, () -> requests.looks().at(channel, call, path, follow)),
                () -> CompletableFuture.failedFuture(new IllegalStateException("not asked for"))));
  }

  @Override
  public CompletableFuture<String> realpath(String path) {
    Call call = call("realpath", path);
    return ask(call, Wanted.ANY, () -> requests.name(call, Wire.REALPATH, path));
  }

  @Override
  public CompletableFuture<String> readlink(String link) {
    Call call = call("readlink", link);
    return ask(call, Wanted.LINK, () -> requests.name(call, Wire.READLINK, link));
  }

  @Override
  public CompletableFuture<Void> symlink(String target, String link) {
    // The draft has the link first; OpenSSH has it second, and everyone followed.
    Call call = call("symlink", link);
    return ask(
        call,
        Wanted.ABSENT,
        () ->
            Request.plain(call, requests.about(Wire.SYMLINK, target).string(requests.bytes(link))));
  }

  @Override
  public CompletableFuture<Void> mkdir(String dir, Attributes attributes) {
    Call call = call("mkdir", dir);
    return ask(
        call,
        Wanted.ABSENT,
        () -> Request.plain(call, requests.about(Wire.MKDIR, dir).attributes(attributes)));
  }

  @Override
  public CompletableFuture<Void> rmdir(String dir) {
    Call call = call("rmdir", dir);
    return ask(
        call, Wanted.EMPTY_DIRECTORY, () -> Request.plain(call, requests.about(Wire.RMDIR, dir)));
  }

  @Override
  public CompletableFuture<Void> remove(String path) {
    Call call = call("remove", path);
    return ask(call, Wanted.FILE, () -> Request.plain(call, requests.about(Wire.REMOVE, path)));
  }

  @Override
  public CompletableFuture<Void> rename(String from, String to) {
    Call call = call("rename", from);
    return channels.on(
        call,
        channel ->
            orRefused(
                call, () -> new Renaming(requests, channel, call.operation(), from, to).rename()));
  }

  @Override
  public CompletableFuture<Void> replace(String from, String to, String aside) {
    Call call = call("replace", from);
    return channels.on(
        call,
        channel ->
            orRefused(
                call,
                () -> new Renaming(requests, channel, call.operation(), from, to).replace(aside)));
  }

  @Override
  public CompletableFuture<Void> setAttributes(String path, Attributes attributes) {
    Call call = call("setAttributes", path);
    return ask(
        call,
        Wanted.ANY,
        () -> Request.plain(call, requests.about(Wire.SETSTAT, path).attributes(attributes)));
  }

  @Override
  public CompletableFuture<RemoteListing> list(String dir) {
    Call call = call("list", dir);
    return channels.on(
        call,
        channel ->
            askOn(
                channel,
                call,
                Wanted.DIRECTORY,
                () ->
                    Request.of(
                        call,
                        requests.about(Wire.OPENDIR, dir),
                        Wire.HANDLE,
                        reply -> new Listing(this, channel, call, dir, reply.handle()))));
  }

  @Override
  public CompletableFuture<RemoteHandle> open(
      String path, Set<OpenMode> modes, Attributes attributes) {
    Call call = call("open", path);
    return channels.on(call, channel -> openOn(channel, path, modes, attributes));
  }

  @Override
  public List<CompletableFuture<RemoteHandle>> openStripes(
      String path, Set<OpenMode> modes, Attributes attributes, int stripes) {
    Call call = call("open", path);
    return channels.distinct(call, stripes).stream()
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
    Call call = call("connect", path);
    return channels
        .on(call, channel -> channel.send(requests.name(call, Wire.REALPATH, ".")))
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
    Call call = call("hash", path);
    return channels.on(
        call, channel -> new Hashing(this, channel, call, path, algorithms, size, piece).run());
  }

  CompletableFuture<Handle> openToRead(SftpChannel channel, String path) {
    return opened(channel, path, Set.of(OpenMode.READ), Attributes.NONE);
  }

  CompletableFuture<RemoteHandle> openOn(
      SftpChannel channel, String path, Set<OpenMode> modes, Attributes attributes) {
    return opened(channel, path, modes, attributes).thenApply(handle -> handle);
  }

  private CompletableFuture<Handle> opened(
      SftpChannel channel, String path, Set<OpenMode> modes, Attributes attributes) {
    Call call = call("open", path);
    // Calls on an open file have names of their own; parts of a transfer have its name.
    String whole = "open".equals(operation) ? null : operation;
    boolean exclusive = modes.contains(OpenMode.EXCLUSIVE);
    return explained(
        call,
        exclusive ? Wanted.ABSENT : Wanted.FILE,
        orRefused(
            call,
            () ->
                channel.send(
                    Request.of(
                        call,
                        requests
                            .about(Wire.OPEN, path)
                            .number(Requests.flags(modes))
                            .attributes(attributes),
                        Wire.HANDLE,
                        reply ->
                            files.add(new Handle(this, channel, whole, path, reply.handle()))))),
        () -> requests.looks().at(channel, call, path, !exclusive));
  }

  Requests requests() {
    return requests;
  }

  <T> CompletableFuture<T> explained(
      Call call,
      Wanted wanted,
      CompletableFuture<T> outcome,
      Supplier<CompletableFuture<FileInfo>> look) {
    return Statuses.explained(channels.failures(), call, wanted, outcome, look);
  }

  /** Returns what the body returns; a path or a time that can't be sent is a failure as well. */
  <T> CompletableFuture<T> orRefused(Call call, Supplier<CompletableFuture<T>> body) {
    try {
      return body.get();
    } catch (IllegalArgumentException e) {
      var details =
          channels
              .failures()
              .details(call.operation(), call.path(), String.valueOf(e.getMessage()));
      return CompletableFuture.failedFuture(new SftpException(details, e));
    }
  }

  private Call call(String name, String path) {
    return new Call(operation != null ? operation : name, path);
  }

  private <T> CompletableFuture<T> ask(Call call, Wanted wanted, Supplier<Request<T>> request) {
    return channels.on(call, channel -> askOn(channel, call, wanted, request));
  }

  private <T> CompletableFuture<T> askOn(
      SftpChannel channel, Call call, Wanted wanted, Supplier<Request<T>> request) {
    return explained(
        call,
        wanted,
        orRefused(call, () -> channel.send(request.get())),
        () -> requests.looks().at(channel, call, String.valueOf(call.path()), false));
  }
}
