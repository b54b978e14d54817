package io.github.jsftp.internal.pipeline;

import io.github.jsftp.internal.pipeline.Failures.Wanted;
import java.util.concurrent.CompletableFuture;

/** Gives a file another name. */
final class Renaming {
  private final Failures failures;
  private final Requests requests;
  private final SftpChannel channel;
  private final Call call;
  private final String from;
  private final String to;

  Renaming(Requests requests, SftpChannel channel, String operation, String from, String to) {
    this.failures = channel.settings().failures();
    this.requests = requests;
    this.channel = channel;
    this.call = new Call(operation, from);
    this.from = from;
    this.to = to;
  }

  /** Renames unless there is something of that name. */
  CompletableFuture<Void> rename() {
    return Statuses.replaced(plainRename(), this::explain);
  }

  /** Renames over a file, in one step if the server can. */
  CompletableFuture<Void> replace() {
    if (!channel.has(Wire.POSIX_RENAME)) {
      return replaceInSteps();
    }
    var packet = requests.extended(Wire.POSIX_RENAME, from).string(requests.bytes(to));
    return Statuses.replaced(channel.send(Request.plain(call, packet)), this::explainReplacement);
  }

  private CompletableFuture<Void> replaceInSteps() {
    return Statuses.replaced(
        plainRename(),
        status ->
            at(to)
                .thenCompose(
                    target ->
                        target.info() == null || target.info().isDirectory()
                            ? explainReplacement(status)
                            : removeAndRename()));
  }

  private CompletableFuture<Void> removeAndRename() {
    var removed =
        channel.send(
            Request.plain(new Call(call.operation(), to), requests.about(Wire.REMOVE, to)));
    return Statuses.explained(
            failures,
            new Call(call.operation(), to),
            Wanted.FILE,
            removed,
            () -> channel.send(requests.lstat(call, to)))
        .thenCompose(nothing -> rename());
  }

  private CompletableFuture<Void> plainRename() {
    var packet = requests.about(Wire.RENAME, from).string(requests.bytes(to));
    return channel.send(Request.plain(call, packet));
  }

  private CompletableFuture<Void> explain(StatusException status) {
    return at(from)
        .thenCombine(
            at(to),
            (source, target) ->
                failures.renamed(
                    call.operation(),
                    from,
                    to,
                    status.status,
                    status.words,
                    source.info(),
                    target.info()))
        .thenCompose(CompletableFuture::failedFuture);
  }

  private CompletableFuture<Void> explainReplacement(StatusException status) {
    return at(from)
        .thenCombine(
            at(to),
            (source, target) ->
                failures.replaced(
                    call.operation(),
                    from,
                    to,
                    status.status,
                    status.words,
                    source.info(),
                    target.info()))
        .thenCompose(CompletableFuture::failedFuture);
  }

  private CompletableFuture<Statuses.Found> at(String path) {
    return Statuses.found(channel.send(requests.lstat(call, path)));
  }
}
