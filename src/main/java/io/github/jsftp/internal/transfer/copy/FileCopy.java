package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.OnError;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.CopyFailures;
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
public final class FileCopy implements TransferCall.Undoable {
  private final TransferCall call;
  private final Source source;
  private final Target target;
  private final FileProgress progress;
  private final CopyFailures failures;
  private @Nullable EntryAttributes there; // at the target, before
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
    failures = new CopyFailures(call, remote, source.path(), target::path);
  }

  /** Copies; returns how many bytes were moved, or -1 if the options leave the file out. */
  public CompletableFuture<Long> run() {
    call.began(this);
    CompletableFuture<Long> copied =
        call.then(
            call.then(
                target.look(),
                found -> {
                  there = found.orElse(null);
                  return call.then(isWanted(found), wanted -> wanted ? copyUnlessThere() : left());
                }),
            bytes -> {
              call.ended(this);
              progress.finished(bytes);
              return CompletableFuture.completedFuture(bytes < 0 ? bytes : bytes - resumedFrom);
            });
    return call.otherwise(
        copied,
        failure ->
            call.options().onError() == OnError.CONTINUE || isDenial(failure)
                ? cleanUp(failure)
                : CompletableFuture.failedFuture(failure));
  }

  /** Returns how many bytes an earlier call had left. */
  public long resumedFrom() {
    return resumedFrom;
  }

  private static boolean isDenial(Throwable failure) {
    return failure instanceof PermissionDeniedException || failure instanceof AccessDeniedException;
  }

  /** Leaves nothing behind when the call continues without this file, or tries it again. */
  private CompletableFuture<Long> cleanUp(Throwable failure) {
    return call.then(
        abort().exceptionally(failed -> null),
        aborted -> {
          call.ended(this);
          return CompletableFuture.failedFuture(failure);
        });
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.allOf(source.abort(), target.abort());
  }

  private CompletableFuture<Boolean> isWanted(Optional<EntryAttributes> there) {
    if (there.isEmpty()) {
      return CompletableFuture.completedFuture(true);
    }
    EntryAttributes found = there.get();
    return switch (call.options().existing()) {
      case OVERWRITE -> CompletableFuture.completedFuture(true);
      case SKIP -> CompletableFuture.completedFuture(false);
      case FAIL -> CompletableFuture.failedFuture(target.exists());
      case UPDATE -> source.look().thenApply(now -> differ(now, found));
    };
  }

  private CompletableFuture<Long> left() {
    return CompletableFuture.completedFuture(-1L);
  }

  /** Copies; a file that is to stay and has appeared since the look at it is left alone, too. */
  private CompletableFuture<Long> copyUnlessThere() {
    if (call.options().existing() != Existing.SKIP) {
      return copy();
    }
    return call.otherwise(
        copy(),
        failure -> {
          if (!(failure instanceof PathExistsException
              || failure instanceof FileAlreadyExistsException)) {
            return CompletableFuture.failedFuture(failure);
          }
          if (resumption != null) {
            resumption.spoil();
          }
          return call.then(abort().exceptionally(failed -> null), aborted -> left());
        });
  }

  private CompletableFuture<Long> copy() {
    if (call.options().dryRun()) {
      return source.look().thenApply(entryAttributes -> Math.max(0, entryAttributes.size()));
    }
    return call.then(
        source.open(),
        before ->
            call.then(
                open(before),
                opened -> call.then(move(before.size()), bytes -> finish(before, bytes))));
  }

  private CompletableFuture<Void> open(EntryAttributes before) {
    if (!Resumption.isWanted(call.options(), before, there)) {
      return target.open(before);
    }
    var plan = new Resumption(source.identity(), before, target.content().isRemote());
    resumption = plan;
    return call.then(
        target.resume(before, plan),
        length ->
            length == 0
                ? CompletableFuture.completedFuture(null)
                : goOn(plan, length, before.size()));
  }

  /** Continues what was left if it is the same, else begins anew. */
  private CompletableFuture<Void> goOn(Resumption plan, long length, long size) {
    long kept = plan.kept(length);
    return call.then(
        new ResumeCheck(call, source, target, failures).isSame(kept),
        same -> {
          call.attempts().sentAgain(same ? length - kept : length);
          if (!same) {
            return target.restart();
          }
          plan.begin(kept);
          failures.continued();
          resumedFrom = kept;
          progress.resumed(size, kept);
          return CompletableFuture.completedFuture(null);
        });
  }

  private CompletableFuture<Long> move(long size) {
    LongConsumer watcher = done -> progress.moved(size, done);
    return source instanceof StreamSource stream
        ? new StreamCopy(call, stream, target, failures, watcher).run()
        : new BlockCopy(call, source, target, failures, size, watcher, resumption).run();
  }

  private CompletableFuture<Long> finish(EntryAttributes before, long bytes) {
    return call.otherwise(
        finishing(before, bytes),
        failure -> {
          if (resumption != null && failure instanceof VerificationException) {
            resumption.spoil();
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  private CompletableFuture<Long> finishing(EntryAttributes before, long bytes) {
    return call.then(
        source.finish(before, bytes, failures),
        unchanged ->
            call.then(
                target.complete(bytes, failures),
                complete ->
                    call.then(
                        checked(before, bytes),
                        same -> {
                          progress.arrived(before.size());
                          return target.finish(bytes, failures).thenApply(finished -> bytes);
                        })));
  }

  private CompletableFuture<Void> checked(EntryAttributes before, long bytes) {
    if (call.options().verify() != Verify.CONTENT || bytes == 0) {
      return CompletableFuture.completedFuture(null);
    } else if (before.isDevice() || (there != null && there.isDevice())) {
      call.warn(target.path() + ": content not verified: not a file that can be read twice");
      return CompletableFuture.completedFuture(null);
    }
    return new ContentCheck(call, source.content(), target.content(), failures).run(bytes);
  }

  private boolean differ(EntryAttributes one, EntryAttributes other) {
    return one.size() != other.size()
        || one.size() < 0
        || !one.hasTimeOf(other, call.options().mtimeTolerance());
  }
}
