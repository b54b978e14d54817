package io.github.jsftp.testing;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP, SOCKS4a or SOCKS5 proxy on loopback that works, or one that sends given bytes. */
public final class TestProxy implements AutoCloseable {
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final Handshake handshake;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final List<String> targets = new CopyOnWriteArrayList<>();
  private final String credentials;

  private interface Handshake {
    /** Returns the connection to the target, or null to close the client's. */
    Socket run(TestProxy proxy, DataInputStream in, OutputStream out) throws IOException;
  }

  private TestProxy(Handshake handshake, String credentials) throws IOException {
    this.handshake = handshake;
    this.credentials = credentials;
    FaultProxy.daemon("test-proxy-" + port(), this::accept);
  }

  /** Starts an HTTP proxy. The credentials are user:password, or null if it asks for none. */
  public static TestProxy http(String credentials) throws IOException {
    return new TestProxy(TestProxy::answerHttp, credentials);
  }

  /** Starts a SOCKS5 proxy. The credentials are user:password, or null if it asks for none. */
  public static TestProxy socks5(String credentials) throws IOException {
    return new TestProxy(TestProxy::answerSocks5, credentials);
  }

  /** Starts a SOCKS4a proxy that allows this user only, or anybody if the user is null. */
  public static TestProxy socks4(String user) throws IOException {
    return new TestProxy(TestProxy::answerSocks4, user);
  }

  /** Starts a peer that sends an answer to the first byte that it receives, and then waits. */
  public static TestProxy saying(byte[] answer) throws IOException {
    return new TestProxy(
        (proxy, in, out) -> {
          in.readByte();
          out.write(answer);
          in.transferTo(OutputStream.nullOutputStream());
          return null;
        },
        null);
  }

  /** Starts a peer that sends an answer to the first byte that it receives, and closes. */
  public static TestProxy closingAfter(byte[] answer) throws IOException {
    return new TestProxy(
        (proxy, in, out) -> {
          in.readByte();
          in.skip(in.available()); // unread bytes would make closing a reset
          out.write(answer);
          return null;
        },
        null);
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** The hosts and ports that clients have asked for, as they wrote them. */
  public List<String> targets() {
    return List.copyOf(targets);
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        sockets.add(client);
        FaultProxy.daemon("test-proxy-" + port() + "-client", () -> serve(client));
      }
    } catch (IOException e) {
      // The listener was closed.
    }
  }

  private void serve(Socket client) {
    try (client) {
      client.setTcpNoDelay(true);
      var in = new DataInputStream(client.getInputStream());
      try (Socket target = handshake.run(this, in, client.getOutputStream())) {
        if (target != null) {
          sockets.add(target);
          target.setTcpNoDelay(true);
          FaultProxy.daemon("test-proxy-" + port() + "-down", () -> copy(target, client));
          copy(client, target);
        }
      }
    } catch (IOException e) {
      // One of the two sides has gone.
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException e) {
      // One of the two sides has gone.
    }
  }

  /** Connects to a target. Names that end in ".test" are this machine. */
  private Socket connect(String host, int port) throws IOException {
    targets.add(host + ":" + port);
    return new Socket(host.endsWith(".test") ? "127.0.0.1" : host, port);
  }

  private static Socket answerHttp(TestProxy proxy, DataInputStream in, OutputStream out)
      throws IOException {
    String request = line(in);
    String login = null;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.startsWith("Proxy-Authorization: Basic ")) {
        login = new String(Base64.getDecoder().decode(line.substring(27)), StandardCharsets.UTF_8);
      }
    }
    if (proxy.credentials != null && !proxy.credentials.equals(login)) {
      say(out, "HTTP/1.1 407 Proxy Authentication Required\r\n");
      say(out, "Proxy-Authenticate: Basic realm=\"test\"\r\nContent-Length: 0\r\n\r\n");
      return null;
    }
    String target = request.split(" ", -1)[1];
    int colon = target.lastIndexOf(':');
    String host = target.substring(0, colon).replaceAll("[\\[\\]]", "");
    try {
      Socket connected = proxy.connect(host, Integer.parseInt(target.substring(colon + 1)));
      say(out, "HTTP/1.1 200 Connection established\r\nVia: test\r\n\r\n");
      return connected;
    } catch (IOException e) {
      say(out, "HTTP/1.1 502 Bad Gateway\r\n\r\n");
      return null;
    }
  }

  private static Socket answerSocks5(TestProxy proxy, DataInputStream in, OutputStream out)
      throws IOException {
    in.readByte();
    boolean offersLogin =
        new String(in.readNBytes(in.readByte()), StandardCharsets.ISO_8859_1).indexOf(2) >= 0;
    if (proxy.credentials != null && !offersLogin) {
      out.write(new byte[] {5, (byte) 0xff});
      return null;
    }
    if (proxy.credentials != null) {
      out.write(new byte[] {5, 2});
      in.readByte();
      String login = text(in) + ":" + text(in);
      boolean right = login.equals(proxy.credentials);
      out.write(new byte[] {1, (byte) (right ? 0 : 1)});
      if (!right) {
        return null;
      }
    } else {
      out.write(new byte[] {5, 0});
    }
    in.readNBytes(3);
    String host =
        switch (in.readByte()) {
          case 1 -> InetAddress.getByAddress(in.readNBytes(4)).getHostAddress();
          case 4 -> InetAddress.getByAddress(in.readNBytes(16)).getHostAddress();
          default -> text(in);
        };
    try {
      Socket connected = proxy.connect(host, in.readUnsignedShort());
      out.write(new byte[] {5, 0, 0, 1, 127, 0, 0, 1, 0, 1});
      return connected;
    } catch (IOException e) {
      out.write(new byte[] {5, 5, 0, 1, 0, 0, 0, 0, 0, 0});
      return null;
    }
  }

  private static Socket answerSocks4(TestProxy proxy, DataInputStream in, OutputStream out)
      throws IOException {
    in.readNBytes(2);
    int port = in.readUnsignedShort();
    byte[] address = in.readNBytes(4);
    String user = untilNul(in);
    boolean named = address[0] == 0 && address[1] == 0 && address[2] == 0;
    String host = named ? untilNul(in) : InetAddress.getByAddress(address).getHostAddress();
    if (proxy.credentials != null && !proxy.credentials.equals(user)) {
      out.write(new byte[] {0, 93, 0, 0, 0, 0, 0, 0});
      return null;
    }
    try {
      Socket connected = proxy.connect(host, port);
      out.write(new byte[] {0, 90, 0, 0, 0, 0, 0, 0});
      return connected;
    } catch (IOException e) {
      out.write(new byte[] {0, 91, 0, 0, 0, 0, 0, 0});
      return null;
    }
  }

  private static String text(DataInputStream in) throws IOException {
    return new String(in.readNBytes(in.readUnsignedByte()), StandardCharsets.UTF_8);
  }

  private static String untilNul(DataInputStream in) throws IOException {
    return until(in, 0);
  }

  private static String line(InputStream in) throws IOException {
    return until(in, '\n').strip();
  }

  private static String until(InputStream in, int end) throws IOException {
    var text = new StringBuilder();
    for (int c = in.read(); c > 0 && c != end; c = in.read()) {
      text.append((char) c);
    }
    return text.toString();
  }

  private static void say(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
