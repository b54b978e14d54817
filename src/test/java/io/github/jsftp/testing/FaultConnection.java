package io.github.jsftp.testing;

import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** One client and the server behind a {@link FaultProxy}, with two threads for each direction. */
final class FaultConnection {
  private static final long QUEUE_BYTES = 64L << 20;
  private static final int READ_BYTES = 128 << 10;

  private final Socket client;
  private final Socket server = new Socket();
  private final Consumer<FaultConnection> atEnd;
  private final Map<Direction, FaultyDirection> links;
  private final AtomicInteger openDirections = new AtomicInteger(Direction.values().length);
  private volatile boolean cut;
  private volatile boolean mute;

  FaultConnection(
      Socket client, Map<Direction, FaultyDirection> links, Consumer<FaultConnection> atEnd) {
    this.client = client;
    this.links = links;
    this.atEnd = atEnd;
  }

  void start(InetSocketAddress target, String name) {
    FaultProxy.daemon(
        name + "-connect",
        () -> {
          try {
            client.setTcpNoDelay(true);
            server.connect(target);
            server.setTcpNoDelay(true);
          } catch (IOException e) {
            cut(Cut.RST);
            return;
          }
          begin(name);
        });
  }

  private synchronized void begin(String name) {
    if (cut) {
      cut(Cut.RST);
      return;
    }
    new Pipe(client, server, links.get(Direction.UP)).start(name + "-up");
    new Pipe(server, client, links.get(Direction.DOWN)).start(name + "-down");
  }

  /** Cuts the connection for both sides; queued bytes are lost. */
  synchronized void cut(Cut how) {
    if (how == Cut.MUTE) {
      mute = true;
      links.values().forEach(FaultyDirection::wake);
      return;
    }
    cut = true;
    links.values().forEach(FaultyDirection::wake);
    if (how == Cut.FIN) {
      quietly(client::shutdownOutput);
      quietly(server::shutdownOutput);
    } else {
      quietly(() -> client.setSoLinger(true, 0));
      quietly(() -> server.setSoLinger(true, 0));
      close();
    }
  }

  void close() {
    cut = true;
    quietly(client::close);
    quietly(server::close);
    links.values().forEach(FaultyDirection::wake);
    atEnd.accept(this);
  }

  private interface SocketCall {
    void run() throws IOException;
  }

  private static void quietly(SocketCall call) {
    try {
      call.run();
    } catch (IOException e) {
      // The socket is gone already, which is what is wanted.
    }
  }

  private enum Kind {
    DATA,
    END,
    RESET
  }

  private record Chunk(Kind kind, ByteBuffer data, long arrival, long depth) {
    static Chunk end(Kind kind) {
      return new Chunk(kind, ByteBuffer.allocate(0), System.nanoTime(), 0);
    }
  }

  /**
   * One direction: a reader adds the arrival time to chunks, a writer sends them when they are due.
   */
  private final class Pipe {
    private final Socket from;
    private final Socket to;
    private final FaultyDirection link;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final ArrayDeque<Chunk> queue = new ArrayDeque<>();
    private long queuedBytes;
    private long forwarded;

    Pipe(Socket from, Socket to, FaultyDirection link) {
      this.from = from;
      this.to = to;
      this.link = link;
    }

    void start(String name) {
      FaultProxy.daemon(name + "-read", this::read);
      FaultProxy.daemon(name + "-write", this::write);
    }

    private void read() {
      byte[] buffer = new byte[READ_BYTES];
      try {
        var in = from.getInputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
          if (!cut) {
            var data = ByteBuffer.wrap(Arrays.copyOf(buffer, n));
            put(new Chunk(Kind.DATA, data, System.nanoTime(), link.arrived()));
          }
        }
        put(Chunk.end(Kind.END));
      } catch (IOException e) {
        put(Chunk.end(Kind.RESET));
      }
    }

    private void put(Chunk chunk) {
      lock.lock();
      try {
        while (queuedBytes > QUEUE_BYTES && !cut) {
          changed.awaitUninterruptibly();
        }
        queue.add(chunk);
        queuedBytes += chunk.data().capacity();
        changed.signalAll();
      } finally {
        lock.unlock();
      }
    }

    private Chunk take() {
      lock.lock();
      try {
        while (queue.isEmpty()) {
          changed.awaitUninterruptibly();
        }
        Chunk chunk = queue.remove();
        queuedBytes -= chunk.data().capacity();
        changed.signalAll();
        return chunk;
      } finally {
        lock.unlock();
      }
    }

    private void write() {
      try {
        Chunk chunk = take();
        while (chunk.kind() == Kind.DATA) {
          forward(chunk);
          chunk = take();
        }
        link.awaitTurn(chunk.arrival(), 0, () -> cut || mute);
        if (mute) {
          return;
        }
        if (chunk.kind() == Kind.RESET) {
          cut(Cut.RST);
        } else {
          quietly(to::shutdownOutput);
        }
      } catch (IOException | InterruptedException e) {
        cut(Cut.RST);
      }
      if (openDirections.decrementAndGet() == 0) {
        close();
      }
    }

    private void forward(Chunk chunk) throws IOException, InterruptedException {
      int length = chunk.data().capacity();
      int offset = 0;
      link.countChunk(length);
      while (offset < length && !cut && !mute) {
        int wanted = link.slice(length - offset);
        link.awaitTurn(chunk.arrival(), wanted, () -> cut || mute);
        if (cut || mute) {
          return;
        }
        int allowed = link.allow(wanted, forwarded);
        link.delivered(chunk.depth());
        to.getOutputStream().write(chunk.data().array(), offset, allowed);
        offset += allowed;
        forwarded += allowed;
        if (link.isCut(forwarded)) {
          link.end(FaultConnection.this);
        }
      }
    }
  }
}
