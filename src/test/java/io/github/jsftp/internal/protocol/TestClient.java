package io.github.jsftp.internal.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileInfo;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** An SFTP client over SSH, with utilities for tests. */
final class TestClient implements AutoCloseable {
  static final Duration LONG = Duration.ofSeconds(20);

  final SshConnection ssh;
  final SftpClient sftp;

  private TestClient(SshConnection ssh, SftpClient sftp) {
    this.ssh = ssh;
    this.sftp = sftp;
  }

  /** The settings of the client. */
  record Settings(
      Charset charset,
      int maxRequests,
      int maxChannels,
      Duration timeout,
      Duration connectTimeout,
      UnaryOperator<Transport.Source> links) {
    static final Settings USUAL =
        new Settings(UTF_8, 64, 4, LONG, Duration.ofSeconds(30), links -> links);

    Settings connectTimeout(Duration limit) {
      return new Settings(charset, maxRequests, maxChannels, timeout, limit, links);
    }

    Settings requests(int most) {
      return new Settings(charset, most, maxChannels, timeout, connectTimeout, links);
    }

    Settings channels(int most) {
      return new Settings(charset, maxRequests, most, timeout, connectTimeout, links);
    }

    Settings timeout(Duration limit) {
      return new Settings(charset, maxRequests, maxChannels, limit, connectTimeout, links);
    }

    Settings charset(Charset names) {
      return new Settings(names, maxRequests, maxChannels, timeout, connectTimeout, links);
    }

    Settings links(UnaryOperator<Transport.Source> through) {
      return new Settings(charset, maxRequests, maxChannels, timeout, connectTimeout, through);
    }
  }

  static TestClient to(TestServer server) throws IOException {
    return to(server, server.port(), Settings.USUAL);
  }

  static TestClient to(TestServer server, Settings settings) throws IOException {
    return to(server, server.port(), settings);
  }

  static TestClient to(TestServer server, FaultProxy proxy, Settings settings) throws IOException {
    return to(server, proxy.port(), settings);
  }

  static TestClient to(
      TestServer server, FaultProxy proxy, Settings settings, Supplier<Duration> timeout)
      throws IOException {
    return to(server, proxy.port(), settings, timeout);
  }

  static TestClient to(HostileServer server) throws IOException {
    return to(server.server(), Settings.USUAL);
  }

  static TestClient to(HostileServer server, Settings settings) throws IOException {
    return to(server.server(), settings);
  }

  static TestClient to(HostileServer server, Settings settings, Supplier<Duration> timeout)
      throws IOException {
    return to(server.server(), server.server().port(), settings, timeout);
  }

  private static TestClient to(TestServer server, int port, Settings settings) throws IOException {
    return to(server, port, settings, settings::timeout);
  }

  private static TestClient to(
      TestServer server, int port, Settings settings, Supplier<Duration> timeout)
      throws IOException {
    var options =
        ConnectionOptions.builder(server.host())
            .port(port)
            .username(server.username())
            .privateKey(server.privateKey())
            .hostKeys(HostKeys.acceptAnyInsecurely())
            .connectTimeout(settings.connectTimeout())
            .build();
    var failures = new Failures("me", "host", 22);
    SshConnection ssh = SshConnection.open(options, failures);
    var sftp =
        new SftpClient(
            settings.links().apply(ssh),
            failures,
            settings.charset(),
            settings.maxRequests(),
            settings.maxChannels(),
            timeout);
    var testClient = new TestClient(ssh, sftp);
    boolean done = false;
    try {
      sftp.start();
      done = true;
      return testClient;
    } finally {
      if (!done) {
        testClient.close();
      }
    }
  }

  RemoteHandle open(String path, OpenFlag... modes) throws IOException {
    return get(sftp.open(path, Set.of(modes), AttributeChanges.NONE));
  }

  void write(String path, byte[] bytes) throws IOException {
    RemoteHandle out = open(path, OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.TRUNCATE);
    get(out.write(0, ByteBuffer.wrap(bytes)));
    get(out.close());
  }

  List<FileInfo> list(String dir) throws IOException {
    RemoteListing listing = get(sftp.list(dir));
    var all = new ArrayList<FileInfo>();
    while (true) {
      List<FileInfo> some = get(listing.next());
      if (some.isEmpty()) {
        return all;
      }
      all.addAll(some);
    }
  }

  static <T> T get(CompletableFuture<T> future) throws IOException {
    return Await.result(future);
  }

  static byte[] read(RemoteHandle handle, long offset, int bytes) throws IOException {
    var into = ByteBuffer.allocate(bytes);
    while (into.hasRemaining()) {
      var part = into.slice();
      part.limit(Math.min(part.remaining(), handle.requestSize()));
      int count = get(handle.read(offset + into.position(), part));
      if (count < 0) {
        break;
      }
      into.position(into.position() + count);
    }
    var read = new byte[into.flip().remaining()];
    into.get(read);
    return read;
  }

  @Override
  public void close() {
    sftp.close();
    ssh.close();
  }
}
