package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FailedConnects;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The banner of a real sshd. */
@LeakCheck
@Timeout(300)
class BannerTest {
  @TempDir private static Path shared;
  private static Path text;
  private static OpenSshServer server;

  @TempDir private Path dir;
  private final List<String> banners = new ArrayList<>();

  @BeforeAll
  static void startServer() throws IOException {
    text = shared.resolve("banner");
    server = OpenSshServer.start("Banner " + text);
  }

  @AfterAll
  static void stopServer() {
    server.close();
  }

  @BeforeEach
  void write() throws IOException {
    Files.writeString(text, "\033[31mWelcome\r\nto tést\t!\n");
  }

  @Test
  void isPassedOnWithoutControlCharacters() throws IOException {
    connect(Ssh.options(server).banner(banners::add));
    assertThat(banners).containsExactly("?[31mWelcome\nto tést\t!\n");
  }

  @Test
  void isLoggedByLines() throws IOException {
    Path log = dir.resolve("log");
    connect(Ssh.options(server).log(log));
    assertThat(log)
        .content()
        .contains(" the server says: ?[31mWelcome\n")
        .contains(" the server says: to tést?!\n");
  }

  @Test
  void isCutIfItIsLong() throws IOException {
    Files.writeString(text, "long ".repeat(10_000));
    connect(Ssh.options(server).banner(banners::add));
    assertThat(String.join("", banners)).hasSize(16_384).startsWith("long long");
  }

  @Test
  void isPassedOnByEachHop() throws IOException {
    var jump = Ssh.options(server).banner(it -> banners.add("jump")).build();
    try (var target = OpenSshServer.start("Banner " + text)) {
      connect(Ssh.options(target).jumpHost(jump).banner(it -> banners.add("target")));
    }
    assertThat(banners).containsExactly("jump", "target");
  }

  @Test
  void endsTheLoginIfItsConsumerThrows() {
    var refusing =
        Ssh.options(server)
            .banner(
                it -> {
                  throw new IllegalStateException("not this one");
                });
    assertThatThrownBy(() -> connect(refusing))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: banner(..) failed: java.lang.IllegalStateException [%s]", Ssh.peer(server))
        .hasCauseInstanceOf(IllegalStateException.class);
    Eventually.until("end of the session", () -> server.openSessions() == 0);
  }

  @Test
  void mayNotWaitForEver() {
    var release = new CountDownLatch(1);
    var slow =
        Ssh.options(server)
            .banner(
                it -> {
                  try {
                    release.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                });
    FailedConnects.timedOut(
        "timed out after %d s while waiting for banner(..) [",
        limit -> connect(slow.connectTimeout(limit)));
    release.countDown();
  }

  private static void connect(ConnectionOptions.Builder options) throws IOException {
    Connection.connect(options.build()).close();
  }
}
