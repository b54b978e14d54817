package io.github.jsftp.bench;

import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The ways to the server: directly, or through a proxy that makes a round trip take its time. */
final class DelayedNetwork implements AutoCloseable {
  private static final int CEILING_BYTES = 512 << 20;
  private static final int BUFFER = 256 << 10;

  private final TestServer server;
  private final boolean isReal;
  private final Map<Integer, FaultProxy> proxies = new HashMap<>();

  /**
   * Prepares the ways.
   *
   * @param isReal true if the network to the server has its delay already
   */
  DelayedNetwork(TestServer server, boolean isReal) {
    this.server = server;
    this.isReal = isReal;
  }

  /** Returns a port that leads to the server with a round trip of this many milliseconds. */
  int port(int roundTrip) throws IOException {
    if (roundTrip == 0 || isReal) {
      return server.port();
    }
    FaultProxy proxy = proxies.get(roundTrip);
    if (proxy == null) {
      proxy = slow(FaultProxy.to(server), roundTrip);
      proxies.put(roundTrip, proxy);
    }
    return proxy.port();
  }

  private static FaultProxy slow(FaultProxy proxy, int roundTrip) {
    return proxy.delay(Duration.ofMillis(roundTrip).dividedBy(2));
  }

  /** Returns the bandwidth of a plain socket with this round trip, in bytes per second. */
  static double ceiling(int roundTrip) throws IOException {
    try (var listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var proxy =
            FaultProxy.to(listener.getInetAddress().getHostAddress(), listener.getLocalPort())) {
      if (roundTrip > 0) {
        slow(proxy, roundTrip);
      }
      int port = roundTrip == 0 ? listener.getLocalPort() : proxy.port();
      var sender = CompletableFuture.runAsync(() -> send(listener));
      long begin = System.nanoTime();
      try (var socket = new Socket(listener.getInetAddress(), port)) {
        drain(socket);
      }
      long elapsed = System.nanoTime() - begin;
      sender.join();
      return CEILING_BYTES * 1e9 / elapsed;
    }
  }

  private static void send(ServerSocket listener) {
    try (var socket = listener.accept()) {
      var out = socket.getOutputStream();
      var buffer = new byte[BUFFER];
      for (int left = CEILING_BYTES; left > 0; left -= buffer.length) {
        out.write(buffer);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void drain(Socket socket) throws IOException {
    var in = socket.getInputStream();
    var buffer = new byte[BUFFER];
    long total = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      total += n;
    }
    if (total != CEILING_BYTES) {
      throw new IOException("only " + total + " bytes came through");
    }
  }

  @Override
  public void close() {
    proxies.values().forEach(FaultProxy::close);
  }
}
