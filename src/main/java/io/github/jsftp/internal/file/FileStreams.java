package io.github.jsftp.internal.file;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.util.Objects;

/** Streams over a file's position. */
public final class FileStreams {
  private FileStreams() {}

  /** What is done when a stream is flushed. */
  public interface Flush {
    /** Waits until all has arrived. */
    void run() throws IOException;
  }

  /** Tells how long a file is. */
  public interface Size {
    /** Returns the number of bytes, as far as is known. */
    long bytes() throws IOException;
  }

  /** Returns a stream that reads from the position on, and closes the file. */
  public static InputStream inputStream(SeekableByteChannel file, Size size) {
    return new PositionedInput(file, size);
  }

  /** Returns a stream that writes from the position on in pieces, and closes the file. */
  public static OutputStream outputStream(SeekableByteChannel file, Flush flush, int piece) {
    var raw = new PositionedOutput(file, flush);
    return new BufferedOutputStream(raw, piece) {
      private boolean closed;

      @Override
      public synchronized void close() throws IOException {
        if (!closed) {
          closed = true;
          try (raw) {
            if (!raw.failed) {
              flush();
            }
          }
        }
      }
    };
  }

  private static final class PositionedInput extends InputStream {
    private final SeekableByteChannel file;
    private final Size size;
    private final ByteBuffer one = ByteBuffer.allocate(1);

    PositionedInput(SeekableByteChannel file, Size size) {
      this.file = file;
      this.size = size;
    }

    @Override
    public synchronized int read() throws IOException {
      return file.read(one.clear()) < 0 ? -1 : one.get(0) & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, bytes.length);
      return file.read(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public long skip(long count) throws IOException {
      long from = file.position();
      long left = size.bytes() - from;
      if (left <= 0) {
        return super.skip(count); // what calls itself empty may not be
      }
      long skipped = Math.max(0, Math.min(count, left));
      file.position(from + skipped);
      return skipped;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static final class PositionedOutput extends OutputStream {
    private final SeekableByteChannel file;
    private final Flush flush;
    private boolean failed; // so that closing has nothing new to tell

    PositionedOutput(SeekableByteChannel file, Flush flush) {
      this.file = file;
      this.flush = flush;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      boolean before = failed;
      failed = true;
      if (before) {
        flush.run(); // tells what has failed
        throw new IOException("an earlier write was interrupted: some of its bytes may be missing");
      }
      file.write(ByteBuffer.wrap(bytes, offset, length));
      failed = false;
    }

    @Override
    public void flush() throws IOException {
      try {
        flush.run();
      } catch (InterruptedIOException e) {
        throw e; // nothing is lost
      } catch (IOException e) {
        failed = true;
        throw e;
      }
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
