package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.PieceDigest;
import io.github.jsftp.internal.transfer.verify.RemoteContent;
import java.util.concurrent.CompletableFuture;

/** Downloads and digests a remote file, for servers that can't digest it. */
public final class DigestReader implements RemoteContent.ClientSideDigest {
  private final TransferCall call;
  private final String path;

  public DigestReader(TransferCall call, String path) {
    this.call = call;
    this.path = path;
  }

  @Override
  public CompletableFuture<Digests> digest(String algorithm, long pieceSize, long maxBytes) {
    var digest = new PieceDigest(algorithm, pieceSize);
    var from = new RemoteSource(call, path, null);
    TransferCall.Abortable closing = from::abort;
    call.register(closing);
    var to = StreamTarget.digesting(call, digest);
    var errors = new CopyErrors(call, () -> path, path, () -> "the digest");
    return call.then(
        from.open(),
        attributes -> {
          long size = Math.min(attributes.size(), maxBytes);
          return call.then(
              new BlockCopy(call, from, to, errors, size).run(),
              bytes ->
                  call.then(
                      size < attributes.size()
                          ? from.abort()
                          : from.finish(attributes, bytes, errors),
                      finished -> {
                        call.unregister(closing);
                        return CompletableFuture.completedFuture(digest.finish());
                      }));
        });
  }
}
