package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.SocketFactory;
import io.github.jsftp.internal.ssh.config.Wording;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.Phase;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The TCP connection under a session. It can be cut at any time, which is the only way to end what
 * JSch blocks on; it sees whether the server is alive; and it remembers how a peer began that turns
 * out not to be an SSH server.
 */
final class MonitoredSocketFactory implements SocketFactory {
  private static final int BUFFER = 64 * 1024;
  private static final int GREETING = 200;
  private static final int SIGNS_AWAITED = 3;

  private static final ThreadLocal<@Nullable Countdown> SENDING = new ThreadLocal<>();

  private final JschLog log;
  private final Duration keepAlive;
  private final HappyEyeballs happyEyeballs;
  private final CpuLoad receiving;
  private final CpuLoad sending;
  private final byte[] greeting = new byte[GREETING];
  private int greeted;
  private volatile @Nullable Socket socket;
  private volatile @Nullable IOException cut;
  private volatile @Nullable Runnable askForSign;
  private volatile long heard = System.nanoTime();

  /**
   * Creates the line; JSch connects it.
   *
   * @param keepAlive after how much silence to ask for a sign of life; zero for never
   * @param limit for looking up the host and connecting
   * @param processorTime how many nanoseconds the current thread has used a processor
   */
  MonitoredSocketFactory(
      JschLog log, Duration keepAlive, Duration limit, LongSupplier processorTime) {
    this.log = log;
    this.keepAlive = keepAlive;
    happyEyeballs = new HappyEyeballs(System.nanoTime() + limit.toNanos());
    receiving = new CpuLoad(processorTime, System::nanoTime);
    sending = new CpuLoad(processorTime, System::nanoTime);
  }

  /** Looks up the host and connects to the one of its addresses that answers first. */
  @Override
  public Socket createSocket(String host, int port) throws IOException {
    InetAddress[] addresses = InetAddress.getAllByName(host);
    log.reach(Phase.TCP);
    IOException stop = cut;
    if (stop != null) {
      throw stop;
    }
    Socket connected =
        happyEyeballs.run(
            Arrays.stream(addresses).map(address -> new InetSocketAddress(address, port)).toList());
    socket = connected;
    stop = cut;
    if (stop != null) {
      connected.close();
      throw stop;
    }
    connected.setSoTimeout((int) keepAlive.toMillis());
    log.reach(Phase.GREETING);
    return connected;
  }

  @Override
  public InputStream getInputStream(Socket connected) throws IOException {
    return new BufferedInputStream(new Watched(connected.getInputStream()), BUFFER);
  }

  @Override
  public OutputStream getOutputStream(Socket connected) throws IOException {
    return new Counted(connected.getOutputStream());
  }

  /** Runs this once, when the current thread has sent so many more packets; 0 for never. */
  static void afterSending(int packets, Runnable then) {
    if (packets == 0) {
      SENDING.remove();
    } else {
      SENDING.set(new Countdown(packets, then));
    }
  }

  /**
   * From now on, when the server has been silent for the keep-alive interval, runs this to ask it
   * for a sign of life. It must not block.
   */
  void watch(Runnable ask) {
    askForSign = ask;
  }

  /** Cuts the line from any thread; whoever reads, writes or connects fails. */
  void cut(IOException reason) {
    if (cut == null) {
      cut = reason;
    }
    happyEyeballs.stop(reason);
    Socket current = socket;
    if (current != null) {
      try {
        current.close();
      } catch (IOException e) {
        log.note("closing the socket failed: " + e);
      }
    }
  }

  /** Returns why the line was cut from this side, or null. */
  @Nullable IOException cutBecause() {
    return cut;
  }

  /** Says whether nothing at all has come from the server for this long. */
  boolean isSilentFor(Duration limit) {
    return System.nanoTime() - heard >= limit.toNanos();
  }

  /** Says whether deciphering or enciphering has taken nearly all of a processor just now. */
  boolean isBound() {
    return receiving.isBound() || sending.isBound();
  }

  /** Returns the first line that the peer sent and that is not blank, or "". */
  String greeting() {
    String text;
    synchronized (greeting) {
      text = new String(greeting, 0, greeted, StandardCharsets.ISO_8859_1);
    }
    return text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
  }

  private void remember(byte[] bytes, int offset, int length) {
    synchronized (greeting) {
      int some = Math.min(length, GREETING - greeted);
      if (some > 0) {
        System.arraycopy(bytes, offset, greeting, greeted, some);
        greeted += some;
      }
    }
  }

  private static final class Countdown {
    private int left;
    private final Runnable then;

    Countdown(int packets, Runnable then) {
      left = packets;
      this.then = then;
    }

    void sent() {
      left--;
      if (left == 0) {
        then.run();
      }
    }
  }

  /** The bytes to the server; JSch writes each packet at once. */
  private final class Counted extends FilterOutputStream {
    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      sending.moved(length);
      Countdown countdown = SENDING.get();
      if (countdown != null) {
        countdown.sent();
      }
    }
  }

  /**
   * The bytes from the server. JSch's own keep-alive loses the packet that a timeout interrupts in
   * its middle, so timeouts end here.
   */
  private final class Watched extends FilterInputStream {
    private int unanswered;

    Watched(InputStream in) {
      super(in);
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      while (true) {
        try {
          int read = in.read(bytes, offset, length);
          unanswered = 0;
          heard = System.nanoTime();
          remember(bytes, offset, read);
          receiving.moved(Math.max(0, read));
          return read;
        } catch (SocketTimeoutException e) {
          silence();
        }
      }
    }

    private void silence() throws IOException {
      Runnable ask = askForSign;
      if (ask == null) {
        return;
      }
      if (unanswered == SIGNS_AWAITED) {
        var dead =
            new IOException(
                "no sign of life from the server for "
                    + Wording.of(keepAlive.multipliedBy(SIGNS_AWAITED + 1L)));
        // Cut first: a thread that blocks in writing would hold up JSch's own cleaning up.
        cut(dead);
        throw dead;
      }
      unanswered++;
      ask.run();
    }
  }
}
