package io.github.jsftp.internal.pipeline;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.pipeline.Failures.Wanted;
import io.github.jsftp.internal.transfer.TemporaryName;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

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
    return Statuses.replaced(move(from, to), this::explain);
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
        move(from, to),
        status ->
            at(to)
                .thenCompose(
                    target ->
                        target.info() == null || target.info().isDirectory()
                            ? explainReplacement(status)
                            : changePlaces(status)));
  }

  /**
   * Moves what is to be replaced aside, and removes it last of all: a server that refuses one of
   * the steps must not cost the user the old file.
   */
  private CompletableFuture<Void> changePlaces(StatusException first) {
    String pattern = TransferOptions.defaults().temporaryName();
    String aside =
        RemotePath.child(RemotePath.parent(to), TemporaryName.of(pattern, RemotePath.name(to)));
    return Statuses.replaced(move(to, aside), refused -> explainReplacement(first))
        .thenCompose(
            nothing -> Statuses.replaced(move(from, to), refused -> moveBack(aside, refused)))
        .thenCompose(nothing -> remove(aside));
  }

  private CompletableFuture<Void> moveBack(String aside, StatusException refused) {
    return move(aside, to)
        .handle((nothing, failure) -> explainReplacement(refused))
        .thenCompose(Function.identity());
  }

  private CompletableFuture<Void> remove(String path) {
    var about = new Call(call.operation(), path);
    var removed = channel.send(Request.plain(about, requests.about(Wire.REMOVE, path)));
    return Statuses.explained(
        failures, about, Wanted.FILE, removed, () -> channel.send(requests.lstat(about, path)));
  }

  private CompletableFuture<Void> move(String one, String other) {
    var packet = requests.about(Wire.RENAME, one).string(requests.bytes(other));
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
                    source.meaning(status.status),
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
                    source.meaning(status.status),
                    status.words,
                    source.info(),
                    target.info()))
        .thenCompose(CompletableFuture::failedFuture);
  }

  private CompletableFuture<Statuses.Found> at(String path) {
    return Statuses.found(channel.send(requests.lstat(call, path)));
  }
}
