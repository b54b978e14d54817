package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The content of a local file, read again from the disk. */
public final class LocalContent implements Content {
  private static final int BLOCK = 256 << 10;

  private final TransferCall call;
  private final Path path;
  private final @Nullable FileChannel openChannel;

  /** Creates the content of a file that is opened to digest it. */
  public LocalContent(TransferCall call, Path path) {
    this(call, path, null);
  }

  /**
   * Creates the content of an open file.
   *
   * @param openChannel read instead of a second channel: POSIX drops the locks of a file when the
   *     process closes any descriptor of it
   */
  public LocalContent(TransferCall call, Path path, @Nullable FileChannel openChannel) {
    this.call = call;
    this.path = path;
    this.openChannel = openChannel;
  }

  @Override
  public List<String> algorithms() {
    return ALGORITHMS;
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  @Override
  public CompletableFuture<Digests> digest(List<String> algorithms, long bytes) {
    return call.runOnDisk(() -> digest(algorithms.get(0), bytes));
  }

  private Digests digest(String algorithm, long bytes) throws IOException {
    if (openChannel != null) {
      return digest(algorithm, bytes, openChannel);
    }
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      return digest(algorithm, bytes, file);
    }
  }

  private Digests digest(String algorithm, long bytes, FileChannel file) throws IOException {
    var digest = new PieceDigest(algorithm);
    var block = ByteBuffer.allocate(BLOCK);
    long offset = 0;
    while (file.read(block.clear().limit((int) Math.min(BLOCK, bytes - offset)), offset) > 0) {
      if (call.isStopped()) {
        throw new CancellationException();
      }
      digest.update(block.array(), 0, block.position());
      offset += block.position();
    }
    return digest.finish();
  }
}
