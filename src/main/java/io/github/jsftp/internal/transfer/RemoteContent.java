package io.github.jsftp.internal.transfer;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A file on the server. The server digests it where it can; where it can't, or its answer is of no
 * use, the file is read.
 */
final class RemoteContent implements Content, Call.Undoable {
  /** What any server digests in a second; more might keep it silent until it is given up. */
  private static final long BYTES_A_SECOND = 16L << 20;

  private final Call call;
  private final String path;
  private final long piece;
  private @Nullable RemoteSource reading;

  /** A file to be digested piece after piece. */
  RemoteContent(Call call, String path) {
    this(call, path, PieceDigest.PIECE);
  }

  private RemoteContent(Call call, String path, long piece) {
    this.call = call;
    this.path = path;
    this.piece = piece;
  }

  /** Returns the digest of a whole file, of which nothing is known. */
  static CompletableFuture<Digests> whole(Call call, String path, String algorithm) {
    return call.then(
        call.store().stat(path),
        info -> {
          var content = new RemoteContent(call, path, Long.MAX_VALUE);
          long most = call.store().timeout().toSeconds() * BYTES_A_SECOND;
          return info.size() > 0 && info.size() <= most
              ? content.digest(List.of(algorithm), info.size())
              : content.read(algorithm, Long.MAX_VALUE);
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
            Refusals.isRefusal(refused)
                ? read(wanted.get(0), bytes)
                : CompletableFuture.failedFuture(refused));
  }

  @Override
  public CompletableFuture<Void> abort() {
    return reading == null ? CompletableFuture.completedFuture(null) : reading.abort();
  }

  private CompletableFuture<Digests> read(String algorithm, long most) {
    var digest = new PieceDigest(algorithm, piece);
    var from = new RemoteSource(call, path, null);
    reading = from;
    call.began(this);
    var to = StreamTarget.digesting(call, digest);
    var failures = new CopyFailures(call, () -> path, path, () -> "the digest");
    return call.then(
        from.open(),
        facts -> {
          long size = Math.min(facts.size(), most);
          return call.then(
              new BlockCopy(call, from, to, failures, size).run(),
              bytes ->
                  call.then(
                      size < facts.size() ? from.abort() : from.finish(facts, bytes, failures),
                      finished -> {
                        call.ended(this);
                        return CompletableFuture.completedFuture(digest.end());
                      }));
        });
  }
}
