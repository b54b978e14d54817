package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.ssh.session.HeldWindow;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The output of a command, from JSch's thread to the caller's. It is bounded by the channel's
 * window: the server may send more only once the caller has passed on what there is. Where JSch
 * can't be kept from reopening the window, JSch's thread waits instead, which blocks all channels
 * of the session.
 */
final class CommandOutput {
  /** What a server may send beyond the window. */
  private static final int TOLERANCE = 1 << 20;

  private final Predicate<Channel> isLost;

  // guarded by this
  private @Nullable ChannelExec channel;
  private ByteArrayOutputStream stdout = new ByteArrayOutputStream();
  private ByteArrayOutputStream stderr = new ByteArrayOutputStream();
  private @Nullable Throwable failure;
  private boolean truncated;
  private boolean ended;
  private boolean abandoned;

  /**
   * Creates the output of a command that is not started yet.
   *
   * @param isLost returns true if the connection of a channel is lost
   */
  CommandOutput(Predicate<Channel> isLost) {
    this.isLost = isLost;
  }

  /** What a command has printed since the last time. */
  static final class Batch {
    final byte[] stdout;
    final byte[] stderr;

    /** True if there is nothing and will be nothing. */
    final boolean isEnd;

    Batch(byte[] stdout, byte[] stderr, boolean isEnd) {
      this.stdout = stdout;
      this.stderr = stderr;
      this.isEnd = isEnd;
    }

    int size() {
      return stdout.length + stderr.length;
    }
  }

  /** Receives the output of a channel that is not open yet. */
  synchronized void attach(ChannelExec opening) {
    channel = opening;
    opening.setOutputStream(new Received(opening, false));
    opening.setErrStream(new Received(opening, true));
  }

  /** Returns the channel, or null if none was requested. */
  synchronized @Nullable ChannelExec channel() {
    return channel;
  }

  /**
   * Waits for output or the end, at most until the limit.
   *
   * @throws IOException or an unchecked exception if {@link #fail} was called with it
   */
  synchronized Batch take(Duration limit) throws InterruptedException, IOException {
    long deadline = System.nanoTime() + limit.toNanos();
    long left = limit.toNanos();
    while (size() == 0 && !ended && failure == null && left > 0) {
      TimeUnit.NANOSECONDS.timedWait(this, Math.max(left, 1_000_000));
      left = deadline - System.nanoTime();
    }
    if (failure != null) {
      throw Await.failure(failure);
    }
    var batch = new Batch(stdout.toByteArray(), stderr.toByteArray(), ended && size() == 0);
    stdout = new ByteArrayOutputStream();
    stderr = new ByteArrayOutputStream();
    notifyAll();
    return batch;
  }

  /** Ends waiting for output with a failure. */
  synchronized void fail(Throwable why) {
    failure = why;
    notifyAll();
  }

  /** Returns true if the connection was lost before the end of the output. */
  synchronized boolean isTruncated() {
    return truncated;
  }

  /** Drops all further output. */
  synchronized void abandon() {
    abandoned = true;
    notifyAll();
  }

  private int size() {
    return stdout.size() + stderr.size();
  }

  private synchronized void append(
      ChannelExec from, boolean isError, byte[] bytes, int offset, int length) throws IOException {
    HeldWindow hold = HeldWindow.found();
    if (hold != null) {
      hold.hold(from);
    }
    int window = from.getLocalWindowSizeMax();
    try {
      while (hold == null && !abandoned && size() >= window) {
        wait();
      }
    } catch (InterruptedException e) {
      // JSch interrupts its thread when it disconnects.
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (abandoned) {
      return;
    }
    if (size() > window + TOLERANCE) {
      fail(new IOException("the server sends more output than the channel allows"));
      abandoned = true;
      return;
    }
    (isError ? stderr : stdout).write(bytes, offset, length);
    notifyAll();
  }

  private synchronized void close(ChannelExec from, boolean isError) {
    // JSch closes both when the channel ends, stderr last.
    if (isError) {
      ended = true;
      notifyAll();
    } else {
      truncated |= isLost.test(from);
    }
  }

  /** Receives one of both outputs on JSch's thread. */
  private final class Received extends OutputStream {
    private final ChannelExec from;
    private final boolean isError;
    private boolean closed;

    Received(ChannelExec from, boolean isError) {
      this.from = from;
      this.isError = isError;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      append(from, isError, bytes, offset, length);
    }

    @Override
    public void close() {
      if (!closed) {
        closed = true;
        CommandOutput.this.close(from, isError);
      }
    }
  }
}
