package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The end of a move: removes the source once its copy is verified and has its final name. A source
 * that is also the target is recognized by the temporary file: it is then in the source's
 * directory, too.
 */
final class SourceRemoval {
  private final TransferCall call;
  private final Source source;
  private final FileTarget target;
  private final CopyErrors errors;
  private FileAttributes copied = FileAttributes.OF_STREAM;
  private CompletableFuture<Boolean> isSameFile = CompletableFuture.completedFuture(false);

  SourceRemoval(TransferCall call, Source source, FileTarget target, CopyErrors errors) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.errors = errors;
  }

  /** Fails if the copy could not be verified. Called before the target is opened. */
  CompletableFuture<Void> check(FileAttributes before, @Nullable FileAttributes existing) {
    copied = before;
    if (before.type() != FileInfo.Type.FILE && !before.isTypeUnknown()) {
      return failed("only files can be moved, and the source is none");
    } else if (existing != null && existing.isDevice()) {
      return failed("a file can't be moved into a device or pipe");
    } else if (before.size() < 0 && isSizeOnly()) {
      return failed("can't be moved: the size of the source is not known; verify(CONTENT) helps");
    } else if (existing != null
        && !call.options().atomic()
        && existing.size() == before.size()
        && before.hasSameTime(existing, Duration.ZERO)) {
      return failed(
          "can't be moved in place: the target has the same size and time and may be the same file;"
              + " atomic(true) tells them apart");
    }
    return CompletableFuture.completedFuture(null);
  }

  /** Looks for the target's temporary file beside the source. */
  void targetOpened() {
    target
        .temporaryName()
        .filter(
            temporary -> SimilarNames.key(source.name()).equals(SimilarNames.key(target.name())))
        .ifPresent(temporary -> isSameFile = source.hasSibling(temporary));
  }

  /** Fails if the target would replace the source. */
  CompletableFuture<Void> checkDistinct() {
    return call.then(
        isSameFile,
        same ->
            same
                ? failed("the source and the target are the same file")
                : CompletableFuture.completedFuture(null));
  }

  /** Removes the source unless it has changed since it was copied. */
  CompletableFuture<Void> remove(long bytes) {
    if (isSizeOnly() && (!target.isSizeVerified() || copied.size() != bytes)) {
      return failed("copied but not removed: the size can't be verified; verify(CONTENT) helps");
    }
    return call.recover(
        source.remove(copied, bytes, errors),
        failure -> CompletableFuture.failedFuture(errors.notRemoved(failure, bytes)));
  }

  private boolean isSizeOnly() {
    return call.options().verify() != Verify.CONTENT;
  }

  private CompletableFuture<Void> failed(String problem) {
    return CompletableFuture.failedFuture(errors.notMovable(problem));
  }
}
