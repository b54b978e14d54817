package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.CopyFailures;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.ContentCheck;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;

/**
 * Compares what an earlier call has left with the source before it is continued: its end, or all of
 * it where content is verified.
 */
final class ResumeCheck {
  private static final int TAIL = 64 << 10;

  private final TransferCall call;
  private final Source source;
  private final Target target;
  private final CopyFailures failures;

  ResumeCheck(TransferCall call, Source source, Target target, CopyFailures failures) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.failures = failures;
  }

  /** Says whether so many bytes are the same at both ends; not if the target can't be read. */
  CompletableFuture<Boolean> isSame(long bytes) {
    return call.then(
        isEndSame(bytes),
        same ->
            same && call.options().verify() == Verify.CONTENT
                ? isAllSame(bytes)
                : CompletableFuture.completedFuture(same));
  }

  private CompletableFuture<Boolean> isEndSame(long bytes) {
    var theirs = ByteBuffer.allocate((int) Math.min(TAIL, bytes));
    var ours = ByteBuffer.allocate(theirs.capacity());
    long from = bytes - theirs.capacity();
    var readers = new ArrayList<Stripe.Reader>();
    source.readers(1, readers::add);
    CompletableFuture<Boolean> read =
        call.otherwise(
            fill(readers.get(0), source.blockSize(), from, theirs),
            failure -> CompletableFuture.failedFuture(failures.reading(failure, 0)));
    CompletableFuture<Boolean> alsoRead =
        call.otherwise(
            fill(target.leftover(), target.blockSize(), from, ours),
            failure ->
                failure instanceof IOException refused && !ServerErrors.endsAll(refused)
                    ? CompletableFuture.completedFuture(false)
                    : CompletableFuture.failedFuture(failure));
    return read.thenCombine(
        alsoRead, (all, also) -> all && also && theirs.flip().equals(ours.flip()));
  }

  private CompletableFuture<Boolean> isAllSame(long bytes) {
    return call.otherwise(
        new ContentCheck(call, source.content(), target.content(), failures)
            .run(bytes)
            .thenApply(nothing -> true),
        failure ->
            failure instanceof VerificationException
                ? CompletableFuture.completedFuture(false)
                : CompletableFuture.failedFuture(failure));
  }

  /** Reads until the buffer is full; false if there are not as many bytes. */
  private CompletableFuture<Boolean> fill(
      Stripe.Reader from, int most, long offset, ByteBuffer into) {
    if (!into.hasRemaining()) {
      return CompletableFuture.completedFuture(true);
    }
    int length = Math.min(into.remaining(), Math.min(most, call.bandwidth().mostBlock()));
    ByteBuffer part = into.duplicate().limit(into.position() + length);
    var allowed = new CompletableFuture<Boolean>();
    call.bandwidth().take(length, () -> allowed.complete(true));
    return call.then(
        call.then(allowed, go -> from.read(offset, part)),
        count -> {
          into.position(part.position());
          return count > 0
              ? fill(from, most, offset + count, into)
              : CompletableFuture.completedFuture(false);
        });
  }
}
