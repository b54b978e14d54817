package io.github.jsftp.internal.protocol.channel;

import io.github.jsftp.internal.async.Await;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;

/** The wait for the server's greeting, which belongs to connecting. */
final class VersionExchange {
  private VersionExchange() {}

  /**
   * Waits for the greeting for as long as connecting may still take.
   *
   * @param version the greeting
   * @throws TimeoutException if it does not come in time
   * @throws IOException why there is none
   */
  static void await(CompletableFuture<?> version, Transport transport)
      throws IOException, TimeoutException {
    // Without SFTP the channel ends; then the reason is what counts.
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
