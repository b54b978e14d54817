package io.github.jsftp.internal.transfer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;

/** A local file, read once more for its digest: so the disk is checked as well. */
final class LocalContent implements Content {
  private static final int BLOCK = 256 << 10;

  private final Call call;
  private final Path path;

  LocalContent(Call call, Path path) {
    this.call = call;
    this.path = path;
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
  public CompletableFuture<Digests> digest(List<String> wanted, long bytes) {
    return call.onDisk(() -> digest(wanted.get(0), bytes));
  }

  private Digests digest(String algorithm, long bytes) throws IOException {
    var digest = new PieceDigest(algorithm);
    var block = ByteBuffer.allocate(BLOCK);
    try (var file = FileChannel.open(path, StandardOpenOption.READ)) {
      long left = bytes;
      while (file.read(block.clear().limit((int) Math.min(BLOCK, left))) > 0) {
        if (call.isStopped()) {
          throw new CancellationException();
        }
        digest.update(block.array(), 0, block.position());
        left -= block.position();
      }
    }
    return digest.end();
  }
}
