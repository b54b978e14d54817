package io.github.jsftp.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP listener on loopback that is no SSH server. */
public final class SilentPeer implements AutoCloseable {
  private interface Manners {
    /** Handles a client; the socket stays open afterwards unless it is closed here. */
    void meet(Socket client) throws IOException;
  }

  private final ServerSocket listener;
  private final Manners manners;
  private final Set<Socket> clients = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();

  /** Accepts, and never sends a byte. */
  public static SilentPeer mute() throws IOException {
    return new SilentPeer(client -> {});
  }

  /** Accepts, and closes at once. */
  public static SilentPeer closing() throws IOException {
    return new SilentPeer(Socket::close);
  }

  /** Accepts, and resets at once. */
  public static SilentPeer resetting() throws IOException {
    return new SilentPeer(
        client -> {
          client.setSoLinger(true, 0);
          client.close();
        });
  }

  /** Answers the first line with an HTTP error, as a web server does, and closes. */
  public static SilentPeer http() throws IOException {
    return new SilentPeer(
        client -> {
          int read = client.getInputStream().read();
          while (read >= 0 && read != '\n') {
            read = client.getInputStream().read();
          }
          say(client, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
          client.shutdownOutput();
        });
  }

  /** Sends a text at once, such as an SSH banner, and nothing more. */
  public static SilentPeer saying(String text) throws IOException {
    return new SilentPeer(client -> say(client, text));
  }

  private static void say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
  }

  private SilentPeer(Manners manners) throws IOException {
    this.manners = manners;
    listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    FaultProxy.daemon("silent-peer-" + port(), this::accept);
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The connections accepted so far. */
  public int connections() {
    return connections.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        clients.add(client);
        connections.incrementAndGet();
        FaultProxy.daemon("silent-peer-" + port() + "-client", () -> meet(client));
      }
    } catch (IOException e) {
      // The listener was closed.
    }
  }

  private void meet(Socket client) {
    try {
      manners.meet(client);
    } catch (IOException e) {
      // The client has gone.
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket client : clients) {
      client.close();
    }
  }
}
