package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.async.Await;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** Waits for the server's version, which is part of connecting. */
final class VersionExchange {
  private VersionExchange() {}

  /**
   * Waits for the server's version for as long as connecting may still take.
   *
   * @param version the version exchange
   * @throws TimeoutException if the version does not arrive in time
   * @throws IOException if SFTP can't be started
   */
  static void await(CompletableFuture<?> version, Transport transport)
      throws IOException, TimeoutException {
    // If the server has no SFTP the channel ends too, but the refusal says more.
    CompletableFuture<Void> granted = transport.accepted();
    var known =
        CompletableFuture.anyOf(
                version.exceptionallyCompose(
                    lost -> granted.thenCompose(done -> CompletableFuture.failedFuture(lost))),
                granted)
            .thenCompose(begun -> version);
    Await.result(known, transport.remainingConnectTime());
  }
}
