package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.OnError;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.FileProgress;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.ContentCheck;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies one file, in either direction: looks at the target, opens the source and then the target,
 * moves the bytes, checks both ends, and lets the target appear.
 */
public final class FileCopy implements TransferCall.Abortable {
  private final TransferCall call;
  private final Source source;
  private final Target target;
  private final FileProgress progress;
  private final CopyErrors errors;
  private @Nullable EntryAttributes existing; // at the target, before
  private @Nullable Resumption resumption;
  private long resumedFrom;

  /**
   * Prepares a copy.
   *
   * @param remote which of the two paths is the remote one
   * @param progress counts what this copy moves, and what an earlier try has moved
   */
  public FileCopy(
      TransferCall call,
      Source source,
      Target target,
      Supplier<String> remote,
      FileProgress progress) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.progress = progress;
    errors = new CopyErrors(call, remote, source.path(), target::path);
  }

  /** Copies; returns how many bytes were moved, or -1 if the options leave the file out. */
  public CompletableFuture<Long> run() {
    call.register(this);
    CompletableFuture<Long> copied =
        call.then(
            call.then(
                target.stat(),
                found -> {
                  existing = found.orElse(null);
                  return call.then(
                      shouldCopy(found), wanted -> wanted ? copyUnlessExists() : skipped());
                }),
            bytes -> {
              call.unregister(this);
              progress.finished(bytes);
              return CompletableFuture.completedFuture(bytes < 0 ? bytes : bytes - resumedFrom);
            });
    return call.recover(
        copied,
        failure ->
            call.options().onError() == OnError.CONTINUE || isAccessDenied(failure)
                ? cleanUp(failure)
                : CompletableFuture.failedFuture(failure));
  }

  /** Returns how many bytes an earlier call had left. */
  public long resumedFrom() {
    return resumedFrom;
  }

  private static boolean isAccessDenied(Throwable failure) {
    return failure instanceof PermissionDeniedException || failure instanceof AccessDeniedException;
  }

  /** Leaves nothing behind when the call continues without this file, or tries it again. */
  private CompletableFuture<Long> cleanUp(Throwable failure) {
    return call.then(
        abort().exceptionally(failed -> null),
        aborted -> {
          call.unregister(this);
          return CompletableFuture.failedFuture(failure);
        });
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.allOf(source.abort(), target.abort());
  }

  private CompletableFuture<Boolean> shouldCopy(Optional<EntryAttributes> existing) {
    if (existing.isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    EntryAttributes found = existing.get();
    return switch (call.options().existing()) {
      case OVERWRITE -> CompletableFuture.completedFuture(true);
      case SKIP -> CompletableFuture.completedFuture(false);
      case FAIL -> CompletableFuture.failedFuture(target.alreadyExists());
      case UPDATE -> source.stat().thenApply(now -> isDifferent(now, found));
    };
  }

  private CompletableFuture<Long> skipped() {
    return CompletableFuture.completedFuture(-1L);
  }

  /** Copies; a file that is to stay and has appeared since the look at it is left alone, too. */
  private CompletableFuture<Long> copyUnlessExists() {
    if (call.options().existing() != Existing.SKIP) {
      return copy();
    }
    return call.recover(
        copy(),
        failure -> {
          if (!(failure instanceof PathExistsException
              || failure instanceof FileAlreadyExistsException)) {
            return CompletableFuture.failedFuture(failure);
          }
          if (resumption != null) {
            resumption.markUnusable();
          }
          return call.then(abort().exceptionally(failed -> null), aborted -> skipped());
        });
  }

  private CompletableFuture<Long> copy() {
    if (call.options().dryRun()) {
      return source.stat().thenApply(attributes -> Math.max(0, attributes.size()));
    }
    return call.then(
        source.open(),
        before ->
            call.then(
                open(before),
                opened -> call.then(copyBytes(before.size()), bytes -> finish(before, bytes))));
  }

  private CompletableFuture<Void> open(EntryAttributes before) {
    if (!Resumption.appliesTo(call.options(), before, existing)) {
      return target.open(before);
    }
    var plan = new Resumption(source.identity(), before, target.content().isRemote());
    resumption = plan;
    return call.then(
        target.resume(before, plan),
        length ->
            length == 0
                ? CompletableFuture.completedFuture(null)
                : resumePart(plan, length, before.size()));
  }

  /** Continues what was left if it is the same, else begins anew. */
  private CompletableFuture<Void> resumePart(Resumption plan, long length, long size) {
    long kept = plan.usableBytes(length);
    return call.then(
        new ResumeCheck(call, source, target, errors).isSame(kept),
        same -> {
          call.attempts().addBytesSentAgain(same ? length - kept : length);
          if (!same) {
            return target.restart();
          }
          plan.startAt(kept);
          errors.continued();
          resumedFrom = kept;
          progress.resumeAt(size, kept);
          return CompletableFuture.completedFuture(null);
        });
  }

  private CompletableFuture<Long> copyBytes(long size) {
    LongConsumer onProgress = done -> progress.advanceTo(size, done);
    return source instanceof StreamSource stream
        ? new StreamCopy(call, stream, target, errors, onProgress).run()
        : new BlockCopy(call, source, target, errors, size, onProgress, resumption).run();
  }

  private CompletableFuture<Long> finish(EntryAttributes before, long bytes) {
    return call.recover(
        closeBoth(before, bytes),
        failure -> {
          if (resumption != null && failure instanceof VerificationException) {
            resumption.markUnusable();
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  private CompletableFuture<Long> closeBoth(EntryAttributes before, long bytes) {
    return call.then(
        source.finish(before, bytes, errors),
        unchanged ->
            call.then(
                target.complete(bytes, errors),
                complete ->
                    call.then(
                        verifyContent(before, bytes),
                        same -> {
                          progress.complete(before.size());
                          return target.commit(bytes, errors).thenApply(finished -> bytes);
                        })));
  }

  private CompletableFuture<Void> verifyContent(EntryAttributes before, long bytes) {
    if (call.options().verify() != Verify.CONTENT || bytes == 0) {
      return CompletableFuture.completedFuture(null);
    } else if (before.isDevice() || (existing != null && existing.isDevice())) {
      call.warn(target.path() + ": content not verified: not a file that can be read twice");
      return CompletableFuture.completedFuture(null);
    }
    return new ContentCheck(call, source.content(), target.content(), errors).run(bytes);
  }

  private boolean isDifferent(EntryAttributes one, EntryAttributes other) {
    return one.size() != other.size()
        || one.size() < 0
        || !one.hasSameTime(other, call.options().mtimeTolerance());
  }
}
