package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.CopyFailures;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.PieceDigest;
import io.github.jsftp.internal.transfer.verify.StreamContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A target that takes bytes in their order; blocks that come before their turn wait. */
public final class StreamTarget implements Target {
  private final Sink to;
  private final @Nullable StreamContent passed;
  private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
  private long written;
  private @Nullable Throwable failure; // after which nothing more is written

  private StreamTarget(Sink to, @Nullable StreamContent passed) {
    this.to = to;
    this.passed = passed;
  }

  /** The user's stream to be downloaded to. It is written on the thread of the call. */
  public static StreamTarget to(OutputStream stream, TransferOptions options) {
    var passed = options.verify() == Verify.CONTENT ? new StreamContent() : null;
    return new StreamTarget(new UsersStream(stream, passed), passed);
  }

  /** Digests on the disk's threads, so that no other file of the call has to wait for it. */
  static StreamTarget digesting(TransferCall call, PieceDigest digest) {
    return new StreamTarget(new Digesting(call, digest), null);
  }

  @Override
  public String path() {
    return "(stream)";
  }

  @Override
  public CompletableFuture<Optional<EntryAttributes>> look() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public IOException exists() {
    throw new IllegalStateException("a stream never exists");
  }

  @Override
  public CompletableFuture<Void> open(EntryAttributes source) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Long> resume(EntryAttributes source, Resumption resumption) {
    throw new IllegalStateException("a stream can't be continued");
  }

  @Override
  public Stripe.Reader leftover() {
    throw new IllegalStateException("a stream has nothing left");
  }

  @Override
  public CompletableFuture<Void> restart() {
    throw new IllegalStateException("a stream has nothing left");
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void writers(int stripes, Consumer<Stripe.Writer> lanes) {
    lanes.accept(this::write);
  }

  @Override
  public void allGiven() {}

  @Override
  public CompletableFuture<Void> complete(long bytes, CopyFailures failures) {
    return to.end();
  }

  @Override
  public Content content() {
    return Objects.requireNonNull(passed, "not verified by content");
  }

  @Override
  public CompletableFuture<Void> finish(long bytes, CopyFailures failures) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> write(long offset, ByteBuffer from) {
    var done = new CompletableFuture<Void>();
    waiting.put(offset, new Waiting(from, done));
    Waiting next = waiting.remove(written);
    while (next != null && failure == null) {
      write(next);
      next = waiting.remove(written);
    }
    Throwable failed = failure;
    return failed == null ? done : CompletableFuture.failedFuture(failed);
  }

  private void write(Waiting block) {
    written += block.bytes().remaining();
    to.take(block.bytes())
        .whenComplete(
            (nothing, failed) -> {
              if (failed == null) {
                block.done().complete(null);
              } else {
                failure = failed;
                block.done().completeExceptionally(failed);
              }
            });
  }

  private record Waiting(ByteBuffer bytes, CompletableFuture<Void> done) {}

  /** Takes blocks in their order. */
  private interface Sink {
    CompletableFuture<Void> take(ByteBuffer block);

    CompletableFuture<Void> end();
  }

  private record UsersStream(OutputStream stream, @Nullable StreamContent passed) implements Sink {
    @Override
    public CompletableFuture<Void> take(ByteBuffer block) {
      try {
        stream.write(block.array(), block.arrayOffset() + block.position(), block.remaining());
        if (passed != null) {
          passed.passed(block, block.position(), block.remaining());
        }
        return CompletableFuture.completedFuture(null);
      } catch (IOException | RuntimeException e) {
        return CompletableFuture.failedFuture(new UserCodeException(e));
      }
    }

    @Override
    public CompletableFuture<Void> end() {
      try {
        stream.flush();
        return CompletableFuture.completedFuture(null);
      } catch (IOException | RuntimeException e) {
        return CompletableFuture.failedFuture(new UserCodeException(e));
      }
    }
  }

  private static final class Digesting implements Sink {
    private final TransferCall call;
    private final PieceDigest digest;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    Digesting(TransferCall call, PieceDigest digest) {
      this.call = call;
      this.digest = digest;
    }

    @Override
    public CompletableFuture<Void> take(ByteBuffer block) {
      last =
          call.then(
              last,
              before ->
                  call.onDisk(
                      () -> {
                        digest.update(
                            block.array(),
                            block.arrayOffset() + block.position(),
                            block.remaining());
                        return null;
                      }));
      return last;
    }

    @Override
    public CompletableFuture<Void> end() {
      return last;
    }
  }
}
