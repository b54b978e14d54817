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
  private static final long BYTES_A_SECOND = 16L << 20;

  private final TransferCall call;
  private final String path;
  private final long piece;
  private final Reader reader;

  /** A file to be digested piece after piece. */
  public RemoteContent(TransferCall call, String path, Reader reader) {
    this(call, path, PieceDigest.PIECE, reader);
  }

  private RemoteContent(TransferCall call, String path, long piece, Reader reader) {
    this.call = call;
    this.path = path;
    this.piece = piece;
    this.reader = reader;
  }

  /** Digests a remote file by reading it. */
  @FunctionalInterface
  public interface Reader {

    /**
     * Reads and digests a file.
     *
     * @param algorithm the digest's name, as {@link java.security.MessageDigest} has it
     * @param piece how many bytes to digest at once
     * @param most how many bytes to read from the beginning, or all there are if there are fewer
     */
    CompletableFuture<Digests> digest(String algorithm, long piece, long most);
  }

  /** Returns the digest of a whole file, of which nothing is known. */
  public static CompletableFuture<Digests> whole(
      TransferCall call, String path, String algorithm, Reader reader) {
    return call.then(
        call.store().stat(path),
        info -> {
          var content = new RemoteContent(call, path, Long.MAX_VALUE, reader);
          long most = call.store().timeout().toSeconds() * BYTES_A_SECOND;
          return info.size() > 0 && info.size() <= most
              ? content.digest(List.of(algorithm), info.size())
              : reader.digest(algorithm, Long.MAX_VALUE, Long.MAX_VALUE);
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
    return call.otherwise(
        call.store().hash(path, wanted, bytes, piece),
        refused ->
            ServerErrors.isRefusal(refused)
                ? reader.digest(wanted.get(0), piece, bytes)
                : CompletableFuture.failedFuture(refused));
  }
}
