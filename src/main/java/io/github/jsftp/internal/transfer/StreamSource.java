package io.github.jsftp.internal.transfer;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The user's stream to be uploaded. It is read on the thread of the call, block after block. */
final class StreamSource implements Source {
  private final InputStream from;
  private final @Nullable StreamContent passed;

  StreamSource(InputStream from, TransferOptions options) {
    this.from = from;
    passed = options.verify() == Verify.CONTENT ? new StreamContent() : null;
  }

  @Override
  public String path() {
    return "(stream)";
  }

  @Override
  public CompletableFuture<Facts> look() {
    return CompletableFuture.completedFuture(Facts.OF_STREAM);
  }

  @Override
  public CompletableFuture<Facts> open() {
    return look();
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void readers(int stripes, Consumer<Lane.Reader> to) {
    to.accept((offset, into) -> read(into));
  }

  @Override
  public void allAsked() {}

  @Override
  public CompletableFuture<Void> finish(Facts before, long bytes, CopyFailures failures) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Content content() {
    return Objects.requireNonNull(passed, "not verified by content");
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Integer> read(ByteBuffer into) {
    try {
      int count =
          from.readNBytes(into.array(), into.arrayOffset() + into.position(), into.remaining());
      if (passed != null) {
        passed.passed(into, into.position(), count);
      }
      into.position(into.position() + count);
      return CompletableFuture.completedFuture(count == 0 ? -1 : count);
    } catch (IOException | RuntimeException e) {
      return CompletableFuture.failedFuture(new UserFailure(e));
    }
  }
}
