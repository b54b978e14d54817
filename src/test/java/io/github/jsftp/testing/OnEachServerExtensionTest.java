package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

@OnEachServer
final class OnEachServerExtensionTest {
  private static final Duration SHORT = Duration.ofMillis(50);
  private static Path previous;

  private ServerFolder before;

  @BeforeEach
  void takeFolder(TestServer server, ServerFolder folder) throws Exception {
    before = folder;
    assertThat(Leaks.find(server, null, Leaks.LIMIT)).isEmpty(); // of an earlier class
  }

  @RepeatedTest(2)
  void givesEachTestAFreshFolder(TestServer server, ServerFolder folder) throws Exception {
    assertThat(folder).isSameAs(before);
    assertThat(folder.local()).isEmptyDirectory().isNotEqualTo(previous);
    assertThat(folder.local().getParent()).isEqualTo(server.home());
    assertThat(folder.path("a/b")).isEqualTo(server.home() + "/" + folder.name() + "/a/b");
    if (previous != null) {
      assertThat(previous).doesNotExist();
    }
    previous = folder.local();
    Files.createDirectories(folder.local("a/b"));
    Files.writeString(folder.local("a/b/c"), "");
    assertThat(server).isSameAs(TestServer.shared());
    assertThat(server.kind()).isEqualTo(TestServer.Kind.configured());
  }

  @Test
  void findsSessionsLeftOpenAndEndsThem(TestServer server, ServerFolder folder) throws Exception {
    var session = RawJsch.connect(server);
    assertThat(Leaks.find(server, folder, SHORT))
        .singleElement()
        .asString()
        .startsWith("still open on the server: [");
    Eventually.until("end of the session", () -> !session.isConnected());
  }

  @Test
  void findsThreadsOnce(TestServer server, ServerFolder folder) throws Exception {
    var end = new CountDownLatch(1);
    var thread =
        new Thread(() -> Eventually.until("end", () -> end.getCount() == 0), "jsftp-forgotten");
    thread.start();
    Eventually.until("it waits", () -> thread.getState() == Thread.State.TIMED_WAITING);
    assertThat(Leaks.find(server, folder, SHORT))
        .singleElement()
        .asString()
        .contains("thread still alive: Thread[", "jsftp-forgotten", "\n    at ");
    assertThat(Leaks.find(server, folder, SHORT)).isEmpty();
    end.countDown();
    thread.join();
  }

  @Test
  void findsTemporaryFiles(TestServer server, ServerFolder folder) throws Exception {
    Files.createDirectory(folder.local("a"));
    var part = Files.createFile(folder.local("a/.x y.jsftp-1234.part"));
    assertThat(Leaks.find(server, folder, SHORT))
        .containsExactly("temporary files left on the server: [a/.x y.jsftp-1234.part]");
    Files.delete(part);
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "only MINA takes a password")
  void knowsMina(TestServer server) {
    assertThat(server.is(TestServer.Kind.MINA)).isTrue();
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "only OpenSSH has extensions")
  void knowsOpenSsh(TestServer server) {
    assertThat(server.is(TestServer.Kind.OPENSSH)).isTrue();
  }
}
