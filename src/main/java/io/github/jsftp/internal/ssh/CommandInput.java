package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.ChannelExec;
import io.github.jsftp.internal.async.DaemonThreads;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Sends a stream to a command, on a thread of its own, since both may block. */
final class CommandInput {
  private static final int BLOCK = 32 << 10;
  private static final int STOPPED = -2;

  private final @Nullable InputStream in;
  private final ChannelExec channel;
  private final Consumer<Throwable> onFailure;
  private final Thread thread;

  // guarded by this
  private boolean reading;
  private boolean stopped;

  /**
   * Prepares to send a stream.
   *
   * @param in the stream, or null for no input
   * @param onFailure is called with what the stream throws
   */
  CommandInput(@Nullable InputStream in, ChannelExec channel, Consumer<Throwable> onFailure) {
    this.in = in;
    this.channel = channel;
    this.onFailure = onFailure;
    thread = DaemonThreads.create("jsftp-input", this::send);
  }

  /** Begins to send, or ends the input at once if there is none. */
  void start() throws IOException {
    if (in == null) {
      channel.getOutputStream().close();
    } else {
      thread.start();
    }
  }

  /** Stops sending. Interrupts a read, but not JSch. */
  synchronized void stop() {
    stopped = true;
    if (reading) {
      thread.interrupt();
    }
  }

  private void send() {
    byte[] block = new byte[BLOCK];
    try {
      OutputStream out = channel.getOutputStream();
      for (int length = read(block); length != STOPPED; length = read(block)) {
        if (length < 0) {
          out.close();
          return;
        }
        out.write(block, 0, length);
        out.flush();
      }
    } catch (IOException e) {
      // The command has ended or the connection is lost; the output tells which.
    }
  }

  /** Reads a block. Returns -1 at the end of the stream, and {@link #STOPPED} to end without it. */
  private int read(byte[] block) {
    synchronized (this) {
      if (stopped) {
        return STOPPED;
      }
      reading = true;
    }
    try {
      return Math.max(-1, Objects.requireNonNull(in).read(block));
    } catch (IOException | RuntimeException | Error e) {
      onFailure.accept(e);
      return STOPPED;
    } finally {
      synchronized (this) {
        reading = false;
        Thread.interrupted();
      }
    }
  }
}
