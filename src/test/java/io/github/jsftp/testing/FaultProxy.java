package io.github.jsftp.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A TCP relay on loopback that can delay, stall, cut and refuse connections. Settings take effect
 * at once, also for existing connections and queued bytes. They apply to all connections together.
 */
public final class FaultProxy implements AutoCloseable {
  /** The direction of bytes. */
  public enum Direction {
    /** From the client to the server. */
    UP,
    /** From the server to the client. */
    DOWN
  }

  /** How a connection ends. */
  public enum Cut {
    /** In order: both sides read the end of the stream, after all that was forwarded. */
    FIN,
    /** With a reset: both sides get errors, and may lose what they have not read yet. */
    RST,
    /**
     * Silently: nothing passes any more, not even the end of the stream, until the proxy is closed.
     */
    MUTE
  }

  private static final long ROUND_CHECK_NANOS = 5_000_000;

  private final InetSocketAddress target;
  private final Supplier<Stream<Long>> processes;
  private final int port;
  private final Map<Direction, FaultyDirection> links = new EnumMap<>(Direction.class);
  private final Set<FaultConnection> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger accepted = new AtomicInteger();
  private final RoundTrips roundTrips = new RoundTrips();
  private ServerSocket listener;
  private @Nullable ReservedPort reserved;
  private Thread acceptor;
  private boolean closed;

  /** Starts a relay to a server. */
  public static FaultProxy to(TestServer server) throws IOException {
    return new FaultProxy(new InetSocketAddress(server.host(), server.port()), server::processes);
  }

  /** Starts a relay to a host and port. */
  public static FaultProxy to(String host, int port) throws IOException {
    return new FaultProxy(new InetSocketAddress(host, port), Stream::empty);
  }

  private FaultProxy(InetSocketAddress target, Supplier<Stream<Long>> processes)
      throws IOException {
    this.target = target;
    this.processes = processes;
    for (Direction direction : Direction.values()) {
      links.put(direction, new FaultyDirection(direction, roundTrips));
    }
    listen(0);
    port = listener.getLocalPort();
  }

  public String host() {
    return "127.0.0.1";
  }

  public int port() {
    return port;
  }

  /** Delays both directions: a round trip takes twice as long. Does not limit the bandwidth. */
  public FaultProxy delay(Duration oneWay) {
    links.values().forEach(link -> link.delay(oneWay.toNanos()));
    return this;
  }

  public FaultProxy delay(Direction direction, Duration oneWay) {
    links.get(direction).delay(oneWay.toNanos());
    return this;
  }

  /**
   * Lets bytes of both directions pass in rounds, each after a silence and when neither side
   * computes any more, as far as the system tells: how often they wait for each other then does not
   * depend on how fast they are. Zero ends that.
   */
  public synchronized FaultProxy inRounds(Duration silence) {
    boolean running = roundTrips.hasRounds();
    roundTrips.inRounds(silence.toNanos());
    links.values().forEach(FaultyDirection::wake);
    if (!running && roundTrips.hasRounds()) {
      daemon("faultproxy-" + port + "-rounds", this::startRounds);
    }
    return this;
  }

  private void startRounds() {
    while (roundTrips.hasRounds()) {
      if (roundTrips.startRound(() -> BusyThreads.none(processes.get()))) {
        links.values().forEach(FaultyDirection::wake);
      }
      LockSupport.parkNanos(ROUND_CHECK_NANOS);
    }
  }

  /** Limits the bandwidth of each direction; 0 lifts the limit. */
  public FaultProxy throttle(long bytesPerSecond) {
    links.values().forEach(link -> link.throttle(bytesPerSecond));
    return this;
  }

  public FaultProxy throttle(Direction direction, long bytesPerSecond) {
    links.get(direction).throttle(bytesPerSecond);
    return this;
  }

  /** Stops forwarding; the sockets stay open. */
  public FaultProxy stall() {
    links.values().forEach(link -> link.stall(true));
    return this;
  }

  public FaultProxy stall(Direction direction) {
    links.get(direction).stall(true);
    return this;
  }

  /** Resumes forwarding, queued bytes first. */
  public FaultProxy resume() {
    links.values().forEach(link -> link.stall(false));
    return this;
  }

  /** Resets the connection that forwards the last of this many further bytes, once. */
  public FaultProxy cutAfter(Direction direction, long bytes) {
    return cutAfter(direction, bytes, Cut.RST);
  }

  /** Cuts the connection that forwards the last of this many further bytes, once. */
  public FaultProxy cutAfter(Direction direction, long bytes, Cut how) {
    links.get(direction).endAfter(bytes, connection -> connection.cut(how));
    return this;
  }

  /**
   * Runs an action once, when this many further bytes have passed; later bytes wait for its end.
   */
  public FaultProxy doAfter(Direction direction, long bytes, Runnable work) {
    links.get(direction).endAfter(bytes, connection -> work.run());
    return this;
  }

  /** Cuts each connection, also future ones, when it has carried this many bytes. */
  public FaultProxy cutEvery(Direction direction, long bytes, Cut how) {
    links.get(direction).endEvery(bytes, connection -> connection.cut(how));
    return this;
  }

  /** Resets all existing connections. */
  public FaultProxy cutNow() {
    return cutNow(Cut.RST);
  }

  public FaultProxy cutNow(Cut how) {
    open.forEach(connection -> connection.cut(how));
    return this;
  }

  /** Refuses new connections, as a host without a server does. */
  public synchronized FaultProxy refuse() throws IOException {
    listener.close();
    try {
      acceptor.join(); // as long as it waits in accept(), the kernel lets clients in
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (reserved == null) {
      reserved = ReservedPort.of(port);
    }
    return this;
  }

  /** Accepts new connections again, on the same port. */
  public synchronized FaultProxy accept() throws IOException {
    if (listener.isClosed() && !closed) {
      freePort();
      listen(port);
    }
    return this;
  }

  /** Resets all settings; connections that were cut stay cut. */
  public FaultProxy heal() throws IOException {
    for (FaultyDirection link : links.values()) {
      link.delay(0);
      link.throttle(0);
      link.stall(false);
      link.neverEnd();
    }
    return accept();
  }

  /** Records from now on the positions at which received chunks end. */
  public FaultProxy record() {
    links.values().forEach(FaultyDirection::record);
    return this;
  }

  /** The positions at which recorded chunks ended, in bytes since the start of the proxy. */
  public List<Long> chunkEnds(Direction direction) {
    return links.get(direction).chunkEnds();
  }

  /** The bytes forwarded so far. */
  public long bytes(Direction direction) {
    return links.get(direction).bytes();
  }

  /** The number of chunks received; several packets may arrive as one chunk. */
  public long chunks(Direction direction) {
    return links.get(direction).chunks();
  }

  /**
   * The round trips that the conversation has needed so far: the longest chain of chunks, each sent
   * after the one before had come. With a delay it is at most the elapsed time divided by the
   * round-trip time. {@link #inRounds} makes it exact. Connecting the socket is not counted.
   */
  public long roundTrips() {
    return roundTrips.count();
  }

  /** The connections accepted so far. */
  public int connections() {
    return accepted.get();
  }

  public int openConnections() {
    return open.size();
  }

  @Override
  public synchronized void close() {
    closed = true;
    roundTrips.inRounds(0);
    freePort();
    try {
      listener.close();
    } catch (IOException e) {
      // Closed is closed.
    }
    open.forEach(FaultConnection::close);
  }

  private void freePort() {
    if (reserved != null) {
      reserved.close();
      reserved = null;
    }
  }

  private void listen(int wanted) throws IOException {
    var socket = new ServerSocket();
    socket.setReuseAddress(true);
    socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), wanted), 200);
    listener = socket;
    acceptor = daemon("faultproxy-" + socket.getLocalPort() + "-accept", () -> acceptFrom(socket));
  }

  private void acceptFrom(ServerSocket socket) {
    try {
      while (true) {
        Socket client = socket.accept();
        int number = accepted.incrementAndGet();
        var connection = new FaultConnection(client, links, open::remove);
        open.add(connection);
        connection.start(target, "faultproxy-" + socket.getLocalPort() + "-" + number);
        if (socket.isClosed()) {
          connection.cut(Cut.RST);
        }
      }
    } catch (IOException e) {
      // The listener was closed.
    }
  }

  static Thread daemon(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }
}
