package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.Client.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.internal.protocol.channel.Link;
import io.github.jsftp.testing.Await;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
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

/** An Error, such as for want of memory or of threads, is passed on to all who wait. */
@SftpServer
@Timeout(60)
final class ErrorsTest {
  private final AtomicBoolean failing = new AtomicBoolean();

  @Test
  void endsTheRequestsThatWaitForAChannel(TestServer server, RemoteFolder folder)
      throws IOException {
    var opened = new CopyOnWriteArrayList<Link>();
    var settings =
        Client.Settings.USUAL.links(
            links ->
                new Source(links) {
                  @Override
                  public Link open(OutputStream replies) throws IOException {
                    fail("unable to create native thread");
                    Link link = links.open(replies);
                    opened.add(link);
                    return link;
                  }
                });
    try (var client = Client.to(server, settings)) {
      opened.get(0).close();
      Await.until("the channel's end", () -> !client.sftp.isOpen());

      failing.set(true);
      assertThatThrownBy(() -> get(client.sftp.stat(folder.path())))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("OutOfMemoryError: unable to create native thread");
      failing.set(false);

      assertThat(get(client.sftp.stat(folder.path())).isDirectory()).isTrue();
    }
  }

  @Test
  void endsTheChannelWhoseRequestsCantBeWritten(TestServer server, RemoteFolder folder)
      throws IOException {
    var settings =
        Client.Settings.USUAL.links(
            links ->
                new Source(links) {
                  @Override
                  public Link open(OutputStream replies) throws IOException {
                    return new Written(links.open(replies));
                  }
                });
    try (var client = Client.to(server, settings)) {
      failing.set(true);
      assertThatThrownBy(() -> get(client.sftp.stat(folder.path())))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("OutOfMemoryError: Java heap space");
      failing.set(false);

      assertThat(get(client.sftp.stat(folder.path())).isDirectory()).isTrue();
    }
  }

  @Test
  void endsTheChannelWhoseAnswersCantBeRead(TestServer server, RemoteFolder folder)
      throws IOException {
    try (var client = Client.to(server, Client.Settings.USUAL.charset(new Names()))) {
      failing.set(true);
      var listed = client.sftp.list(folder.path("..")).thenCompose(listing -> listing.next());
      var waiting = List.of(listed, client.sftp.realpath("."), client.sftp.stat(folder.path()));
      assertThatThrownBy(() -> get(listed))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("OutOfMemoryError: Java heap space");
      Await.until("the end of all", () -> waiting.stream().allMatch(CompletableFuture::isDone));
      failing.set(false);

      assertThat(get(client.sftp.stat(folder.path())).isDirectory()).isTrue();
    }
  }

  @Test
  void leavesTheWatchdogAtItsPost(TestServer server, RemoteFolder folder) throws Exception {
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
        var client = Client.to(server, proxy, Client.Settings.USUAL, pipeline::timeout)) {
      failing.set(true);
      failed.get();

      proxy.stall();
      assertThatThrownBy(() -> get(client.sftp.stat(folder.path())))
          .isInstanceOf(OperationTimeoutException.class);
      proxy.heal();
    }
  }

  private void fail(String message) {
    if (failing.get()) {
      throw new OutOfMemoryError(message);
    }
  }

  private abstract static class Source implements Link.Source {
    private final Link.Source links;

    Source(Link.Source links) {
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

  private final class Written implements Link {
    private final Link link;

    Written(Link link) {
      this.link = link;
    }

    @Override
    public OutputStream requests() {
      return new FilterOutputStream(link.requests()) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          fail("Java heap space");
          out.write(bytes, offset, length);
        }
      };
    }

    @Override
    public CompletableFuture<Void> granted() {
      return link.granted();
    }

    @Override
    public boolean isGreeted() {
      return link.isGreeted();
    }

    @Override
    public void close() {
      link.close();
    }
  }

  /** UTF-8 whose decoding takes more memory than there is. */
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
