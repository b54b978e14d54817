package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.OnError;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.FileProgress;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.ContentCheck;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Copies one file in either direction. Looks up the target, opens the source and then a temporary
 * file, copies the bytes, checks both sides, and renames the temporary file to the target.
 */
public final class FileCopy implements TransferCall.Abortable {
  private final TransferCall call;
  private final Source source;
  private final Target target;
  private final FileProgress progress;
  private final CopyErrors errors;
  private @Nullable FileAttributes existing; // the target before the copy
  private @Nullable FileAttributes sourceAttributes;
  private final @Nullable SourceRemoval removal;
  private @Nullable Resumption resumption;
  private long resumedFrom;

  /**
   * Creates a copy.
   *
   * @param remotePath returns the path of the remote side, source or target
   * @param progress the file's progress over all attempts
   */
  public FileCopy(
      TransferCall call,
      Source source,
      Target target,
      Supplier<String> remotePath,
      FileProgress progress) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.progress = progress;
    errors = new CopyErrors(call, remotePath, source.path(), target::path);
    removal =
        call.options().removeSource() && target instanceof FileTarget file
            ? new SourceRemoval(call, source, file, errors)
            : null;
  }

  /**
   * Runs the copy, and removes the source if the options demand that. Returns the number of bytes
   * copied, or -1 if the options skip the file.
   */
  public CompletableFuture<Long> run() {
    return removal == null
        ? copyOnly()
        : call.then(copyOnly(), bytes -> removeSource(bytes).thenApply(removed -> bytes));
  }

  /**
   * Removes the source if the options demand that.
   *
   * @param bytes the result of {@link #copyOnly}
   */
  public CompletableFuture<Void> removeSource(long bytes) {
    return removal == null || bytes < 0 || call.options().dryRun()
        ? CompletableFuture.completedFuture(null)
        : removal.remove(bytes + resumedFrom);
  }

  /**
   * Runs the copy without the removal of the source. Returns the number of bytes copied, or -1 if
   * the options skip the file.
   */
  public CompletableFuture<Long> copyOnly() {
    call.register(this);
    CompletableFuture<Long> copied =
        call.then(
            target instanceof FileTarget file ? lookUpAndCopy(file) : copy(),
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

  /** Returns the number of bytes reused from an earlier call. */
  public long resumedFrom() {
    return resumedFrom;
  }

  /** Returns the attributes of the source before the copy, or null if it was not looked at. */
  public @Nullable FileAttributes sourceAttributes() {
    return sourceAttributes;
  }

  private static boolean isAccessDenied(Throwable failure) {
    return failure instanceof PermissionDeniedException || failure instanceof AccessDeniedException;
  }

  /** Cleans up now, since the call continues without this file or retries it. */
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

  private CompletableFuture<Long> lookUpAndCopy(FileTarget file) {
    return call.then(
        file.stat(),
        found -> {
          existing = found.orElse(null);
          return found.isEmpty() ? copyUnlessExists() : replaceOrKeep(file, found.get());
        });
  }

  private CompletableFuture<Long> replaceOrKeep(FileTarget file, FileAttributes found) {
    return call.then(
        shouldReplace(file, found), wanted -> wanted ? copyUnlessExists() : keep(file));
  }

  /** Skips the file. One that is up to date gets its done file if an earlier call has not. */
  private CompletableFuture<Long> keep(FileTarget file) {
    TransferOptions options = call.options();
    return options.doneFile().isEmpty() || options.existing() == Existing.SKIP || options.dryRun()
        ? skipped()
        : call.then(file.ensureDoneFile(), there -> skipped());
  }

  private CompletableFuture<Boolean> shouldReplace(FileTarget file, FileAttributes found) {
    return switch (call.options().existing()) {
      case OVERWRITE -> CompletableFuture.completedFuture(true);
      case SKIP -> CompletableFuture.completedFuture(false);
      case FAIL -> CompletableFuture.failedFuture(file.alreadyExists());
      case UPDATE ->
          source.stat().thenApply(now -> isDifferent(noteSource(now), found) || removal != null);
    };
  }

  private CompletableFuture<Long> skipped() {
    return CompletableFuture.completedFuture(-1L);
  }

  /** Copies the file, but skips it if the target was created after {@link FileTarget#stat}. */
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
      return call.then(
          source.stat(),
          attributes -> {
            long size = Math.max(0, noteSource(attributes).size());
            return removal == null
                ? CompletableFuture.completedFuture(size)
                : removal.check(attributes, existing).thenApply(movable -> size);
          });
    }
    return call.then(
        source.open(),
        before ->
            call.then(
                openTarget(noteSource(before)),
                opened -> call.then(copyBytes(before.size()), bytes -> finish(before, bytes))));
  }

  private FileAttributes noteSource(FileAttributes attributes) {
    sourceAttributes = attributes;
    return attributes;
  }

  private CompletableFuture<Void> openTarget(FileAttributes before) {
    if (removal == null) {
      return open(before);
    }
    return call.then(
        removal.check(before, existing),
        movable ->
            call.then(
                open(before),
                opened -> {
                  removal.targetOpened();
                  return CompletableFuture.completedFuture(null);
                }));
  }

  private CompletableFuture<Void> open(FileAttributes before) {
    if (!(target instanceof FileTarget file)
        || !Resumption.appliesTo(call.options(), before, existing)) {
      return target.open(before);
    }
    var created = new Resumption(source.identity(), before, target.content().isRemote());
    resumption = created;
    return call.then(
        file.resume(before, created),
        length ->
            length == 0
                ? CompletableFuture.completedFuture(null)
                : resumePart(file, created, length, before.size()));
  }

  /** Resumes the part file if its content matches the source; otherwise starts again. */
  private CompletableFuture<Void> resumePart(
      FileTarget file, Resumption rules, long length, long size) {
    long kept = rules.usableBytes(length);
    return call.then(
        new ResumeCheck(call, source, file, errors).isSame(kept),
        same -> {
          call.attempts().addBytesSentAgain(same ? length - kept : length);
          if (!same) {
            return file.restart();
          }
          rules.startAt(kept);
          errors.setResumed();
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

  private CompletableFuture<Long> finish(FileAttributes before, long bytes) {
    Resumption resumed = resumption;
    if (resumed == null) {
      return verifyAndCommit(before, bytes);
    }
    return call.recover(
        verifyAndCommit(before, bytes),
        failure -> {
          if (failure instanceof VerificationException) {
            resumed.markUnusable();
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  private CompletableFuture<Long> verifyAndCommit(FileAttributes before, long bytes) {
    return call.then(
        source.finish(before, bytes, errors),
        unchanged ->
            call.then(
                target.complete(bytes, errors), complete -> verifyContentAndCommit(before, bytes)));
  }

  private CompletableFuture<Long> verifyContentAndCommit(FileAttributes before, long bytes) {
    if (call.options().verify() != Verify.CONTENT || bytes == 0) {
      return checkAndCommit(before, bytes);
    } else if (before.isDevice() || (existing != null && existing.isDevice())) {
      call.warn(target.path() + ": content not verified: a device or pipe can't be read back");
      return checkAndCommit(before, bytes);
    }
    return call.then(
        new ContentCheck(call, source.content(), target.content(), errors).run(bytes),
        same -> checkAndCommit(before, bytes));
  }

  /** Commits the target unless it is the source, which is about to be removed. */
  private CompletableFuture<Long> checkAndCommit(FileAttributes before, long bytes) {
    return removal == null
        ? commit(before, bytes)
        : call.then(removal.checkDistinct(), distinct -> commit(before, bytes));
  }

  private CompletableFuture<Long> commit(FileAttributes before, long bytes) {
    progress.complete(before.size());
    return target.commit(bytes, errors).thenApply(finished -> bytes);
  }

  private boolean isDifferent(FileAttributes from, FileAttributes to) {
    return from.size() != to.size()
        || from.size() < 0
        || !from.hasSameTime(to, call.options().mtimeTolerance());
  }
}
