package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.Buffers;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.Stripe;
import io.github.jsftp.internal.transfer.copy.Target;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.StreamContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A target that the user reads as a stream. Each block waits until it has been read. The end of the
 * stream is reported only once the copy is verified. While the user's code waits for a block, the
 * steps of the call run on its thread.
 */
final class InputTarget implements Target {
  private final TransferCall call;
  private final Buffers buffers;
  private final @Nullable StreamContent content;
  private final TreeMap<Long, WaitingBlock> blocks = new TreeMap<>(); // by offset
  private final CompletableFuture<Void> allArrived = new CompletableFuture<>();
  private final BlockStream stream = new BlockStream();
  private CompletableFuture<Void> changed = new CompletableFuture<>();
  private boolean isOpen;
  private boolean isVerified;
  private boolean isClosed;
  private @Nullable Throwable failure;
  private long position; // the number of bytes that the user has read

  /** Creates a target whose blocks are lent by these buffers. */
  InputTarget(TransferCall call, Buffers buffers) {
    this.call = call;
    this.buffers = buffers;
    content = call.options().verify() == Verify.CONTENT ? new StreamContent() : null;
  }

  private record WaitingBlock(ByteBuffer bytes, int start, CompletableFuture<Void> read) {}

  /** Returns the stream for the user. */
  InputStream stream() {
    return stream;
  }

  /** Returns a future that completes when nothing more is requested from the server. */
  CompletableFuture<Void> allArrived() {
    return allArrived;
  }

  /** Returns the number of bytes that the user has read. */
  long position() {
    return position;
  }

  /** Returns the failure of the copy, which the stream throws; null if there is none. */
  @Nullable Throwable failure() {
    return failure;
  }

  /** Returns true if the user has read the stream to its end. */
  boolean isVerified() {
    return isVerified;
  }

  /** Makes the stream fail, since the copy has failed. */
  void fail(Throwable cause) {
    if (failure == null && !isVerified) {
      failure = cause;
    }
    discard();
  }

  /** Waits until the source is open. Fails if that fails. */
  void awaitOpen() throws IOException {
    while (!isOpen && failure == null) {
      awaitChange();
    }
    throwFailure();
  }

  /** Waits until the copy is verified, if all of its bytes have been read. */
  void awaitVerification(long size) throws IOException {
    while (!isVerified && failure == null && size > 0 && position >= size) {
      awaitChange();
    }
  }

  /** Returns true if nothing more is read. */
  boolean isClosed() {
    return isClosed;
  }

  /** Ends the copy and closes the stream, whether or not it has been read to its end. */
  void close() {
    isClosed = true;
    stream.end();
    discard();
  }

  private void discard() {
    var reason = new CancellationException();
    blocks.values().forEach(block -> block.read().completeExceptionally(reason));
    blocks.clear();
    allArrived.complete(null);
    signal();
  }

  @Override
  public String path() {
    return "(stream)";
  }

  @Override
  public CompletableFuture<Void> open(FileAttributes source) {
    isOpen = true;
    signal();
    return isClosed
        ? CompletableFuture.failedFuture(new CancellationException())
        : CompletableFuture.completedFuture(null);
  }

  @Override
  public Buffers buffers(TransferCall call) {
    return buffers;
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void openWriters(int stripes, Consumer<Stripe.Writer> receiver) {
    receiver.accept(this::write);
  }

  private CompletableFuture<Void> write(long offset, ByteBuffer from) {
    if (isClosed || failure != null) {
      return CompletableFuture.failedFuture(new CancellationException());
    }
    var read = new CompletableFuture<Void>();
    blocks.put(offset, new WaitingBlock(from, from.position(), read));
    signal();
    return read;
  }

  @Override
  public void allWritesSent() {
    allArrived.complete(null);
  }

  @Override
  public CompletableFuture<Void> complete(long bytes, CopyErrors errors) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Content content() {
    return Objects.requireNonNull(content, "not verified by content");
  }

  @Override
  public CompletableFuture<Void> commit(long bytes, CopyErrors errors) {
    isVerified = true;
    signal();
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.completedFuture(null);
  }

  private void signal() {
    changed.complete(null);
  }

  /** Returns the next block; null at the end of a verified copy. */
  private @Nullable WaitingBlock awaitBlock() throws IOException {
    call.throwIfCancelled();
    call.loop().runQueued(); // so that further blocks are requested even if this one is here
    WaitingBlock next = blocks.remove(position);
    while (next == null && !isVerified) {
      throwFailure();
      awaitChange();
      next = blocks.remove(position);
    }
    return next;
  }

  private void awaitChange() throws IOException {
    if (changed.isDone()) {
      changed = new CompletableFuture<>();
    }
    call.awaitEvent(changed);
  }

  private void throwFailure() throws IOException {
    if (failure != null) {
      throw Await.failure(failure);
    }
  }

  /** The stream for the user. */
  private final class BlockStream extends InputStream {
    private final byte[] one = new byte[1];
    private @Nullable WaitingBlock current;
    private boolean closed;

    @Override
    public synchronized int read() throws IOException {
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public synchronized int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      if (closed) {
        throw new IOException("stream closed");
      } else if (length == 0) {
        return 0;
      }
      if (current == null) {
        call.userCode()
            .suspend(
                () -> {
                  current = awaitBlock();
                  return true;
                });
      }
      return current == null ? -1 : take(current, into, offset, length);
    }

    private int take(WaitingBlock block, byte[] into, int offset, int length) {
      ByteBuffer bytes = block.bytes();
      int count = Math.min(length, bytes.remaining());
      bytes.get(into, offset, count);
      position += count;
      if (!bytes.hasRemaining()) {
        current = null;
        if (content != null) {
          content.update(bytes, block.start(), bytes.position() - block.start());
        }
        block.read().complete(null);
      }
      return count;
    }

    @Override
    public synchronized int available() {
      return current == null || closed ? 0 : current.bytes().remaining();
    }

    @Override
    public synchronized void close() {
      closed = true;
    }

    synchronized void end() {
      closed = true;
      WaitingBlock rest = current;
      current = null;
      if (rest != null) {
        rest.read().completeExceptionally(new CancellationException());
      }
    }
  }
}
