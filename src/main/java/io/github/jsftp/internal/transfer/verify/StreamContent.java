package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What has passed through the user's stream, digested on its way. */
public final class StreamContent implements Content {
  private static final List<String> ALGORITHM = ALGORITHMS.subList(0, 1);

  private final PieceDigest digest = new PieceDigest(ALGORITHM.get(0));

  /** Takes as many bytes of a buffer, from this position on. */
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
  public CompletableFuture<Digests> digest(List<String> wanted, long bytes) {
    return CompletableFuture.completedFuture(digest.finish());
  }
}
