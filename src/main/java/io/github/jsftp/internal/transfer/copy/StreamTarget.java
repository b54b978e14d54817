package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.PieceDigest;
import io.github.jsftp.internal.transfer.verify.StreamContent;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A target that is written in order. Blocks that arrive early wait for their turn. */
public final class StreamTarget implements Target {
  private final BlockSink sink;
  private final @Nullable StreamContent content;
  private final TreeMap<Long, EarlyBlock> earlyBlocks = new TreeMap<>();
  private long nextOffset;
  private @Nullable Throwable firstFailure; // nothing is written after it

  private StreamTarget(BlockSink to, @Nullable StreamContent content) {
    this.sink = to;
    this.content = content;
  }

  /** Creates a target for a user's stream, which is written on the call's thread. */
  public static StreamTarget to(OutputStream stream, TransferOptions options) {
    var content = options.verify() == Verify.CONTENT ? new StreamContent() : null;
    return new StreamTarget(new OutputStreamSink(stream, content), content);
  }

  /** Creates a target that digests on the disk executor, so that other files need not wait. */
  static StreamTarget digesting(TransferCall call, PieceDigest digest) {
    return new StreamTarget(new DigestSink(call, digest), null);
  }

  @Override
  public String path() {
    return "(stream)";
  }

  @Override
  public CompletableFuture<Void> open(FileAttributes source) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void openWriters(int stripes, Consumer<Stripe.Writer> receiver) {
    receiver.accept(this::write);
  }

  @Override
  public void allWritesSent() {}

  @Override
  public CompletableFuture<Void> complete(long bytes, CopyErrors errors) {
    return sink.finish();
  }

  @Override
  public Content content() {
    return Objects.requireNonNull(content, "not verified by content");
  }

  @Override
  public CompletableFuture<Void> commit(long bytes, CopyErrors errors) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> write(long offset, ByteBuffer from) {
    var done = new CompletableFuture<Void>();
    earlyBlocks.put(offset, new EarlyBlock(from, done));
    EarlyBlock next = earlyBlocks.remove(nextOffset);
    while (next != null && firstFailure == null) {
      write(next);
      next = earlyBlocks.remove(nextOffset);
    }
    Throwable failed = firstFailure;
    return failed == null ? done : CompletableFuture.failedFuture(failed);
  }

  private void write(EarlyBlock block) {
    nextOffset += block.bytes().remaining();
    sink.accept(block.bytes())
        .whenComplete(
            (nothing, failed) -> {
              if (failed == null) {
                block.done().complete(null);
              } else {
                firstFailure = failed;
                block.done().completeExceptionally(failed);
              }
            });
  }

  private record EarlyBlock(ByteBuffer bytes, CompletableFuture<Void> done) {}

  /** Receives the blocks in order. */
  private interface BlockSink {
    CompletableFuture<Void> accept(ByteBuffer block);

    CompletableFuture<Void> finish();
  }

  private record OutputStreamSink(OutputStream stream, @Nullable StreamContent content)
      implements BlockSink {
    @Override
    public CompletableFuture<Void> accept(ByteBuffer block) {
      try {
        stream.write(block.array(), block.arrayOffset() + block.position(), block.remaining());
        if (content != null) {
          content.update(block, block.position(), block.remaining());
        }
        return CompletableFuture.completedFuture(null);
      } catch (IOException | RuntimeException e) {
        return CompletableFuture.failedFuture(new UserCodeException(e));
      }
    }

    @Override
    public CompletableFuture<Void> finish() {
      try {
        stream.flush();
        return CompletableFuture.completedFuture(null);
      } catch (IOException | RuntimeException e) {
        return CompletableFuture.failedFuture(new UserCodeException(e));
      }
    }
  }

  private static final class DigestSink implements BlockSink {
    private final TransferCall call;
    private final PieceDigest digest;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);

    DigestSink(TransferCall call, PieceDigest digest) {
      this.call = call;
      this.digest = digest;
    }

    @Override
    public CompletableFuture<Void> accept(ByteBuffer block) {
      last =
          call.then(
              last,
              before ->
                  call.runOnDisk(
                      () ->
                          digest.update(
                              block.array(),
                              block.arrayOffset() + block.position(),
                              block.remaining())));
      return last;
    }

    @Override
    public CompletableFuture<Void> finish() {
      return last;
    }
  }
}
