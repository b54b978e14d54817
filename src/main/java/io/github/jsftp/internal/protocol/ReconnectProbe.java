package io.github.jsftp.internal.protocol;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.RequestContext;
import io.github.jsftp.internal.protocol.channel.SftpConstants;
import io.github.jsftp.internal.protocol.channel.StatusException;
import java.util.concurrent.CompletableFuture;

/** Makes sure that the server responds, over a new connection if the old one is lost or silent. */
final class ReconnectProbe {
  private final ChannelPool channels;
  private final PathRequests requests;
  private final RequestContext context;

  ReconnectProbe(ChannelPool channels, PathRequests requests, RequestContext context) {
    this.channels = channels;
    this.requests = requests;
    this.context = context;
  }

  CompletableFuture<Void> run() {
    boolean wasSilent = channels.cutSilent();
    CompletableFuture<Void> probed = probe();
    // A request may still have used a channel of the session that was just closed.
    return wasSilent ? probed.exceptionallyCompose(failure -> probe()) : probed;
  }

  /** Sends a request and waits for any reply, even a refusal. */
  private CompletableFuture<Void> probe() {
    return channels
        .withChannel(
            context,
            channel -> channel.send(requests.pathRequest(context, SftpConstants.REALPATH, ".")))
        .handle((reply, failure) -> failure == null ? null : Await.cause(failure))
        .thenCompose(
            failure ->
                failure == null || failure instanceof StatusException
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(failure));
  }
}
