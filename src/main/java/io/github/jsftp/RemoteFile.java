package io.github.jsftp;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.file.FileStreams;
import io.github.jsftp.internal.file.ReadAhead;
import io.github.jsftp.internal.file.WriteBehind;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.OpenModes;
import io.github.jsftp.internal.remote.RemoteHandle;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.Set;

/**
 * An open remote file, to be read and written at any position.
 *
 * <p>Sequential reads are fast, since the following blocks are requested ahead. So are writes: a
 * write returns before the server has confirmed it. Its failure is thrown by one of the next calls,
 * at the latest by {@link #close}. Reads and queries first wait for earlier writes to be confirmed.
 *
 * <p>Safe for use by several threads. Their calls run one after the other and share one position.
 */
public final class RemoteFile implements SeekableByteChannel {
  private final RemoteHandle handle;
  private final String path;
  private final OpenModes modes;
  private final ReadAhead readAhead;
  private final WriteBehind writeBehind;
  private long position;
  private boolean atEnd; // the position is the end of the file, which has not been queried yet
  private boolean closed;

  /** How bytes are passed on: at once, or held until they fill a request. */
  private interface Writer {
    void write(long position, ByteBuffer from) throws IOException;
  }

  RemoteFile(RemoteHandle handle, String path, OpenModes modes) {
    this.handle = handle;
    this.path = path;
    this.modes = modes;
    readAhead = new ReadAhead(handle);
    writeBehind = new WriteBehind(handle);
    atEnd = modes.appends();
  }

  /** Returns the absolute path under which the file was opened. */
  public String path() {
    return path;
  }

  /**
   * Reads at least one byte at the current position, or returns -1 at the end of the file.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status is
   *     kept
   */
  @Override
  public synchronized int read(ByteBuffer into) throws IOException {
    checkOpen();
    if (!modes.readable()) {
      throw new NonReadableChannelException();
    }
    writeBehind.flush();
    int bytes = readAhead.read(position, into);
    position += Math.max(bytes, 0);
    return bytes;
  }

  /**
   * Writes all bytes of the buffer at the current position, or at the end of a file opened with
   * APPEND.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status is
   *     kept, and the position of the buffer shows how much was written
   * @throws IOException also if an earlier write failed
   */
  @Override
  public synchronized int write(ByteBuffer from) throws IOException {
    int before = from.position();
    write(from, writeBehind::write);
    return from.position() - before;
  }

  @Override
  public synchronized long position() throws IOException {
    checkOpen();
    if (atEnd) {
      position = size();
      atEnd = false;
    }
    return position;
  }

  /** Sets the position. A file opened with APPEND is still written at its end. */
  @Override
  public synchronized RemoteFile position(long newPosition) throws IOException {
    checkOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position must not be negative: " + newPosition);
    }
    if (!modes.appends()) {
      position = newPosition;
    }
    return this;
  }

  @Override
  public long size() throws IOException {
    long size = stat().size();
    if (size < 0) {
      throw new IOException("the server does not report the size of " + path);
    }
    return size;
  }

  /**
   * Truncates the file to a size if it is longer. A position beyond the new end is set to the new
   * end.
   */
  @Override
  public synchronized RemoteFile truncate(long size) throws IOException {
    checkWritable();
    if (size < 0) {
      throw new IllegalArgumentException("size must not be negative: " + size);
    }
    if (size < size()) {
      set(AttributeChanges.size(size));
    }
    position = Math.min(position(), size);
    return this;
  }

  /** Returns the current attributes of the file. */
  public synchronized FileInfo stat() throws IOException {
    flushWrites();
    return Await.result(handle.stat());
  }

  /** Sets the access and modification times, in whole seconds. */
  public void setTimes(Instant accessed, Instant modified) throws IOException {
    set(AttributeChanges.times(accessed, modified));
  }

  /**
   * Sets the permissions.
   *
   * @param mode decimal digits that are read as octal, as chmod(1) does, such as 644
   * @throws IllegalArgumentException if the mode is not valid, see {@link Connection#chmod(String,
   *     int)}
   */
  public void chmod(int mode) throws IOException {
    set(AttributeChanges.permissions(OctalMode.argument(mode)));
  }

  /**
   * Sets the permissions, and clears the set-user-id, set-group-id and sticky bits.
   *
   * @param permissions such as those of {@link java.nio.file.Files#getPosixFilePermissions}
   */
  public void chmod(Set<PosixFilePermission> permissions) throws IOException {
    set(AttributeChanges.permissions(OctalMode.bits(permissions)));
  }

  /**
   * Makes the server write the file to its disk.
   *
   * @throws OperationNotSupportedException if the server does not support fsync@openssh.com
   */
  public synchronized void fsync() throws IOException {
    flushWrites();
    Await.result(handle.fsync());
  }

  /** Waits until the server has confirmed all writes. */
  public synchronized void flush() throws IOException {
    flushWrites();
  }

  /** Returns a stream that reads from the current position. Closing the stream closes the file. */
  public InputStream in() {
    return FileStreams.inputStream(this, () -> stat().size());
  }

  /**
   * Returns a buffered stream that writes from the current position. The file writes what its
   * streams have buffered before any other write or query, and at the latest when it is closed. The
   * stream's {@code flush()} waits until the server has confirmed all writes. Closing the stream
   * closes the file.
   */
  public OutputStream out() {
    return FileStreams.outputStream(new StreamOutput());
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed;
  }

  /**
   * Closes the file after all writes have been confirmed. Closing a closed file has no effect.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted; its interrupt status is
   *     kept, and the file is closed
   * @throws IOException if an earlier write failed and its failure has not been thrown yet
   */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      readAhead.discard();
      writeBehind.close();
    }
  }

  private synchronized void hold(ByteBuffer from) throws IOException {
    write(from, writeBehind::hold);
  }

  private synchronized void hold(byte b) throws IOException {
    if (!closed && writeBehind.hold(position, b)) {
      position++;
    } else {
      hold(ByteBuffer.wrap(new byte[] {b}));
    }
  }

  private void write(ByteBuffer from, Writer writer) throws IOException {
    checkWritable();
    readAhead.discard();
    long start = position();
    int before = from.position();
    try {
      writer.write(start, from);
    } finally {
      position = start + from.position() - before;
    }
  }

  private synchronized void set(AttributeChanges attributes) throws IOException {
    flushWrites();
    readAhead.discard();
    Await.result(handle.setAttributes(attributes));
  }

  private void flushWrites() throws IOException {
    checkOpen();
    writeBehind.flush();
  }

  private void checkWritable() throws ClosedChannelException {
    checkOpen();
    if (!modes.writable()) {
      throw new NonWritableChannelException();
    }
  }

  private void checkOpen() throws ClosedChannelException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  /** Holds what a stream writes until it fills a request. */
  private final class StreamOutput implements FileStreams.Output {
    @Override
    public void write(ByteBuffer from) throws IOException {
      hold(from);
    }

    @Override
    public void write(byte b) throws IOException {
      hold(b);
    }

    @Override
    public void flush() throws IOException {
      RemoteFile.this.flush();
    }

    @Override
    public void close() throws IOException {
      RemoteFile.this.close();
    }
  }

  /** Returns the file's absolute path. */
  @Override
  public String toString() {
    return Printable.of(path);
  }
}
