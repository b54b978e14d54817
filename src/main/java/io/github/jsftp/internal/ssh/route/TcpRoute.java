package io.github.jsftp.internal.ssh.route;

import io.github.jsftp.AddressFamily;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A direct TCP connection, to the first of a host's addresses that answers. */
final class TcpRoute implements Route {
  private final ConnectionOptions options;
  private final JschLog log;
  private final String peer;
  private final HappyEyeballs happyEyeballs;
  private volatile @Nullable Socket socket;
  private volatile @Nullable IOException abortReason;

  /**
   * Prepares a connection.
   *
   * @param peer the peer as messages name it, or "" for the server itself
   * @param limit for the host lookup and the TCP connection together
   */
  TcpRoute(ConnectionOptions options, JschLog log, String peer, Duration limit) {
    this.options = options;
    this.log = log;
    this.peer = peer;
    happyEyeballs = new HappyEyeballs(System.nanoTime() + limit.toNanos());
  }

  /** Looks up the host and connects to the first of its addresses that answers. */
  @Override
  public ByteStream connect(String host, int port) throws IOException {
    log.enter(ConnectPhase.LOOKUP, "looking up " + (peer.isEmpty() ? "the host" : "the " + peer));
    List<InetAddress> addresses = lookUp(host, options.addressFamily());
    String bindAddress = options.bindAddress().orElse(null);
    List<InetAddress> local = bindAddress == null ? List.of() : lookUpLocal(bindAddress);
    log.enter(ConnectPhase.TCP, peer.isEmpty() ? "connecting" : "connecting to the " + peer);
    checkNotAborted();
    Socket connected = race(addresses, port, local);
    socket = connected;
    if (abortReason != null) {
      connected.close();
    }
    checkNotAborted();
    connected.setTcpNoDelay(true);
    return new TcpStream(connected);
  }

  private Socket race(List<InetAddress> addresses, int port, List<InetAddress> local)
      throws IOException {
    var targets = new ArrayList<InetSocketAddress>();
    for (InetAddress address : addresses) {
      targets.add(new InetSocketAddress(address, port));
    }
    try {
      return happyEyeballs.run(targets, local);
    } catch (BindException e) {
      throw unusable(e);
    }
  }

  private static List<InetAddress> lookUp(String host, AddressFamily family) throws IOException {
    var addresses = new ArrayList<InetAddress>();
    for (InetAddress address : InetAddress.getAllByName(host)) {
      if (is(family, address)) {
        addresses.add(address);
      }
    }
    if (addresses.isEmpty()) {
      throw new UnknownHostException(host + " has no address of the family " + family);
    }
    return addresses;
  }

  private static boolean is(AddressFamily family, InetAddress address) {
    return switch (family) {
      case ANY -> true;
      case INET -> address instanceof Inet4Address;
      case INET6 -> address instanceof Inet6Address;
    };
  }

  private List<InetAddress> lookUpLocal(String address) throws RouteException {
    try {
      return lookUp(address, options.addressFamily());
    } catch (IOException e) {
      throw unusable(e);
    }
  }

  private RouteException unusable(IOException e) {
    return new RouteException(
        "can't use the bind address " + options.bindAddress().orElse("") + ": " + words(e), e);
  }

  /** Returns why no TCP connection was established, for users. */
  static String words(Throwable cause) {
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof UnknownHostException) {
      return message.contains(" has no address of ") ? message : "unknown host";
    }
    if (cause instanceof NoRouteToHostException) {
      return "no route to host";
    }
    if (cause instanceof ConnectException && message.contains("refused")) {
      return "connection refused";
    }
    return (cause instanceof BindException ? "" : "can't connect: ") + Wording.of(cause);
  }

  private void checkNotAborted() throws IOException {
    IOException stop = abortReason;
    if (stop != null) {
      throw stop;
    }
  }

  @Override
  public void abort(IOException reason) {
    abortReason = reason;
    happyEyeballs.stop(reason);
    Socket current = socket;
    if (current != null) {
      HappyEyeballs.close(current);
    }
  }

  /** A connected socket. */
  private record TcpStream(Socket socket) implements ByteStream {
    @Override
    public InputStream input() throws IOException {
      return socket.getInputStream();
    }

    @Override
    public OutputStream output() throws IOException {
      return socket.getOutputStream();
    }

    @Override
    public void readTimeout(Duration limit) throws IOException {
      socket.setSoTimeout((int) limit.toMillis());
    }

    @Override
    public void close() {
      HappyEyeballs.close(socket);
    }
  }
}
