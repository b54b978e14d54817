package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.transfer.context.CopyFailures;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.PieceDigest;
import io.github.jsftp.internal.transfer.verify.RemoteContent;
import java.util.concurrent.CompletableFuture;

/** Digests a remote file by reading it, where the server can't digest it. */
public final class DigestReader implements RemoteContent.Reader {
  private final TransferCall call;
  private final String path;

  public DigestReader(TransferCall call, String path) {
    this.call = call;
    this.path = path;
  }

  @Override
  public CompletableFuture<Digests> digest(String algorithm, long piece, long most) {
    var digest = new PieceDigest(algorithm, piece);
    var from = new RemoteSource(call, path, null);
    TransferCall.Undoable closing = from::abort;
    call.began(closing);
    var to = StreamTarget.digesting(call, digest);
    var failures = new CopyFailures(call, () -> path, path, () -> "the digest");
    return call.then(
        from.open(),
        entryAttributes -> {
          long size = Math.min(entryAttributes.size(), most);
          return call.then(
              new BlockCopy(call, from, to, failures, size).run(),
              bytes ->
                  call.then(
                      size < entryAttributes.size()
                          ? from.abort()
                          : from.finish(entryAttributes, bytes, failures),
                      finished -> {
                        call.ended(closing);
                        return CompletableFuture.completedFuture(digest.end());
                      }));
        });
  }
}
