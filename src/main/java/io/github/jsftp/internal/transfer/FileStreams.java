package io.github.jsftp.internal.transfer;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
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

  /** Returns a stream that reads from the position on, and closes the file. */
  public static InputStream in(SeekableByteChannel file) {
    return new In(file);
  }

  /** Returns a stream that writes from the position on in pieces, and closes the file. */
  public static OutputStream out(SeekableByteChannel file, Flush flush, int piece) {
    return new BufferedOutputStream(new Out(file, flush), piece);
  }

  private static final class In extends InputStream {
    private final SeekableByteChannel file;
    private final ByteBuffer one = ByteBuffer.allocate(1);

    In(SeekableByteChannel file) {
      this.file = file;
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
      long skipped = Math.max(0, Math.min(count, file.size() - from));
      file.position(from + skipped);
      return skipped;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }

  private static final class Out extends OutputStream {
    private final SeekableByteChannel file;
    private final Flush flush;

    Out(SeekableByteChannel file, Flush flush) {
      this.file = file;
      this.flush = flush;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      file.write(ByteBuffer.wrap(bytes, offset, length));
    }

    @Override
    public void flush() throws IOException {
      flush.run();
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
