package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.Client.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.internal.protocol.channel.Link;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import io.github.jsftp.testing.Answers;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.RemoteFolder;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpServer;
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
import org.junit.jupiter.api.Test;

@SftpServer
class StartTest {

  @Test
  void asksForTheHomeTogetherWithTheGreeting() throws IOException {
    var script = new ScriptedSftp();
    script.onEvery(SftpType.INIT, Answers.silence());
    script.onEvery(
        SftpType.REALPATH,
        (request, channel) -> {
          channel.version(3);
          channel.names(request.id(), List.of(SftpEntry.directory("/home")));
        });
    try (var server = HostileServer.start(script);
        var client = Client.to(server)) {
      assertThat(client.sftp.isOpen()).isTrue();
    }
  }

  @Test
  void startsBeforeItIsToldThatThereIsSftp(TestServer server, RemoteFolder folder)
      throws IOException {
    var never = new CompletableFuture<Void>();
    var settings = Client.Settings.USUAL.links(through(link -> granted(link, never)));
    try (var client = Client.to(server, settings)) {
      assertThat(get(client.sftp.stat(folder.path())).isDirectory()).isTrue();
    }
  }

  @Test
  void tellsWhyThereIsNoSftp() throws IOException {
    var script = new ScriptedSftp();
    script.onEvery(SftpType.INIT, Answers.silence());
    script.onEvery(SftpType.REALPATH, Answers.silence());
    var refused = CompletableFuture.<Void>failedFuture(new IOException("not here"));
    var settings = Client.Settings.USUAL.links(through(link -> granted(link, refused)));

    try (var server = HostileServer.start(script)) {
      assertThatThrownBy(() -> Client.to(server, settings)).hasMessage("not here");
    }
  }

  @Test
  void takesOtherChannelsThanThatOfTheFirstHandle(TestServer server, RemoteFolder folder)
      throws IOException {
    Files.writeString(folder.local("file"), "x");
    var opened = new AtomicInteger();
    var settings =
        Client.Settings.USUAL.links(
            through(
                link -> {
                  opened.incrementAndGet();
                  return link;
                }));
    try (var client = Client.to(server, settings)) {
      client.open(folder.path("file"), OpenMode.READ);

      for (var stripe :
          client.sftp.openStripes(folder.path("file"), Set.of(OpenMode.READ), Attributes.NONE, 3)) {
        get(get(stripe).close());
      }

      assertThat(opened).hasValue(4);
    }
  }

  private static UnaryOperator<Link.Source> through(UnaryOperator<Link> wrap) {
    return links ->
        new Link.Source() {
          @Override
          public Link open(OutputStream replies) throws IOException {
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

  private static Link granted(Link link, CompletableFuture<Void> granted) {
    return new Link() {
      @Override
      public OutputStream requests() {
        return link.requests();
      }

      @Override
      public CompletableFuture<Void> granted() {
        return granted;
      }

      @Override
      public void close() {
        link.close();
      }
    };
  }
}
