package io.github.jsftp.testing;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.DiskExecutor;
import io.github.jsftp.internal.protocol.SftpClient;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.internal.transfer.Transfers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Transfers over a connection of its own, without {@code Connection}. */
public final class TransferClient implements AutoCloseable {
  private static final int CHANNELS = 4;

  private final SshConnection connection;
  private final SftpClient client;
  private final DiskExecutor disk = new DiskExecutor();

  private final Backoff backoff;

  private TransferClient(SshConnection connection, SftpClient client, Backoff backoff) {
    this.connection = connection;
    this.client = client;
    this.backoff = backoff;
  }

  /** Connects to a server. */
  public static TransferClient to(TestServer server) throws IOException {
    return to(server, server.host(), server.port(), Backoff.NEVER);
  }

  /** Connects to a server through a proxy. */
  public static TransferClient through(FaultProxy proxy, TestServer server) throws IOException {
    return to(server, proxy.host(), proxy.port(), Backoff.NEVER);
  }

  /** Connects to a server through a proxy, and reconnects if the connection is lost. */
  public static TransferClient reconnecting(FaultProxy proxy, TestServer server)
      throws IOException {
    var client = to(server, proxy.host(), proxy.port(), Backoff.DEFAULT);
    client.connection.enableReconnect();
    return client;
  }

  private static TransferClient to(TestServer server, String host, int port, Backoff backoff)
      throws IOException {
    var options =
        ConnectionOptions.builder(host)
            .port(port)
            .username(server.username())
            .privateKey(server.privateKey())
            .maxChannels(CHANNELS)
            .hostKeys(io.github.jsftp.HostKeys.fingerprint(server.hostKeyFingerprints().get(0)))
            .build();
    var failures = new Failures(server.username(), host, port);
    var connection = SshConnection.open(options, failures);
    var client =
        new SftpClient(
            connection,
            failures,
            StandardCharsets.UTF_8,
            64,
            CHANNELS,
            () -> Duration.ofSeconds(20));
    client.start();
    return new TransferClient(connection, client, backoff);
  }

  /** Returns the transfers. */
  public Transfers transfers() {
    return new Transfers(client, backoff, disk);
  }

  /** Returns the store below. */
  public SftpClient store() {
    return client;
  }

  @Override
  public void close() {
    client.close();
    disk.close();
    connection.close();
  }
}
