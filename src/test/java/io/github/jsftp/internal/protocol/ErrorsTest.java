package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.TestClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An Error, such as OutOfMemoryError, fails all pending requests. */
@OnEachServer
@Timeout(300)
final class ErrorsTest {
  private final AtomicBoolean failing = new AtomicBoolean();

  @Test
  void failsRequestsThatWaitForAChannel(TestServer server, ServerFolder folder) throws IOException {
    var opened = new CopyOnWriteArrayList<Transport>();
    var settings =
        TestClient.Settings.USUAL.links(
            links ->
                new Source(links) {
                  @Override
                  public Transport open(OutputStream replies) throws IOException {
                    fail("unable to create native thread");
                    Transport transport = links.open(replies);
                    opened.add(transport);
                    return transport;
                  }
                });
    try (var testClient = TestClient.to(server, settings)) {
      opened.get(0).close();
      Eventually.until("the channel's end", () -> !testClient.sftp.isOpen());

      failing.set(true);
      assertThatThrownBy(() -> get(testClient.sftp.stat(folder.path())))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("OutOfMemoryError: unable to create native thread");
      failing.set(false);

      assertThat(get(testClient.sftp.stat(folder.path())).isDir()).isTrue();
    }
  }

  @Test
  void abortsAChannelWhoseRequestsCantBeWritten(TestServer server, ServerFolder folder)
      throws IOException {
    var settings =
        TestClient.Settings.USUAL.links(
            links ->
                new Source(links) {
                  @Override
                  public Transport open(OutputStream replies) throws IOException {
                    return new Written(links.open(replies));
                  }
                });
    try (var testClient = TestClient.to(server, settings)) {
      failing.set(true);
      assertThatThrownBy(() -> get(testClient.sftp.stat(folder.path())))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("OutOfMemoryError: Java heap space");
      failing.set(false);

      assertThat(get(testClient.sftp.stat(folder.path())).isDir()).isTrue();
    }
  }

  @Test
  void abortsAChannelWhoseRepliesCantBeRead(TestServer server, ServerFolder folder)
      throws IOException {
    try (var testClient = TestClient.to(server, TestClient.Settings.USUAL.charset(new Names()))) {
      failing.set(true);
      var listed = testClient.sftp.list(folder.path("..")).thenCompose(listing -> listing.next());
      var waiting =
          List.of(listed, testClient.sftp.realpath("."), testClient.sftp.stat(folder.path()));
      assertThatThrownBy(() -> get(listed))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("OutOfMemoryError: Java heap space");
      Eventually.until(
          "the end of all", () -> waiting.stream().allMatch(CompletableFuture::isDone));
      failing.set(false);

      assertThat(get(testClient.sftp.stat(folder.path())).isDir()).isTrue();
    }
  }

  @Test
  void keepsTheWatchdogRunning(TestServer server, ServerFolder folder) throws Exception {
    var failed = new CompletableFuture<Void>();
    var pipeline =
        new Object() {
          Duration timeout() {
            if (failing.get()) {
              failing.set(false);
              failed.complete(null);
              throw new OutOfMemoryError("Java heap space");
            }
            return Duration.ofMillis(500);
          }
        };
    try (FaultProxy proxy = FaultProxy.to(server);
        var testClient =
            TestClient.to(server, proxy, TestClient.Settings.USUAL, pipeline::timeout)) {
      failing.set(true);
      failed.get();

      proxy.stall();
      assertThatThrownBy(() -> get(testClient.sftp.stat(folder.path())))
          .isInstanceOf(OperationTimeoutException.class);
      proxy.heal();
    }
  }

  private void fail(String message) {
    if (failing.get()) {
      throw new OutOfMemoryError(message);
    }
  }

  private abstract static class Source implements Transport.Source {
    private final Transport.Source links;

    Source(Transport.Source links) {
      this.links = links;
    }

    @Override
    public boolean cutSilent(Duration limit) {
      return links.cutSilent(limit);
    }

    @Override
    public Throwable whyLost() {
      return links.whyLost();
    }
  }

  private final class Written implements Transport {
    private final Transport transport;

    Written(Transport transport) {
      this.transport = transport;
    }

    @Override
    public OutputStream requests() {
      return new FilterOutputStream(transport.requests()) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          fail("Java heap space");
          out.write(bytes, offset, length);
        }
      };
    }

    @Override
    public CompletableFuture<Void> accepted() {
      return transport.accepted();
    }

    @Override
    public boolean isVersionExchanged() {
      return transport.isVersionExchanged();
    }

    @Override
    public void close() {
      transport.close();
    }
  }

  /** UTF-8 whose decoding runs out of memory. */
  private final class Names extends Charset {
    private final Thread test = Thread.currentThread();

    Names() {
      super("x-names", null);
    }

    @Override
    public boolean contains(Charset other) {
      return StandardCharsets.UTF_8.contains(other);
    }

    @Override
    public CharsetDecoder newDecoder() {
      if (Thread.currentThread() != test) {
        fail("Java heap space");
      }
      return StandardCharsets.UTF_8.newDecoder();
    }

    @Override
    public CharsetEncoder newEncoder() {
      return StandardCharsets.UTF_8.newEncoder();
    }
  }
}
