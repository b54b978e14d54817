package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The content of a user's stream, digested while it is copied. */
public final class StreamContent implements Content {
  private static final List<String> ALGORITHM = ALGORITHMS.subList(0, 1);

  private final PieceDigest digest = new PieceDigest(ALGORITHM.get(0));

  /** Digests bytes of a buffer, starting at this position. */
  public void update(ByteBuffer block, int from, int length) {
    digest.update(block.array(), block.arrayOffset() + from, length);
  }

  @Override
  public List<String> algorithms() {
    return ALGORITHM;
  }

  @Override
  public boolean isRemote() {
    return false;
  }

  @Override
  public CompletableFuture<Digests> digest(List<String> algorithms, long bytes) {
    return CompletableFuture.completedFuture(digest.finish());
  }
}
