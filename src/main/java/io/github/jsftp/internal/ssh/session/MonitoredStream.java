package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.route.ByteStream;
import io.github.jsftp.internal.ssh.route.Route;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Establishes and monitors the byte stream of one session; JSch calls that a proxy. The stream can
 * be aborted at any time, which is the only way to release a thread that blocks in JSch. Keep-alive
 * requests detect a dead server. The first bytes received are kept, to describe a peer that is not
 * an SSH server.
 */
final class MonitoredStream implements Proxy {
  private static final int BUFFER_SIZE = 64 * 1024;
  private static final int MAX_GREETING = 200;

  private static final ThreadLocal<@Nullable PacketCountdown> COUNTDOWN = new ThreadLocal<>();

  private final JschLog log;
  private final Duration keepAlive;
  private final int keepAliveCount;
  private final Route route;
  private final byte[] greeting = new byte[MAX_GREETING];
  private int greetingLength;
  private volatile @Nullable ByteStream stream;
  private InputStream in = InputStream.nullInputStream();
  private OutputStream out = OutputStream.nullOutputStream();
  private volatile @Nullable IOException abortReason;
  private volatile @Nullable Runnable sendKeepAlive;
  private volatile @Nullable ReceivedBytes received;
  private volatile boolean isDecryptionSlow;
  private volatile boolean isEncryptionSlow;
  private volatile long lastReceived = System.nanoTime();

  /**
   * Prepares a stream; JSch calls {@link #connect} to establish it.
   *
   * @param options the interval of keep-alive requests, and how many may remain unanswered
   */
  MonitoredStream(Route route, JschLog log, ConnectionOptions options) {
    this.route = route;
    this.log = log;
    keepAlive = options.keepAlive();
    keepAliveCount = options.keepAliveCount();
  }

  /** Is notified of bytes from the server, in the order of their arrival. */
  @FunctionalInterface
  interface ReceivedBytes {
    void accept(byte[] bytes, int offset, int length);
  }

  /** Passes on all bytes from the server, also those that are encrypted later. */
  void onReceived(ReceivedBytes listener) {
    received = listener;
  }

  @Override
  public void connect(@Nullable SocketFactory unused, String host, int port, int timeout)
      throws IOException {
    ByteStream connected = route.connect(host, port);
    stream = connected;
    if (abortReason != null) {
      connected.close();
    }
    checkNotAborted();
    connected.readTimeout(keepAlive);
    in = new BufferedInputStream(new MonitoredInputStream(connected.input()), BUFFER_SIZE);
    out = new MeteredOutputStream(connected.output());
    log.enter(ConnectPhase.GREETING);
  }

  private void checkNotAborted() throws IOException {
    IOException stop = abortReason;
    if (stop != null) {
      throw stop;
    }
  }

  @Override
  public InputStream getInputStream() {
    return in;
  }

  @Override
  public OutputStream getOutputStream() {
    return out;
  }

  /** Returns null: JSch needs a socket only to set timeouts, which is done here. */
  @Override
  public @Nullable Socket getSocket() {
    return null;
  }

  /** Closes the stream. */
  @Override
  public void close() {
    ByteStream current = stream;
    if (current != null) {
      current.close();
    }
  }

  /**
   * Runs a task once, after the current thread has sent this many more packets over this stream.
   */
  void afterSending(int packets, Runnable then) {
    COUNTDOWN.set(new PacketCountdown(this, packets, then));
  }

  /** Cancels what {@link #afterSending} has requested on the current thread. */
  void afterSendingNothing() {
    COUNTDOWN.remove();
  }

  /**
   * Starts sending keep-alive requests.
   *
   * @param sender is called each time the server has been silent for the keep-alive interval; must
   *     not block
   */
  void monitor(Runnable sender) {
    sendKeepAlive = sender;
  }

  /** Makes the JVM compile the ciphers of the session if they carry much data. */
  void warmUp(NegotiatedAlgorithms algorithms) {
    isDecryptionSlow = CipherWarmUp.isSlowAtFirst(algorithms.cipherS2C());
    isEncryptionSlow = CipherWarmUp.isSlowAtFirst(algorithms.cipherC2S());
  }

  /** Aborts the stream from any thread. Threads that read, write or connect then fail. */
  void abort(IOException reason) {
    if (abortReason == null) {
      abortReason = reason;
    }
    route.abort(reason);
    close(); // releases readers even if what the route leads through does not end
  }

  /** Returns why {@link #abort} was called, or null if it was not. */
  @Nullable IOException abortReason() {
    return abortReason;
  }

  /** Returns true if nothing has been received from the server for this long. */
  boolean isSilentFor(Duration limit) {
    return System.nanoTime() - lastReceived >= limit.toNanos();
  }

  /** Returns the first line from the peer that is not blank, or "" if there is none. */
  String greeting() {
    String text;
    synchronized (greeting) {
      text = new String(greeting, 0, greetingLength, StandardCharsets.ISO_8859_1);
    }
    return text.lines().filter(line -> !line.isBlank()).findFirst().orElse("");
  }

  private void recordGreeting(byte[] bytes, int offset, int length) {
    synchronized (greeting) {
      int some = Math.min(length, MAX_GREETING - greetingLength);
      if (some > 0) {
        System.arraycopy(bytes, offset, greeting, greetingLength, some);
        greetingLength += some;
      }
    }
  }

  private static final class PacketCountdown {
    private final MonitoredStream stream; // the thread may also send over that of a jump host
    private int left;
    private final Runnable then;

    PacketCountdown(MonitoredStream stream, int packets, Runnable then) {
      this.stream = stream;
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

  /** Counts packets sent to the server. JSch writes each packet with a single call. */
  private final class MeteredOutputStream extends FilterOutputStream {
    MeteredOutputStream(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      out.write(bytes, offset, length);
      if (isEncryptionSlow) {
        CipherWarmUp.ENCRYPTION.record(length);
      }
      if (log.phase() == ConnectPhase.LOGIN) {
        log.attempts().packetSent();
      }
      PacketCountdown countdown = COUNTDOWN.get();
      if (countdown != null && countdown.stream == MonitoredStream.this) {
        countdown.sent();
      }
    }
  }

  /**
   * Monitors what is received from the server. Read timeouts are handled here, because JSch's own
   * keep-alive drops a packet if the timeout occurs in the middle of it.
   */
  private final class MonitoredInputStream extends FilterInputStream {
    private int unanswered;

    MonitoredInputStream(InputStream in) {
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
          lastReceived = System.nanoTime();
          recordGreeting(bytes, offset, read);
          ReceivedBytes listener = received;
          if (listener != null) {
            listener.accept(bytes, offset, read);
          }
          if (isDecryptionSlow) {
            CipherWarmUp.DECRYPTION.record(read);
          }
          return read;
        } catch (SocketTimeoutException e) {
          onSilence();
        }
      }
    }

    private void onSilence() throws IOException {
      Runnable sender = sendKeepAlive;
      if (sender == null) {
        return;
      }
      if (unanswered == keepAliveCount) {
        var dead =
            new IOException(
                "no response from the server for "
                    + Wording.of(keepAlive.multipliedBy(keepAliveCount + 1L)));
        // Close the socket first: a thread that blocks in a write would delay JSch's cleanup.
        abort(dead);
        throw dead;
      }
      unanswered++;
      sender.run();
    }
  }
}
