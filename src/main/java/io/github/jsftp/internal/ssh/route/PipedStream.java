package io.github.jsftp.internal.ssh.route;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A byte stream whose received bytes are written to {@link #received} by another thread. The writer
 * waits while many bytes are unread, but not while a thread is sending: sending may have to wait
 * for a window that only the writer can open.
 */
public final class PipedStream implements ByteStream {
  private static final int ENOUGH = 1 << 20;

  /** More than the receive windows of all channels allow an honest server to send. */
  private static final int MAXIMUM = 128 << 20;

  private final OutputStream out;
  private final Runnable onClose;
  private final Callable<@Nullable IOException> whyEnded;
  private final OutputStream received = new Received();
  private final InputStream input = new Input();
  private final OutputStream output = new Output();

  // guarded by this
  private final ArrayDeque<byte[]> pieces = new ArrayDeque<>();
  private int headOffset;
  private int unread;
  private int sending;
  private boolean ended;
  private boolean closed;
  private long timeoutMillis;

  /**
   * Creates a stream.
   *
   * @param out where sent bytes go
   * @param onClose is called once, when the stream is closed
   * @param whyEnded returns why there are no more bytes, or null for an ordinary end; may wait a
   *     moment
   */
  public PipedStream(OutputStream out, Runnable onClose, Callable<@Nullable IOException> whyEnded) {
    this.out = out;
    this.onClose = onClose;
    this.whyEnded = whyEnded;
  }

  /** Returns the stream to which received bytes are written. Closing it is the end of the input. */
  public OutputStream received() {
    return received;
  }

  @Override
  public InputStream input() {
    return input;
  }

  @Override
  public OutputStream output() {
    return output;
  }

  @Override
  public synchronized void readTimeout(Duration limit) {
    timeoutMillis = limit.toMillis();
  }

  @Override
  public void close() {
    synchronized (this) {
      if (closed) {
        return;
      }
      closed = true;
      notifyAll();
    }
    onClose.run();
  }

  private synchronized void append(byte[] bytes, int offset, int length) throws IOException {
    try {
      while (!closed && unread >= ENOUGH && sending == 0) {
        wait();
      }
    } catch (InterruptedException e) {
      // JSch interrupts its thread when it disconnects.
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    checkOpen();
    if (unread > MAXIMUM - length) {
      throw new IOException("the server sends more than was requested");
    }
    byte[] piece = new byte[length];
    System.arraycopy(bytes, offset, piece, 0, length);
    pieces.add(piece);
    unread += length;
    notifyAll();
  }

  private synchronized void endInput() {
    ended = true;
    notifyAll();
  }

  private int take(byte[] bytes, int offset, int length) throws IOException {
    synchronized (this) {
      awaitInput();
      checkOpen();
      byte[] head = pieces.peek();
      if (head != null) {
        int taken = Math.min(length, head.length - headOffset);
        System.arraycopy(head, headOffset, bytes, offset, taken);
        headOffset += taken;
        if (headOffset == head.length) {
          pieces.remove();
          headOffset = 0;
        }
        unread -= taken;
        notifyAll();
        return taken;
      }
    }
    IOException why = reason();
    if (why != null) {
      throw why;
    }
    return -1;
  }

  private void awaitInput() throws IOException {
    long start = System.nanoTime();
    try {
      while (!closed && !ended && pieces.isEmpty()) {
        long left = timeoutMillis - (System.nanoTime() - start) / 1_000_000;
        if (timeoutMillis > 0 && left <= 0) {
          throw new SocketTimeoutException("nothing received for " + timeoutMillis + " ms");
        }
        wait(timeoutMillis > 0 ? left : 0);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private @Nullable IOException reason() throws IOException {
    try {
      return whyEnded.call();
    } catch (IOException | RuntimeException e) {
      throw e;
    } catch (Exception e) {
      throw new IOException(e);
    }
  }

  /** Returns the reason of the end, which tells more than that sending has failed. */
  private IOException explained(IOException failure) throws IOException {
    synchronized (this) {
      if (closed) {
        return failure;
      }
    }
    IOException why = reason();
    return why == null ? failure : why;
  }

  private void checkOpen() throws IOException {
    if (closed) {
      throw new IOException("the stream is closed");
    }
  }

  private synchronized void countSending(int change) throws IOException {
    if (change > 0) {
      checkOpen();
    }
    sending += change;
    notifyAll();
  }

  private final class Received extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      append(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (length > 0) {
        append(bytes, offset, length);
      }
    }

    @Override
    public void close() {
      endInput();
    }
  }

  private final class Input extends InputStream {
    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      return length == 0 ? 0 : take(bytes, offset, length);
    }
  }

  private final class Output extends OutputStream {
    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      countSending(1);
      try {
        out.write(bytes, offset, length);
        out.flush();
      } catch (IOException e) {
        throw explained(e);
      } finally {
        countSending(-1);
      }
    }
  }
}
