package io.github.jsftp.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A port on loopback that is bound and on which nobody listens: connections to it are refused, and
 * no other program gets it as a free port. A port that was just closed may be anybody's.
 */
public final class ReservedPort implements AutoCloseable {
  private final Socket socket = new Socket();

  /** Reserves a free port. */
  public static ReservedPort any() throws IOException {
    return of(0);
  }

  /** Reserves a port whose listener was closed; connections of the listener may be open. */
  public static ReservedPort of(int port) throws IOException {
    return new ReservedPort(port);
  }

  private ReservedPort(int port) throws IOException {
    try {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  public int port() {
    return socket.getLocalPort();
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(socket.getLocalAddress(), port());
  }

  /** Frees the port. */
  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // Closed is closed.
    }
  }
}
