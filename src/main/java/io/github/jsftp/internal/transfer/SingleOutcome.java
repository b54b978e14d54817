package io.github.jsftp.internal.transfer;

import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.FileCopy;
import io.github.jsftp.internal.transfer.copy.Source;
import io.github.jsftp.internal.transfer.copy.Target;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a call that copies one file.
 *
 * @param path the absolute path of the source for users, empty for a stream
 */
record SingleOutcome(TransferCall call, Source source, Target target, String path) {

  /** Runs the copy and reports its outcome. */
  CompletableFuture<Long> report(FileCopy copy) {
    if (!call.outcomes().isWanted()) {
      return copy.run();
    }
    CompletableFuture<Long> recorded =
        call.recover(
            copy.run(),
            failure -> {
              if (failure instanceof IOException cause && !ServerErrors.endsCall(cause)) {
                add(copy, Kind.FAILED, 0, cause);
              }
              return CompletableFuture.failedFuture(failure);
            });
    return call.then(
        recorded,
        bytes -> {
          add(copy, bytes < 0 ? Kind.SKIPPED : Kind.COPIED, Math.max(0, bytes), null);
          return CompletableFuture.completedFuture(bytes);
        });
  }

  private void add(FileCopy copy, Kind kind, long bytes, @Nullable IOException failure) {
    FileAttributes attributes = copy.sourceAttributes();
    FileInfo info = attributes == null || path.isEmpty() ? null : attributes.info(path);
    String name = RemotePath.name(path.isEmpty() ? target.path() : path);
    var slot = call.outcomes().open();
    slot.add(
        Results.NEW.fileOutcome(
            kind, name, source.path(), target.path(), info, bytes, null, failure));
    if (failure == null) {
      slot.close(); // otherwise the outcome is delivered when the call has ended
    }
  }
}
