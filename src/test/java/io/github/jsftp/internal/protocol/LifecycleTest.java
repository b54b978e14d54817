package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.Client.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.internal.protocol.channel.Link;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import io.github.jsftp.testing.Await;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.SftpServer;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@SftpServer
@Timeout(60)
final class LifecycleTest {

  @Test
  void failsAllThatWaitsWhenClosed(TestServer server, RemoteFolder folder) throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server);
        var client = Client.to(server, proxy, Client.Settings.USUAL)) {
      proxy.stall();
      var waiting = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 100; i++) {
        waiting.add(client.sftp.stat(folder.path()));
      }

      client.sftp.close();
      client.sftp.close();

      waiting.add(client.sftp.stat(folder.path()));
      for (CompletableFuture<?> each : waiting) {
        assertThatThrownBy(() -> get(each))
            .isInstanceOf(ConnectionException.class)
            .hasMessage("stat " + folder.path() + ": the connection is closed [me@host:22]");
      }
      assertThat(client.sftp.isOpen()).isFalse();
      proxy.heal();
    }
  }

  @Test
  void failsAllThatWaitsWhenTheLineIsCut(TestServer server, RemoteFolder folder) throws Exception {
    Files.write(folder.local("big"), Trees.bytes(1, 3_000_000));
    try (FaultProxy proxy = FaultProxy.to(server);
        var client = Client.to(server, proxy, Client.Settings.USUAL)) {
      RemoteHandle handle = client.open(folder.path("big"), OpenMode.READ);
      proxy.cutAfter(FaultProxy.Direction.DOWN, 200_000);
      var reads = new ArrayList<CompletableFuture<Integer>>();
      for (int i = 0; i < 60; i++) {
        reads.add(handle.read(i * 32_768L, ByteBuffer.allocate(32_768)));
      }

      assertThatThrownBy(() -> get(reads.get(59)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("read " + folder.path("big") + ": connection lost");
      Await.until("the end of all reads", () -> reads.stream().allMatch(CompletableFuture::isDone));
      assertThatThrownBy(() -> get(client.sftp.stat(folder.path())))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("connection lost");
    }
  }

  @Test
  void opensANewChannelWhenTheOnlyOneHasDied(TestServer server, RemoteFolder folder)
      throws Exception {
    var opened = new CopyOnWriteArrayList<Link>();
    try (var client =
        Client.to(server, Client.Settings.USUAL.links(links -> noting(links, opened)))) {
      RemoteHandle handle = client.open(folder.path("file"), OpenMode.WRITE, OpenMode.CREATE);
      opened.get(0).close();
      Await.until("the channel's end", () -> !client.sftp.isOpen());

      assertThatThrownBy(() -> get(handle.stat()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("the server ended the SFTP channel");
      assertThat(get(client.sftp.stat(folder.path())).isDirectory()).isTrue();
      assertThat(opened).hasSize(2);
    }
  }

  private static Link.Source noting(Link.Source links, CopyOnWriteArrayList<Link> opened) {
    return new Link.Source() {
      @Override
      public Link open(OutputStream replies) throws IOException {
        Link link = links.open(replies);
        opened.add(link);
        return link;
      }

      @Override
      public boolean cutSilent(Duration limit) {
        return links.cutSilent(limit);
      }

      @Override
      public Throwable whyLost() {
        return links.whyLost();
      }
    };
  }

  @Test
  void getsAlongWithTheChannelsThatAreGranted(TestServer server, RemoteFolder folder)
      throws Exception {
    Files.writeString(folder.local("file"), "x");
    var opened = new AtomicInteger();
    try (var client =
        Client.to(
            server, Client.Settings.USUAL.requests(2).links(links -> granting(2, links, opened)))) {
      var stripes =
          client.sftp.openStripes(folder.path("file"), Set.of(OpenMode.READ), Attributes.NONE, 3);
      get(stripes.get(0));
      // Three are asked for at the same time, and any may be those refused.
      assertThat(stripes)
          .map(stripe -> catchThrowable(() -> get(stripe)))
          .filteredOn(Objects::nonNull)
          .singleElement()
          .isInstanceOf(ConnectionException.class);
      int asked = opened.get();
      assertThat(asked).isBetween(3, 4); // the last one is not asked for where it is known by then

      var stats = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 200; i++) {
        stats.add(client.sftp.stat(folder.path()));
      }
      get(CompletableFuture.allOf(stats.toArray(CompletableFuture[]::new)));

      assertThat(client.sftp.window()).isEqualTo(4);
      assertThat(opened).hasValue(asked); // it is not asked again and again
    }
  }

  private static Link.Source granting(int most, Link.Source links, AtomicInteger asked) {
    return new Link.Source() {
      @Override
      public Link open(OutputStream replies) throws IOException {
        if (asked.incrementAndGet() > most) {
          throw new Link.Refused("no more", new IOException("open failed"));
        }
        return links.open(replies);
      }

      @Override
      public boolean cutSilent(Duration limit) {
        return links.cutSilent(limit);
      }

      @Override
      public Throwable whyLost() {
        return links.whyLost();
      }
    };
  }

  @Test
  void leavesBuffersAloneOnceTheirFutureHasFailed(TestServer server, RemoteFolder folder)
      throws Exception {
    Files.write(folder.local("big"), Trees.bytes(1, 3_000_000));
    try (FaultProxy proxy = FaultProxy.to(server);
        var client = Client.to(server, proxy, Client.Settings.USUAL)) {
      RemoteHandle handle = client.open(folder.path("big"), OpenMode.READ);
      proxy.doAfter(
          FaultProxy.Direction.DOWN, 40_000, () -> proxy.stall(FaultProxy.Direction.DOWN));
      var buffer = ByteBuffer.allocate(64 * 1024 - 1024);
      var read = handle.read(0, buffer);
      Await.until("the first bytes", () -> buffer.position() > 0);

      client.sftp.close();

      assertThatThrownBy(() -> get(read)).isInstanceOf(ConnectionException.class);
      int position = buffer.position();
      proxy.heal();
      Link later = client.ssh.open(OutputStream.nullOutputStream());
      get(later.granted()); // comes behind all the data that was held back
      assertThat(buffer.position()).isEqualTo(position);
      later.close();
    }
  }
}
