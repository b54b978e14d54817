package io.github.jsftp.testing;

import java.util.ArrayDeque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.io.IoSession;
import org.apache.sshd.common.session.helpers.AbstractSession;
import org.apache.sshd.common.util.Readable;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.ServerFactoryManager;
import org.apache.sshd.server.session.SessionFactory;
import org.jspecify.annotations.Nullable;

/**
 * The bytes that a server receives, which it may get late or not at all. Without faults they pass
 * on MINA's threads; with faults they are queued, and passed on by a thread of this class.
 */
final class Incoming extends SessionFactory {
  private final Map<IoSession, Connection> connections = new ConcurrentHashMap<>();
  private final ScheduledThreadPoolExecutor thread;
  private volatile long delayNanos;
  private volatile boolean muted;

  Incoming(ServerFactoryManager server) {
    super(server);
    thread =
        new ScheduledThreadPoolExecutor(
            1,
            work -> {
              var started = new Thread(work, "test-sftp-server-delay");
              started.setDaemon(true);
              return started;
            });
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void delay(long nanos) {
    delayNanos = nanos;
    connections.values().forEach(Connection::resume);
  }

  void mute(boolean newMuted) {
    muted = newMuted;
    connections.values().forEach(Connection::resume);
  }

  int count() {
    return connections.size();
  }

  /** Returns how many pieces of what clients have sent wait in queues. */
  int held() {
    return connections.values().stream().mapToInt(Connection::held).sum();
  }

  void closeAll() {
    connections.keySet().forEach(io -> io.close(true));
  }

  /** Ends the thread. */
  void end() {
    thread.shutdownNow();
  }

  @Override
  public void sessionCreated(IoSession io) throws Exception {
    var connection = new Connection(io);
    connections.put(io, connection);
    connection.pass(() -> super.sessionCreated(io));
  }

  @Override
  public void messageReceived(IoSession io, Readable message) throws Exception {
    Connection connection = connections.get(io);
    if (connection == null) {
      return; // closed already
    }
    if (connection.isDirect()) {
      super.messageReceived(io, message);
      return;
    }
    var copy = new ByteArrayBuffer(message.available(), false);
    copy.putBuffer(message);
    connection.pass(() -> super.messageReceived(io, copy));
  }

  @Override
  public void sessionClosed(IoSession io) throws Exception {
    connections.remove(io);
    if (AbstractSession.getSession(io, true) != null) {
      super.sessionClosed(io);
    }
  }

  @Override
  public void exceptionCaught(IoSession io, Throwable cause) throws Exception {
    if (AbstractSession.getSession(io, true) != null) {
      super.exceptionCaught(io, cause);
    }
  }

  private interface Event {
    void happen() throws Exception;
  }

  private record Queued(long arrival, Event event) {}

  /** A connection, and what it has received but not passed on. */
  private final class Connection {
    private final IoSession io;
    private final ArrayDeque<Queued> queue = new ArrayDeque<>();
    private boolean busy;

    Connection(IoSession io) {
      this.io = io;
    }

    /** Returns true if nothing is before what arrives now, and nothing holds it up. */
    synchronized boolean isDirect() {
      return queue.isEmpty() && !busy && delayNanos == 0 && !muted;
    }

    synchronized int held() {
      return queue.size();
    }

    void pass(Event event) throws Exception {
      if (isDirect()) {
        event.happen();
        return;
      }
      synchronized (this) {
        queue.add(new Queued(System.nanoTime(), event));
      }
      resume();
    }

    void resume() {
      if (!thread.isShutdown()) {
        thread.execute(this::passDue);
      }
    }

    private void passDue() {
      try {
        for (Event event = nextDue(); event != null; event = nextDue()) {
          event.happen();
        }
      } catch (Exception e) {
        io.close(true);
      }
    }

    private synchronized @Nullable Event nextDue() {
      busy = false;
      Queued next = queue.peek();
      if (next == null || muted || !io.isOpen()) {
        return null;
      }
      long wait = next.arrival() + delayNanos - System.nanoTime();
      if (wait > 0) {
        thread.schedule(this::passDue, wait, TimeUnit.NANOSECONDS);
        return null;
      }
      busy = true;
      return queue.remove().event();
    }
  }
}
