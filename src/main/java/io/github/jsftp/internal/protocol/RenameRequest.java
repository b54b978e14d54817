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
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.util.concurrent.CompletableFuture;

/** Renames a file or directory. */
final class RenameRequest {

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
   * Renames, or fails if the target exists. The target is queried first, since RENAME replaces it
   * on many servers.
   */
  CompletableFuture<Void> rename() {
    return lookup(from)
        .thenCombine(lookup(to), (source, target) -> source.exists() && target.exists())
        .thenCompose(
            exists ->
                exists
                    ? CompletableFuture.failedFuture(
                        failures.renameTargetExists(context.operation(), from, to))
                    : StatusInterpreter.onStatus(
                        plainRename(from, to), status -> explain(status, false)));
  }

  /** Creates a hard link at the target. */
  CompletableFuture<Void> hardlink() {
    if (!channel.extensions().has(SftpConstants.HARDLINK)) {
      return CompletableFuture.failedFuture(
          failures.unsupported(context.operation(), from, SftpConstants.HARDLINK));
    }
    var packet = requests.extendedPacket(SftpConstants.HARDLINK, from).string(requests.bytes(to));
    return StatusInterpreter.onStatus(
        channel.send(Request.forStatus(context, packet)), status -> explain(status, false));
  }

  /**
   * Renames and replaces an existing file: in one step if the server can. Some servers announce
   * posix-rename@openssh.com and refuse it.
   *
   * @param aside the path to which an existing target is moved if the server can't replace it
   */
  CompletableFuture<Void> replace(String aside) {
    if (!channel.extensions().has(SftpConstants.POSIX_RENAME)) {
      return replaceInSteps(aside);
    }
    var packet =
        requests.extendedPacket(SftpConstants.POSIX_RENAME, from).string(requests.bytes(to));
    return StatusInterpreter.onStatus(
        channel.send(Request.forStatus(context, packet)),
        status -> {
          if (status.status == SftpConstants.OP_UNSUPPORTED) {
            channel
                .extensions()
                .markRefused(SftpConstants.POSIX_RENAME); // other statuses apply only to this file
          } else if (status.status != SftpConstants.FAILURE
              && status.status != SftpConstants.BAD_MESSAGE) {
            return explain(status, true);
          }
          return involvesOnlyFiles()
              .thenCompose(files -> files ? replaceInSteps(aside) : explain(status, true));
        });
  }

  private CompletableFuture<Void> replaceInSteps(String aside) {
    return StatusInterpreter.onStatus(
        plainRename(from, to),
        status ->
            involvesOnlyFiles()
                .thenCombine(lookup(to), (files, target) -> files && target.info() != null)
                .thenCompose(
                    isInTheWay -> isInTheWay ? replaceViaAside(aside) : explain(status, true)));
  }

  /** Returns true unless the target exists, and source or target is a directory. */
  private CompletableFuture<Boolean> involvesOnlyFiles() {
    return lookup(from)
        .thenCombine(
            lookup(to),
            (source, target) ->
                !target.exists() || !(source.isDirectory() || target.isDirectory()));
  }

  /**
   * Moves the target aside, renames the source, and removes the old target. At no time is the old
   * target lost.
   */
  private CompletableFuture<Void> replaceViaAside(String aside) {
    return StatusInterpreter.onStatus(plainRename(to, aside), status -> explain(status, true))
        .thenCompose(
            nothing ->
                StatusInterpreter.onStatus(plainRename(from, to), status -> restore(aside, status)))
        .thenCompose(nothing -> remove(aside));
  }

  private CompletableFuture<Void> restore(String aside, StatusException status) {
    return plainRename(aside, to)
        .handle((nothing, failure) -> failure == null)
        .thenCompose(isBack -> isBack ? explain(status, true) : explainAside(aside, status));
  }

  private CompletableFuture<Void> explainAside(String aside, StatusException status) {
    return explain(status, true)
        .exceptionallyCompose(
            failure ->
                CompletableFuture.failedFuture(
                    Await.cause(failure) instanceof SftpException refused
                        ? Results.NEW.sftpException(
                            Details.of(refused)
                                .withProblem(
                                    Details.of(refused).problem()
                                        + "; the earlier target is now "
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

  /**
   * Fails with the exception for a refused request.
   *
   * @param replaces whether an existing target was to be replaced
   */
  private CompletableFuture<Void> explain(StatusException status, boolean replaces) {
    return lookup(from)
        .thenCombine(
            lookup(to),
            (source, target) ->
                failures.renameRefused(
                    context.operation(),
                    from,
                    to,
                    replaces,
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
