package io.github.jsftp.internal.ssh.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FullListener;
import io.github.jsftp.testing.ReservedPort;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class HappyEyeballsTest {
  /** Longer than any test. */
  private static final long HOUR = TimeUnit.HOURS.toNanos(1);

  private FullListener full;
  private ServerSocket live;
  private ReservedPort reserved;
  private InetSocketAddress refusing;

  @BeforeEach
  void prepare() throws IOException {
    live = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    full = new FullListener();
    reserved = ReservedPort.any();
    refusing = reserved.address();
  }

  @AfterEach
  void end() throws IOException {
    reserved.close();
    full.close();
    live.close();
    Eventually.until("end of the attempts", HappyEyeballsTest::isOver);
  }

  @Test
  void usesTheNextAddressIfTheFirstDoesNotAnswer() throws IOException {
    try (Socket socket =
        happyEyeballs().run(List.of(full.address(), full.address(), address(live)))) {
      assertThat(socket.getPort()).isEqualTo(live.getLocalPort());
      assertThat(socket.isClosed()).isFalse();
    }
    Eventually.until("end of the others", HappyEyeballsTest::isOver);
  }

  @Test
  void usesTheNextAddressIfTheFirstRefuses() throws IOException {
    try (Socket socket = happyEyeballs().run(List.of(refusing, address(live), full.address()))) {
      assertThat(socket.getPort()).isEqualTo(live.getLocalPort());
      assertThat(socket.isClosed()).isFalse();
    }
  }

  @Test
  void failsIfAllAddressesFail() {
    assertThatThrownBy(() -> happyEyeballs().run(List.of(refusing, refusing)))
        .isInstanceOf(ConnectException.class);
    assertThatThrownBy(() -> happyEyeballs().run(List.of())).hasMessage("the host has no address");
    var soon = new HappyEyeballs(System.nanoTime() + TimeUnit.SECONDS.toNanos(1));
    assertThatThrownBy(() -> soon.run(List.of(refusing, full.address())))
        .isInstanceOf(SocketTimeoutException.class);
  }

  @Test
  void canBeStopped() {
    var happyEyeballs = happyEyeballs();
    var outcome = new CompletableFuture<Socket>();
    DaemonThreads.create(
            "race",
            () ->
                BlockingExecutor.run(
                    () -> happyEyeballs.run(List.of(full.address())), outcome, late -> {}))
        .start();
    Eventually.until("an attempt", () -> !isOver());
    happyEyeballs.stop(new IOException("stopped"));
    assertThatThrownBy(outcome::join).hasCauseInstanceOf(IOException.class);
  }

  private static HappyEyeballs happyEyeballs() {
    return new HappyEyeballs(System.nanoTime() + HOUR);
  }

  private static InetSocketAddress address(ServerSocket listener) {
    return new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort());
  }

  private static boolean isOver() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().startsWith("jsftp-race "));
  }
}
