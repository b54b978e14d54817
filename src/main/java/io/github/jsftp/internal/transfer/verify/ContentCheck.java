package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Compares what is at one end of a copy with what is at the other, by digests. */
public final class ContentCheck {
  private final TransferCall call;
  private final Content source;
  private final Content target;
  private final CopyErrors errors;

  public ContentCheck(TransferCall call, Content source, Content target, CopyErrors errors) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.errors = errors;
  }

  /** Fails with a VerificationException if the two differ in their first bytes, so many. */
  public CompletableFuture<Void> run(long bytes) {
    Content remote = source.isRemote() ? source : target;
    Content local = source.isRemote() ? target : source;
    String best = local.algorithms().get(0);
    CompletableFuture<Digests> remoteDigests = digest(remote, local.algorithms(), bytes);
    CompletableFuture<Digests> localDigests = digest(local, List.of(best), bytes);
    return call.then(
        remoteDigests,
        one -> {
          // The server may know only some of the algorithms.
          var here =
              one.algorithm().equals(best)
                  ? localDigests
                  : digest(local, List.of(one.algorithm()), bytes);
          return call.then(
              here,
              other -> source.isRemote() ? compare(one, other, bytes) : compare(other, one, bytes));
        });
  }

  private CompletableFuture<Digests> digest(Content of, List<String> algorithms, long bytes) {
    boolean upload = target.isRemote();
    return call.recover(
        of.digest(algorithms, bytes),
        failure -> CompletableFuture.failedFuture(errors.notVerifiable(failure, bytes, upload)));
  }

  private CompletableFuture<Void> compare(Digests expected, Digests actual, long bytes) {
    int most = Math.max(expected.pieces().size(), actual.pieces().size());
    for (int i = 0; i < most; i++) {
      byte[] one = piece(expected, i);
      byte[] other = piece(actual, i);
      if (!Arrays.equals(one, other)) {
        long from = i * PieceDigest.PIECE_BYTES;
        return CompletableFuture.failedFuture(
            errors.contentDiffers(
                from,
                Math.min(bytes, from + PieceDigest.PIECE_BYTES),
                bytes,
                text(expected, one),
                text(actual, other)));
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private static byte[] piece(Digests digests, int number) {
    return number < digests.pieces().size() ? digests.pieces().get(number) : new byte[0];
  }

  private static String text(Digests digests, byte[] digest) {
    return digest.length == 0
        ? "nothing"
        : digests.algorithm() + " " + HexFormat.of().formatHex(digest);
  }
}
