package io.github.jsftp.internal.transfer.verify;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The content of a remote file. The server digests it if it can; otherwise the file is downloaded
 * and digested here.
 */
public final class RemoteContent implements Content {
  /**
   * The digest rate to expect of any server. A larger file might keep the server silent until the
   * channel times out.
   */
  private static final long BYTES_PER_SECOND = 16L << 20;

  private final TransferCall call;
  private final String path;
  private final long pieceSize;
  private final ClientSideDigest clientSideDigest;

  /** Creates the content of a file, to be digested in pieces. */
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

  /** Digests a remote file by downloading it. */
  @FunctionalInterface
  public interface ClientSideDigest {

    /**
     * Downloads and digests a file.
     *
     * @param algorithm a name for {@link java.security.MessageDigest}
     * @param pieceSize the number of bytes in each piece
     * @param maxBytes the number of bytes to read; all bytes if there are fewer
     */
    CompletableFuture<Digests> digest(String algorithm, long pieceSize, long maxBytes);
  }

  /** Digests a whole file of unknown size as one piece. */
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
  public CompletableFuture<Digests> digest(List<String> algorithms, long bytes) {
    return call.recover(
        call.store().hash(path, algorithms, bytes, pieceSize),
        failure ->
            ServerErrors.isRefusal(failure)
                ? clientSideDigest.digest(algorithms.get(0), pieceSize, bytes)
                : CompletableFuture.failedFuture(failure));
  }
}
