package io.github.jsftp.internal.protocol;

import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Request;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.SftpChannel;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.StatusException;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.Failures.Expected;
import java.util.concurrent.CompletableFuture;

/** Gives a file another name. */
final class RenameRequest {
  private static final int FAILURE = 4;
  private static final int BAD_MESSAGE = 5;
  private static final int UNSUPPORTED = 8;

  private final Failures failures;
  private final PathRequests requests;
  private final SftpChannel channel;
  private final RequestContext context;
  private final String from;
  private final String to;

  RenameRequest(
      PathRequests requests, SftpChannel channel, String operation, String from, String to) {
    this.failures = channel.settings().failures();
    this.requests = requests;
    this.channel = channel;
    this.context = new RequestContext(operation, from);
    this.from = from;
    this.to = to;
  }

  /**
   * Renames unless there is something of that name. Many servers' RENAME would replace it, so that
   * the target is looked at before.
   */
  CompletableFuture<Void> rename() {
    return lookup(from)
        .thenCombine(lookup(to), (source, target) -> source.exists() && target.exists())
        .thenCompose(
            exists ->
                exists
                    ? CompletableFuture.failedFuture(failures.exists(context.operation(), from, to))
                    : StatusInterpreter.replaced(plainRename(from, to), this::explain));
  }

  /**
   * Renames over a file, in one step if the server can. Some announce that and then refuse it.
   *
   * @param aside where to put what is there if it can't
   */
  CompletableFuture<Void> replace(String aside) {
    if (!channel.extensions().has(SftpConstants.POSIX_RENAME)) {
      return replaceInSteps(aside);
    }
    var packet =
        requests.extendedPacket(SftpConstants.POSIX_RENAME, from).string(requests.bytes(to));
    return StatusInterpreter.replaced(
        channel.send(Request.forStatus(context, packet)),
        status -> {
          if (status.status == UNSUPPORTED) {
            channel
                .extensions()
                .markRefused(SftpConstants.POSIX_RENAME); // others tell of this file only
          } else if (status.status != FAILURE && status.status != BAD_MESSAGE) {
            return explainReplacement(status);
          }
          return involvesOnlyFiles()
              .thenCompose(files -> files ? replaceInSteps(aside) : explainReplacement(status));
        });
  }

  private CompletableFuture<Void> replaceInSteps(String aside) {
    return StatusInterpreter.replaced(
        plainRename(from, to),
        status ->
            involvesOnlyFiles()
                .thenCombine(lookup(to), (files, target) -> files && target.info() != null)
                .thenCompose(
                    isInTheWay ->
                        isInTheWay ? replaceViaAside(aside) : explainReplacement(status)));
  }

  /** Returns true unless a directory is to replace something, or something a directory. */
  private CompletableFuture<Boolean> involvesOnlyFiles() {
    return lookup(from)
        .thenCombine(
            lookup(to),
            (source, target) ->
                !target.exists() || !(source.isDirectory() || target.isDirectory()));
  }

  /** Puts what is there aside until its successor has its name, so that it is never lost. */
  private CompletableFuture<Void> replaceViaAside(String aside) {
    return StatusInterpreter.replaced(plainRename(to, aside), this::explainReplacement)
        .thenCompose(
            nothing ->
                StatusInterpreter.replaced(plainRename(from, to), status -> restore(aside, status)))
        .thenCompose(nothing -> remove(aside));
  }

  private CompletableFuture<Void> restore(String aside, StatusException status) {
    return plainRename(aside, to)
        .handle((nothing, failure) -> failure == null)
        .thenCompose(isBack -> isBack ? explainReplacement(status) : explainAside(aside, status));
  }

  private CompletableFuture<Void> explainAside(String aside, StatusException status) {
    return explainReplacement(status)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    Await.cause(failure) instanceof SftpException refused
                        ? new SftpException(
                            refused
                                .details()
                                .withProblem(
                                    refused.details().problem()
                                        + "; what was there is now "
                                        + aside),
                            refused)
                        : failure));
  }

  private CompletableFuture<Void> remove(String path) {
    var about = new RequestContext(context.operation(), path);
    return StatusInterpreter.explained(
        failures,
        about,
        Expected.FILE,
        channel.send(Request.forStatus(about, requests.packet(SftpConstants.REMOVE, path))),
        () -> requests.queries().stat(channel, about, path, false));
  }

  private CompletableFuture<Void> plainRename(String source, String target) {
    var packet = requests.packet(SftpConstants.RENAME, source).string(requests.bytes(target));
    return channel.send(Request.forStatus(context, packet));
  }

  private CompletableFuture<Void> explain(StatusException status) {
    return lookup(from)
        .thenCombine(
            lookup(to),
            (source, target) ->
                failures.renamed(
                    context.operation(),
                    from,
                    to,
                    source.refine(status.status),
                    status.text,
                    source.info(),
                    target.info()))
        .thenCompose(CompletableFuture::failedFuture);
  }

  private CompletableFuture<Void> explainReplacement(StatusException status) {
    return lookup(from)
        .thenCombine(
            lookup(to),
            (source, target) ->
                failures.replaced(
                    context.operation(),
                    from,
                    to,
                    source.refine(status.status),
                    status.text,
                    source.info(),
                    target.info()))
        .thenCompose(CompletableFuture::failedFuture);
  }

  private CompletableFuture<StatusInterpreter.PathState> lookup(String path) {
    return StatusInterpreter.pathState(requests.queries().stat(channel, context, path, false));
  }
}
