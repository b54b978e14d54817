package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class FaultProxyTest {
  private Set<Thread> others;
  private ServerSocket listener;
  private FaultProxy proxy;
  private Socket client;
  private Socket server;

  @BeforeEach
  void connect() throws Exception {
    others = Thread.getAllStackTraces().keySet();
    listener = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    proxy = FaultProxy.to("127.0.0.1", listener.getLocalPort());
    client = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
    server = listener.accept();
    client.setTcpNoDelay(true);
    client.setSoTimeout(10_000);
    server.setSoTimeout(10_000);
  }

  @AfterEach
  void close() throws Exception {
    client.close();
    server.close();
    proxy.close();
    listener.close();
    Eventually.until("end of the proxy's threads", () -> ownThreads() == 0);
  }

  private long ownThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> !others.contains(thread))
        .filter(thread -> thread.getName().startsWith("faultproxy-"))
        .count();
  }

  @Test
  void forwardsBothWaysAndCounts() throws Exception {
    client.getOutputStream().write(new byte[100]);
    assertThat(server.getInputStream().readNBytes(100)).hasSize(100);
    server.getOutputStream().write(new byte[70]);
    assertThat(client.getInputStream().readNBytes(70)).hasSize(70);
    assertThat(proxy.bytes(Direction.UP)).isEqualTo(100);
    assertThat(proxy.bytes(Direction.DOWN)).isEqualTo(70);
    assertThat(proxy.chunks(Direction.UP)).isEqualTo(1);
    assertThat(proxy.connections()).isEqualTo(1);
    assertThat(proxy.openConnections()).isEqualTo(1);
    client.shutdownOutput();
    assertThat(server.getInputStream().read()).isEqualTo(-1);
    server.getOutputStream().write(1);
    server.close();
    assertThat(client.getInputStream().read()).isEqualTo(1);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    Eventually.until("end of the connection", () -> proxy.openConnections() == 0);
  }

  @Test
  void delaysAndLosesNothing() throws Exception {
    proxy.delay(Duration.ofHours(1));
    int size = 20 << 20;
    FaultProxy.daemon("feed", () -> feed(client, size));
    awaitWaiting();
    assertThat(proxy.bytes(Direction.UP)).isZero();
    proxy.delay(Duration.ofMillis(50));
    assertThat(drain(server.getInputStream(), size)).isEqualTo(size);
  }

  @Test
  void delaysEachOfManySmallPackets() throws Exception {
    proxy.delay(Duration.ofMillis(10));
    int packets = 4_000; // one every 0.4 ms
    BlockingQueue<Long> sent = new ArrayBlockingQueue<>(packets);
    FaultProxy.daemon("feed", () -> feedSlowly(client, sent, packets));
    long[] late = new long[packets];
    var in = new DataInputStream(server.getInputStream());
    for (int i = 0; i < packets; i++) {
      in.readFully(new byte[32]);
      late[i] = System.nanoTime() - sent.poll(10, TimeUnit.SECONDS);
    }
    Arrays.sort(late);
    assertThat(late[0]).isGreaterThanOrEqualTo(10_000_000);
  }

  @Test
  void throttles() throws Exception {
    proxy.throttle(Direction.UP, 1);
    FaultProxy.daemon("feed", () -> feed(client, 300_000));
    assertThat(server.getInputStream().read()).isZero();
    awaitWaiting();
    assertThat(proxy.bytes(Direction.UP)).isLessThan(300_000);
    proxy.throttle(Direction.UP, 1_000_000);
    assertThat(drain(server.getInputStream(), 299_999)).isEqualTo(299_999);
  }

  @Test
  void stallsAndResumes() throws Exception {
    proxy.stall();
    client.getOutputStream().write(7);
    awaitWaiting();
    assertThat(proxy.bytes(Direction.UP)).isZero();
    proxy.resume();
    assertThat(server.getInputStream().read()).isEqualTo(7);
  }

  /** Waits until the proxy has bytes that it holds back; one that does not never gets there. */
  private void awaitWaiting() {
    Eventually.until(
        "bytes are held back",
        () ->
            Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> !others.contains(entry.getKey()))
                .map(entry -> Stream.of(entry.getValue()).map(StackTraceElement::getMethodName))
                .map(Stream::toList)
                .anyMatch(
                    methods ->
                        methods.contains("awaitTurn")
                            && (methods.contains("await") || methods.contains("awaitNanos"))));
  }

  private void awaitEnd(String thread) {
    Eventually.until(
        "the end of " + thread,
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(other -> !others.contains(other) && other.getName().endsWith(thread)));
  }

  @Test
  void cutsAfterExactlySoManyBytes() throws Exception {
    proxy.cutAfter(Direction.UP, 1_234_567, Cut.FIN);
    FaultProxy.daemon("feed", () -> feed(client, 5_000_000));
    assertThat(drain(server.getInputStream(), Long.MAX_VALUE)).isEqualTo(1_234_567);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    assertThat(proxy.bytes(Direction.UP)).isEqualTo(1_234_567);
  }

  @Test
  void resets() throws Exception {
    proxy.cutAfter(Direction.DOWN, 10);
    server.getOutputStream().write(new byte[10]);
    assertThat(drain(client.getInputStream(), 10)).isEqualTo(10);
    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> server.getInputStream().read()).isInstanceOf(SocketException.class);
    Eventually.until("end of the connection", () -> proxy.openConnections() == 0);
  }

  @Test
  void cutsOnceOrEachTime() throws Exception {
    proxy.cutAfter(Direction.UP, 3, Cut.FIN);
    assertThat(survives(client, server)).isFalse();
    assertThat(survivesAnew()).isTrue();
    proxy.cutEvery(Direction.UP, 3, Cut.FIN);
    assertThat(survivesAnew()).isFalse();
    assertThat(survivesAnew()).isFalse();
    proxy.heal();
    assertThat(survivesAnew()).isTrue();
  }

  private boolean survivesAnew() throws IOException {
    try (var newClient = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        var newServer = listener.accept()) {
      return survives(newClient, newServer);
    }
  }

  private static boolean survives(Socket client, Socket server) throws IOException {
    client.getOutputStream().write(new byte[4]);
    return drain(server.getInputStream(), 4) == 4;
  }

  @Test
  void cutsNow() throws Exception {
    proxy.cutNow();
    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
  }

  @Test
  void cutsWhatIsStalled() throws Exception {
    assertThat(survives(client, server)).isTrue();
    proxy.stall();
    client.getOutputStream().write(1);
    proxy.cutNow(Cut.FIN);
    assertThat(client.getInputStream().read()).isEqualTo(-1);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void goesMute() throws Exception {
    proxy.cutAfter(Direction.UP, 3, Cut.MUTE);
    client.getOutputStream().write(new byte[5]);
    assertThat(drain(server.getInputStream(), 3)).isEqualTo(3);
    Eventually.until("all has been taken", () -> proxy.bytes(Direction.UP) == 3);
    client.close();
    awaitEnd("-up-write"); // what it would send has come by then
    server.setSoTimeout(30);
    assertThatThrownBy(() -> server.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(proxy.openConnections()).isEqualTo(1);
    assertThat(survivesAnew()).isTrue();
    proxy.close();
    server.setSoTimeout(10_000);
    assertThat(server.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void doesSomethingBeforeWhatComesNext() throws Exception {
    var stalled = new CountDownLatch(1);
    proxy.doAfter(
        Direction.UP,
        3,
        () -> {
          proxy.stall(Direction.UP);
          stalled.countDown();
        });
    client.getOutputStream().write(new byte[2]);
    client.getOutputStream().write(new byte[3]);
    assertThat(drain(server.getInputStream(), 3)).isEqualTo(3);
    stalled.await();
    awaitWaiting();
    assertThat(proxy.bytes(Direction.UP)).isEqualTo(3);
    proxy.resume();
    assertThat(drain(server.getInputStream(), 2)).isEqualTo(2);
  }

  @Test
  void tellsWherePiecesEnd() throws Exception {
    client.getOutputStream().write(new byte[2]);
    assertThat(drain(server.getInputStream(), 2)).isEqualTo(2);
    proxy.record();
    for (int size : new int[] {3, 4}) {
      client.getOutputStream().write(new byte[size]);
      assertThat(drain(server.getInputStream(), size)).isEqualTo(size);
    }
    assertThat(proxy.chunkEnds(Direction.UP)).containsExactly(5L, 9L);
    assertThat(proxy.chunkEnds(Direction.DOWN)).isEmpty();
  }

  @Test
  void countsWhatHadToWaitForAnAnswer() throws Exception {
    for (int i = 1; i <= 3; i++) {
      client.getOutputStream().write(1);
      assertThat(server.getInputStream().read()).isEqualTo(1);
      server.getOutputStream().write(2);
      assertThat(client.getInputStream().read()).isEqualTo(2);
      assertThat(proxy.roundTrips()).isEqualTo(i);
    }
    proxy.stall(Direction.DOWN);
    for (int i = 0; i < 3; i++) {
      client.getOutputStream().write(1);
      assertThat(server.getInputStream().read()).isEqualTo(1);
      server.getOutputStream().write(2);
    }
    assertThat(proxy.roundTrips()).isEqualTo(3);
    proxy.resume();
    assertThat(drain(client.getInputStream(), 3)).isEqualTo(3);
    assertThat(proxy.roundTrips()).isEqualTo(4);
  }

  @Test
  void refusesAndAcceptsAgain() throws Exception {
    proxy.refuse();
    assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), proxy.port()))
        .isInstanceOf(ConnectException.class);
    client.getOutputStream().write(7);
    assertThat(server.getInputStream().read()).isEqualTo(7);
    proxy.accept();
    assertThat(survivesAnew()).isTrue();
    assertThat(proxy.connections()).isEqualTo(2);
  }

  private static void feed(Socket socket, long size) {
    byte[] buffer = new byte[64 << 10];
    try {
      OutputStream out = socket.getOutputStream();
      for (long left = size; left > 0; left -= buffer.length) {
        out.write(buffer, 0, (int) Math.min(left, buffer.length));
      }
    } catch (IOException e) {
      // The reading side tells what arrived.
    }
  }

  private static void feedSlowly(Socket socket, BlockingQueue<Long> sent, int packets) {
    try {
      long next = System.nanoTime();
      for (int i = 0; i < packets; i++) {
        while (System.nanoTime() - next < 0) {
          Thread.onSpinWait();
        }
        next += 400_000;
        sent.add(System.nanoTime());
        socket.getOutputStream().write(new byte[32]);
      }
    } catch (IOException e) {
      // The reading side tells what arrived.
    }
  }

  private static long drain(InputStream in, long limit) throws IOException {
    byte[] buffer = new byte[128 << 10];
    long total = 0;
    while (total < limit) {
      int n = in.read(buffer, 0, (int) Math.min(buffer.length, limit - total));
      if (n < 0) {
        return total;
      }
      total += n;
    }
    return total;
  }
}
