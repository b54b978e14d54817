package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.TestClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
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

@OnEachServer
@Timeout(300)
final class LifecycleTest {

  @Test
  void failsPendingRequestsWhenClosed(TestServer server, ServerFolder folder) throws Exception {
    try (FaultProxy proxy = FaultProxy.to(server);
        var testClient = TestClient.to(server, proxy, TestClient.Settings.USUAL)) {
      proxy.stall();
      var waiting = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 100; i++) {
        waiting.add(testClient.sftp.stat(folder.path()));
      }

      testClient.sftp.close();
      testClient.sftp.close();

      waiting.add(testClient.sftp.stat(folder.path()));
      for (CompletableFuture<?> each : waiting) {
        assertThatThrownBy(() -> get(each))
            .isInstanceOf(ConnectionException.class)
            .hasMessage("stat " + folder.path() + ": the connection is closed [me@host:22]");
      }
      assertThat(testClient.sftp.isOpen()).isFalse();
      proxy.heal();
    }
  }

  @Test
  void failsPendingRequestsWhenTheConnectionIsLost(TestServer server, ServerFolder folder)
      throws Exception {
    Files.write(folder.local("big"), Trees.bytes(1, 3_000_000));
    try (FaultProxy proxy = FaultProxy.to(server);
        var testClient = TestClient.to(server, proxy, TestClient.Settings.USUAL)) {
      RemoteHandle handle = testClient.open(folder.path("big"), OpenFlag.READ);
      proxy.cutAfter(FaultProxy.Direction.DOWN, 200_000);
      var reads = new ArrayList<CompletableFuture<Integer>>();
      for (int i = 0; i < 60; i++) {
        reads.add(handle.read(i * 32_768L, ByteBuffer.allocate(32_768)));
      }

      assertThatThrownBy(() -> get(reads.get(59)))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("read " + folder.path("big") + ": connection lost");
      Eventually.until(
          "the end of all reads", () -> reads.stream().allMatch(CompletableFuture::isDone));
      assertThatThrownBy(() -> get(testClient.sftp.stat(folder.path())))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("connection lost");
    }
  }

  @Test
  void opensANewChannelWhenTheOnlyOneHasFailed(TestServer server, ServerFolder folder)
      throws Exception {
    var opened = new CopyOnWriteArrayList<Transport>();
    try (var testClient =
        TestClient.to(server, TestClient.Settings.USUAL.links(links -> noting(links, opened)))) {
      RemoteHandle handle = testClient.open(folder.path("file"), OpenFlag.WRITE, OpenFlag.CREATE);
      opened.get(0).close();
      Eventually.until("the channel's end", () -> !testClient.sftp.isOpen());

      assertThatThrownBy(() -> get(handle.stat()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("the server ended the SFTP channel");
      assertThat(get(testClient.sftp.stat(folder.path())).isDir()).isTrue();
      assertThat(opened).hasSize(2);
    }
  }

  private static Transport.Source noting(
      Transport.Source links, CopyOnWriteArrayList<Transport> opened) {
    return new Transport.Source() {
      @Override
      public Transport open(OutputStream replies) throws IOException {
        Transport transport = links.open(replies);
        opened.add(transport);
        return transport;
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
  void worksWithTheChannelsThatTheServerAllows(TestServer server, ServerFolder folder)
      throws Exception {
    Files.writeString(folder.local("file"), "x");
    var opened = new AtomicInteger();
    try (var testClient =
        TestClient.to(
            server,
            TestClient.Settings.USUAL.requests(2).links(links -> granting(2, links, opened)))) {
      var stripes =
          testClient.sftp.openStripes(
              folder.path("file"), Set.of(OpenFlag.READ), AttributeChanges.NONE, 3);
      // Three are requested at the same time, and any of them may be refused.
      assertThat(stripes)
          .map(stripe -> catchThrowable(() -> get(stripe)))
          .filteredOn(Objects::nonNull)
          .singleElement()
          .isInstanceOf(ConnectionException.class);
      int asked = opened.get();
      assertThat(asked)
          .isBetween(3, 4); // the last one is not requested if the refusal is already known

      var stats = new ArrayList<CompletableFuture<?>>();
      for (int i = 0; i < 200; i++) {
        stats.add(testClient.sftp.stat(folder.path()));
      }
      get(CompletableFuture.allOf(stats.toArray(CompletableFuture[]::new)));

      assertThat(testClient.sftp.maxInFlight()).isEqualTo(4);
      assertThat(opened).hasValue(asked); // refused channels are not requested again
    }
  }

  private static Transport.Source granting(int most, Transport.Source links, AtomicInteger asked) {
    return new Transport.Source() {
      @Override
      public Transport open(OutputStream replies) throws IOException {
        if (asked.incrementAndGet() > most) {
          throw new Transport.Refused("no more", new IOException("open failed"));
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
  void leavesBuffersUntouchedAfterTheirFutureHasFailed(TestServer server, ServerFolder folder)
      throws Exception {
    Files.write(folder.local("big"), Trees.bytes(1, 3_000_000));
    try (FaultProxy proxy = FaultProxy.to(server);
        var testClient = TestClient.to(server, proxy, TestClient.Settings.USUAL)) {
      RemoteHandle handle = testClient.open(folder.path("big"), OpenFlag.READ);
      proxy.doAfter(
          FaultProxy.Direction.DOWN, 40_000, () -> proxy.stall(FaultProxy.Direction.DOWN));
      var buffer = ByteBuffer.allocate(64 * 1024 - 1024);
      var read = handle.read(0, buffer);
      Eventually.until("the first bytes", () -> buffer.position() > 0);

      testClient.sftp.close();

      assertThatThrownBy(() -> get(read)).isInstanceOf(ConnectionException.class);
      int position = buffer.position();
      proxy.heal();
      Transport later = testClient.ssh.open(OutputStream.nullOutputStream());
      get(later.accepted()); // arrives after all the data that was held back
      assertThat(buffer.position()).isEqualTo(position);
      later.close();
    }
  }
}
