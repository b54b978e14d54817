package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.transfer.context.CopyFailures;
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
  private final CopyFailures failures;

  public ContentCheck(TransferCall call, Content source, Content target, CopyFailures failures) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.failures = failures;
  }

  /** Fails with a VerificationException if the two differ in their first bytes, so many. */
  public CompletableFuture<Void> run(long bytes) {
    Content remote = source.isRemote() ? source : target;
    Content local = source.isRemote() ? target : source;
    String best = local.algorithms().get(0);
    CompletableFuture<Digests> there = digest(remote, local.algorithms(), bytes);
    CompletableFuture<Digests> meanwhile = digest(local, List.of(best), bytes);
    return call.then(
        there,
        one -> {
          // The server may know only some of the algorithms.
          var here =
              one.algorithm().equals(best)
                  ? meanwhile
                  : digest(local, List.of(one.algorithm()), bytes);
          return call.then(
              here,
              other -> source.isRemote() ? compare(one, other, bytes) : compare(other, one, bytes));
        });
  }

  private CompletableFuture<Digests> digest(Content of, List<String> algorithms, long bytes) {
    boolean upload = target.isRemote();
    return call.otherwise(
        of.digest(algorithms, bytes),
        failure -> CompletableFuture.failedFuture(failures.unverified(failure, bytes, upload)));
  }

  private CompletableFuture<Void> compare(Digests expected, Digests actual, long bytes) {
    int most = Math.max(expected.pieces().size(), actual.pieces().size());
    for (int i = 0; i < most; i++) {
      byte[] one = piece(expected, i);
      byte[] other = piece(actual, i);
      if (!Arrays.equals(one, other)) {
        long from = i * PieceDigest.PIECE;
        return CompletableFuture.failedFuture(
            failures.contentDiffers(
                from,
                Math.min(bytes, from + PieceDigest.PIECE),
                bytes,
                told(expected, one),
                told(actual, other)));
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  private static byte[] piece(Digests digests, int number) {
    return number < digests.pieces().size() ? digests.pieces().get(number) : new byte[0];
  }

  private static String told(Digests digests, byte[] digest) {
    return digest.length == 0
        ? "nothing"
        : digests.algorithm() + " " + HexFormat.of().formatHex(digest);
  }
}
