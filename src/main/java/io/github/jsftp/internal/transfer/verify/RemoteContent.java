package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * A file on the server. The server digests it where it can; where it can't, or its answer is of no
 * use, the file is read.
 */
public final class RemoteContent implements Content {
  /** What any server digests in a second; more might keep it silent until it is given up. */
  private static final long BYTES_PER_SECOND = 16L << 20;

  private final TransferCall call;
  private final String path;
  private final long pieceSize;
  private final ClientSideDigest clientSideDigest;

  /** A file to be digested piece after piece. */
  public RemoteContent(TransferCall call, String path, ClientSideDigest clientSideDigest) {
    this(call, path, PieceDigest.PIECE_BYTES, clientSideDigest);
  }

  private RemoteContent(
      TransferCall call, String path, long pieceSize, ClientSideDigest clientSideDigest) {
    this.call = call;
    this.path = path;
    this.pieceSize = pieceSize;
    this.clientSideDigest = clientSideDigest;
  }

  /** Digests a remote file by reading it. */
  @FunctionalInterface
  public interface ClientSideDigest {

    /**
     * Reads and digests a file.
     *
     * @param algorithm the digest's name, as {@link java.security.MessageDigest} has it
     * @param pieceSize how many bytes to digest at once
     * @param maxBytes how many bytes to read from the beginning, or all there are if there are
     *     fewer
     */
    CompletableFuture<Digests> digest(String algorithm, long pieceSize, long maxBytes);
  }

  /** Returns the digest of a whole file, of which nothing is known. */
  public static CompletableFuture<Digests> whole(
      TransferCall call, String path, String algorithm, ClientSideDigest clientSideDigest) {
    return call.then(
        call.store().stat(path),
        info -> {
          var content = new RemoteContent(call, path, Long.MAX_VALUE, clientSideDigest);
          long maxBytes = call.store().timeout().toSeconds() * BYTES_PER_SECOND;
          return info.size() > 0 && info.size() <= maxBytes
              ? content.digest(List.of(algorithm), info.size())
              : clientSideDigest.digest(algorithm, Long.MAX_VALUE, Long.MAX_VALUE);
        });
  }

  @Override
  public List<String> algorithms() {
    return ALGORITHMS;
  }

  @Override
  public boolean isRemote() {
    return true;
  }

  @Override
  public CompletableFuture<Digests> digest(List<String> wanted, long bytes) {
    return call.recover(
        call.store().hash(path, wanted, bytes, pieceSize),
        failure ->
            ServerErrors.isRefusal(failure)
                ? clientSideDigest.digest(wanted.get(0), pieceSize, bytes)
                : CompletableFuture.failedFuture(failure));
  }
}
