package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.ContentCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;

/**
 * Compares a part file with the source before it is resumed: its last 64 KiB, or all of it with
 * {@code verify(CONTENT)}.
 */
final class ResumeCheck {
  private static final int TAIL_BYTES = 64 << 10;

  private final TransferCall call;
  private final Source source;
  private final FileTarget target;
  private final CopyErrors errors;

  ResumeCheck(TransferCall call, Source source, FileTarget target, CopyErrors errors) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.errors = errors;
  }

  /**
   * Returns true if the first {@code bytes} bytes are the same; false if the part can't be read.
   */
  CompletableFuture<Boolean> isSame(long bytes) {
    return call.then(
        isTailSame(bytes),
        same ->
            same && call.options().verify() == Verify.CONTENT
                ? isAllSame(bytes)
                : CompletableFuture.completedFuture(same));
  }

  private CompletableFuture<Boolean> isTailSame(long bytes) {
    var sourceTail = ByteBuffer.allocate((int) Math.min(TAIL_BYTES, bytes));
    var targetTail = ByteBuffer.allocate(sourceTail.capacity());
    long from = bytes - sourceTail.capacity();
    var readers = new ArrayList<Stripe.Reader>();
    source.openReaders(1, readers::add);
    CompletableFuture<Boolean> read =
        call.recover(
            fill(readers.get(0), source.blockSize(), from, sourceTail),
            failure -> CompletableFuture.failedFuture(errors.readFailed(failure, 0)));
    CompletableFuture<Boolean> alsoRead =
        call.recover(
            fill(target.partReader(), target.blockSize(), from, targetTail),
            failure ->
                failure instanceof IOException refused && !ServerErrors.endsCall(refused)
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(failure));
    return read.thenCombine(
        alsoRead, (all, also) -> all && also && sourceTail.flip().equals(targetTail.flip()));
  }

  private CompletableFuture<Boolean> isAllSame(long bytes) {
    return call.recover(
        new ContentCheck(call, source.content(), target.content(), errors)
            .run(bytes)
            .thenApply(nothing -> true),
        failure ->
            failure instanceof VerificationException
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(failure));
  }

  /** Reads until the buffer is full; returns false if the file ends earlier. */
  private CompletableFuture<Boolean> fill(
      Stripe.Reader from, int maxRead, long offset, ByteBuffer into) {
    if (!into.hasRemaining()) {
      return CompletableFuture.completedFuture(true);
    }
    int length = Math.min(into.remaining(), Math.min(maxRead, call.bandwidth().maxBlock()));
    ByteBuffer part = into.duplicate().limit(into.position() + length);
    var allowed = new CompletableFuture<Boolean>();
    call.bandwidth().acquire(length, () -> allowed.complete(true));
    return call.then(
        call.then(allowed, go -> from.read(offset, part)),
        count -> {
          into.position(part.position());
          return count > 0
              ? fill(from, maxRead, offset + count, into)
              : CompletableFuture.completedFuture(false);
        });
  }
}
