package io.github.jsftp.internal.ssh;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.CountDownLatch;

/** Opens connections for tests of the ssh packages. */
public final class Ssh {
  private Ssh() {}

  /** Returns options that the server accepts. */
  public static ConnectionOptions.Builder options(TestServer server) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username(server.username())
        .privateKey(server.privateKey())
        .knownHosts(server.knownHosts());
  }

  public static SshConnection open(TestServer server) throws IOException {
    return open(options(server));
  }

  public static SshConnection open(ConnectionOptions.Builder builder) throws IOException {
    ConnectionOptions options = builder.build();
    return SshConnection.open(options, failures(options));
  }

  public static Failures failures(ConnectionOptions options) {
    return new Failures(options.username(), options.host(), options.port());
  }

  public static Failures failures(TestServer server) {
    return new Failures(server.username(), server.host(), server.port());
  }

  /** Returns the peer as it appears at the end of messages. */
  public static String peer(TestServer server) {
    return failures(server).peer();
  }

  /** Discards replies, and records when the stream is closed. */
  public static final class DiscardedReplies extends OutputStream {
    private final CountDownLatch closed = new CountDownLatch(1);

    @Override
    public void write(int b) {}

    @Override
    public void write(byte[] bytes, int offset, int length) {}

    @Override
    public void close() {
      closed.countDown();
    }

    public boolean isClosed() {
      return closed.getCount() == 0;
    }
  }
}
