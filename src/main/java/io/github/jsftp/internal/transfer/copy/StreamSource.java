package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.StreamContent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A user's stream to upload with {@link StreamCopy}. It is not read again after its end or a
 * failure.
 */
public final class StreamSource implements Source {
  private final InputStream from;
  private final @Nullable StreamContent content;
  private boolean isAtEnd;

  public StreamSource(InputStream from, TransferOptions options) {
    this.from = from;
    content = options.verify() == Verify.CONTENT ? new StreamContent() : null;
  }

  @Override
  public String path() {
    return "(stream)";
  }

  @Override
  public CompletableFuture<FileAttributes> stat() {
    return CompletableFuture.completedFuture(FileAttributes.OF_STREAM);
  }

  @Override
  public CompletableFuture<FileAttributes> open() {
    return stat();
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void openReaders(int stripes, Consumer<Stripe.Reader> receiver) {
    throw new IllegalStateException("a stream can only be read in order");
  }

  @Override
  public void allReadsSent() {}

  @Override
  public CompletableFuture<Void> finish(FileAttributes before, long bytes, CopyErrors errors) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Content content() {
    return Objects.requireNonNull(content, "not verified by content");
  }

  @Override
  public CompletableFuture<Void> abort() {
    return CompletableFuture.completedFuture(null);
  }

  /**
   * Reads the available bytes, at least one. Blocks on the user's stream until then.
   *
   * @return the number of bytes read, -1 at the end, 0 if the call is cancelled
   */
  int read(TransferCall call, ByteBuffer into) {
    if (isAtEnd) {
      return -1;
    }
    isAtEnd = true; // stays so if the stream fails
    try {
      Integer count = call.userCode().run(() -> read(into));
      if (count == null) {
        isAtEnd = false;
        return 0;
      }
      if (content != null && count > 0) {
        content.update(into, into.position(), count);
      }
      into.position(into.position() + Math.max(0, count));
      return count;
    } catch (IOException | RuntimeException e) {
      throw new UserCodeException(e);
    }
  }

  private int read(ByteBuffer into) throws IOException {
    byte[] bytes = into.array();
    int at = into.arrayOffset() + into.position();
    int more = from.read(bytes, at, into.remaining());
    int count = more;
    while (more > 0 && count < into.remaining() && from.available() > 0) {
      more = from.read(bytes, at + count, into.remaining() - count);
      count += Math.max(0, more);
    }
    isAtEnd = more < 0;
    return count;
  }
}
