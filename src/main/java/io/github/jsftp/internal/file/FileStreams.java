package io.github.jsftp.internal.file;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;

/** Streams over an open file, which start at its position. */
public final class FileStreams {
  private FileStreams() {}

  /** A file that a stream writes to. */
  public interface Output extends Closeable {
    /** Writes the buffer's remaining bytes at the position, at once or with those that follow. */
    void write(ByteBuffer from) throws IOException;

    /** Writes a byte in the same way. */
    void write(byte b) throws IOException;

    /** Waits until all writes are acknowledged. */
    void flush() throws IOException;
  }

  /** The size of a file. */
  public interface Size {
    /** Returns the size in bytes, as far as is known. */
    long bytes() throws IOException;
  }

  /** Returns a stream that reads from the position on. Closing it closes the file. */
  public static InputStream inputStream(SeekableByteChannel file, Size size) {
    return new PositionedInput(file, size);
  }

  /** Returns a stream that writes from the position on. Closing it closes the file. */
  public static OutputStream outputStream(Output file) {
    return new PositionedOutput(file);
  }

  /**
   * Returns a stream of the lines of a text in UTF-8. Closing it closes the source.
   *
   * @param notText returns the exception for a source that is not UTF-8
   */
  public static Stream<String> lines(
      InputStream source, Function<CharacterCodingException, IOException> notText) {
    var text =
        new InputStreamReader(source, StandardCharsets.UTF_8.newDecoder()) {
          @Override
          public int read(char[] into, int offset, int length) throws IOException {
            try {
              return super.read(into, offset, length);
            } catch (CharacterCodingException e) {
              throw notText.apply(e);
            }
          }
        };
    return new BufferedReader(text)
        .lines()
        .onClose(
            () -> {
              try {
                text.close();
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
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
        return super.skip(count); // a file that claims to be empty may have content
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
    private final Output file;
    private boolean failed; // if true, some bytes of an earlier write may be missing

    PositionedOutput(Output file) {
      this.file = file;
    }

    @Override
    public synchronized void write(int b) throws IOException {
      begin();
      file.write((byte) b);
      failed = false;
    }

    @Override
    public synchronized void write(byte[] bytes, int offset, int length) throws IOException {
      begin();
      file.write(ByteBuffer.wrap(bytes, offset, length));
      failed = false;
    }

    private void begin() throws IOException {
      boolean before = failed;
      failed = true;
      if (before) {
        file.flush(); // throws the failure of the write
        throw new IOException("an earlier write was interrupted: some of its bytes may be missing");
      }
    }

    @Override
    public synchronized void flush() throws IOException {
      try {
        file.flush();
      } catch (InterruptedIOException e) {
        throw e; // no write has failed
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
