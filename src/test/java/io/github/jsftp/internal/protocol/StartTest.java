package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.TestClient.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@OnEachServer
class StartTest {

  @Test
  @Tag("long-on-openssh")
  void requestsTheHomeDirectoryTogetherWithTheVersion() throws IOException {
    var script = new ScriptedSftp();
    script.onEvery(SftpType.INIT, HostileReplies.silence());
    script.onEvery(
        SftpType.REALPATH,
        (request, channel) -> {
          channel.version(3);
          channel.names(request.id(), List.of(SftpEntry.directory("/home")));
        });
    try (var server = HostileServer.start(script);
        var testClient = TestClient.to(server)) {
      assertThat(testClient.sftp.isOpen()).isTrue();
    }
  }

  @Test
  void sendsRequestsBeforeSftpIsConfirmed(TestServer server, ServerFolder folder)
      throws IOException {
    var never = new CompletableFuture<Void>();
    var settings = TestClient.Settings.USUAL.links(through(transport -> granted(transport, never)));
    try (var testClient = TestClient.to(server, settings)) {
      assertThat(get(testClient.sftp.stat(folder.path())).isDir()).isTrue();
    }
  }

  @Test
  @Tag("long-on-openssh")
  void reportsWhyThereIsNoSftp() throws IOException {
    var script = new ScriptedSftp();
    script.onEvery(SftpType.INIT, HostileReplies.silence());
    script.onEvery(SftpType.REALPATH, HostileReplies.silence());
    var refused = CompletableFuture.<Void>failedFuture(new IOException("not here"));
    var settings =
        TestClient.Settings.USUAL.links(through(transport -> granted(transport, refused)));

    try (var server = HostileServer.start(script)) {
      assertThatThrownBy(() -> TestClient.to(server, settings)).hasMessage("not here");
    }
  }

  @Test
  void opensStripesOnOtherChannelsThanTheFirstHandle(TestServer server, ServerFolder folder)
      throws IOException {
    Files.writeString(folder.local("file"), "x");
    var opened = new AtomicInteger();
    var settings =
        TestClient.Settings.USUAL.links(
            through(
                transport -> {
                  opened.incrementAndGet();
                  return transport;
                }));
    try (var testClient = TestClient.to(server, settings)) {
      testClient.open(folder.path("file"), OpenFlag.READ);

      for (var stripe :
          testClient.sftp.openStripes(
              folder.path("file"), Set.of(OpenFlag.READ), AttributeChanges.NONE, 3)) {
        get(get(stripe).close());
      }

      assertThat(opened).hasValue(4);
    }
  }

  private static UnaryOperator<Transport.Source> through(UnaryOperator<Transport> wrap) {
    return links ->
        new Transport.Source() {
          @Override
          public Transport open(OutputStream replies) throws IOException {
            return wrap.apply(links.open(replies));
          }

          @Override
          public Throwable whyLost() {
            return links.whyLost();
          }

          @Override
          public boolean cutSilent(Duration limit) {
            return links.cutSilent(limit);
          }
        };
  }

  private static Transport granted(Transport transport, CompletableFuture<Void> granted) {
    return new Transport() {
      @Override
      public OutputStream requests() {
        return transport.requests();
      }

      @Override
      public CompletableFuture<Void> accepted() {
        return granted;
      }

      @Override
      public void close() {
        transport.close();
      }
    };
  }
}
