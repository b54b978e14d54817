package io.github.jsftp.internal.transfer;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * The user's stream to be downloaded to. It is written on the thread of the call; blocks that come
 * before their turn wait.
 */
final class StreamTarget implements Target {
  private final OutputStream to;
  private final TreeMap<Long, Waiting> waiting = new TreeMap<>();
  private long written;

  StreamTarget(OutputStream to) {
    this.to = to;
  }

  @Override
  public String path() {
    return "(stream)";
  }

  @Override
  public CompletableFuture<Optional<Facts>> look() {
    return CompletableFuture.completedFuture(Optional.empty());
  }

  @Override
  public IOException exists() {
    throw new IllegalStateException("a stream never exists");
  }

  @Override
  public CompletableFuture<Void> open(Facts source) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void writers(int stripes, Consumer<Lane.Writer> lanes) {
    lanes.accept(this::write);
  }

  @Override
  public void allGiven() {}

  @Override
  public CompletableFuture<Void> finish(long bytes, CopyFailures failures) {
    try {
      to.flush();
      return CompletableFuture.completedFuture(null);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(new UserFailure(e));
    }
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> write(long offset, ByteBuffer from) {
    var done = new CompletableFuture<Void>();
    waiting.put(offset, new Waiting(from, done));
    Waiting next = waiting.remove(written);
    while (next != null) {
      write(next);
      next = waiting.remove(written);
    }
    return done;
  }

  private void write(Waiting block) {
    ByteBuffer bytes = block.bytes();
    written += bytes.remaining();
    try {
      to.write(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      block.done().complete(null);
    } catch (IOException | RuntimeException e) {
      block.done().completeExceptionally(new UserFailure(e));
    }
  }

  private record Waiting(ByteBuffer bytes, CompletableFuture<Void> done) {}
}
