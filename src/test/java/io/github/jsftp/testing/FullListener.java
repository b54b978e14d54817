package io.github.jsftp.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/** A listener on loopback whose queue is full, so that it answers no further connection. */
public final class FullListener implements AutoCloseable {
  private final List<Socket> waiting = new ArrayList<>();
  private final ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());

  public FullListener() throws IOException {
    while (true) {
      var socket = new Socket();
      waiting.add(socket);
      try {
        socket.connect(address(), 500);
      } catch (SocketTimeoutException e) {
        return;
      }
    }
  }

  public InetSocketAddress address() {
    return new InetSocketAddress(listener.getInetAddress(), port());
  }

  public int port() {
    return listener.getLocalPort();
  }

  @Override
  public void close() throws IOException {
    for (Socket socket : waiting) {
      socket.close();
    }
    listener.close();
  }
}
