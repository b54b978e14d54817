package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Compares the content of the source with that of the target by digests. */
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

  /** Fails with a VerificationException if the first {@code bytes} bytes differ. */
  public CompletableFuture<Void> run(long bytes) {
    Content remote = source.isRemote() ? source : target;
    Content local = source.isRemote() ? target : source;
    String best = local.algorithms().get(0);
    CompletableFuture<Digests> remoteDigests = digest(remote, local.algorithms(), bytes);
    CompletableFuture<Digests> localDigests = digest(local, List.of(best), bytes);
    return call.then(
        remoteDigests,
        there -> {
          // The server may not support the strongest algorithm.
          var matching =
              there.algorithm().equals(best)
                  ? localDigests
                  : digest(local, List.of(there.algorithm()), bytes);
          return call.then(
              matching,
              here ->
                  source.isRemote() ? compare(there, here, bytes) : compare(here, there, bytes));
        });
  }

  private CompletableFuture<Digests> digest(Content of, List<String> algorithms, long bytes) {
    boolean upload = of == target && target.isRemote();
    return call.recover(
        of.digest(algorithms, bytes),
        failure -> CompletableFuture.failedFuture(errors.notVerifiable(failure, bytes, upload)));
  }

  private CompletableFuture<Void> compare(Digests expected, Digests actual, long bytes) {
    int pieces = Math.max(expected.pieces().size(), actual.pieces().size());
    for (int i = 0; i < pieces; i++) {
      byte[] sent = piece(expected, i);
      byte[] received = piece(actual, i);
      if (!Arrays.equals(sent, received)) {
        long from = i * PieceDigest.PIECE_BYTES;
        return CompletableFuture.failedFuture(
            errors.contentDiffers(
                from,
                Math.min(bytes, from + PieceDigest.PIECE_BYTES),
                bytes,
                text(expected, sent),
                text(actual, received)));
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
