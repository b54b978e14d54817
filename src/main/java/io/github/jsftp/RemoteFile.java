package io.github.jsftp;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.file.FileStreams;
import io.github.jsftp.internal.file.ReadAhead;
import io.github.jsftp.internal.file.WriteBehind;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.remote.Attributes;
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
import java.time.Instant;

/**
 * An open remote file, to be read and written at any position.
 *
 * <p>Reading one part after the other is fast: what follows is asked for ahead. So is writing: a
 * write returns when its bytes are on their way, and what it fails with is thrown by one of the
 * next calls, by {@link #close} at the latest. A read, and each question about the file, first
 * waits for the writes before it.
 *
 * <p>Calls by several threads follow one another; they share one position.
 */
public final class RemoteFile implements SeekableByteChannel {
  private final RemoteHandle handle;
  private final String path;
  private final OpenModes modes;
  private final ReadAhead reading;
  private final WriteBehind writing;
  private long position;
  private boolean atEnd; // the position is wherever the file ends: not yet asked for
  private boolean closed;

  RemoteFile(RemoteHandle handle, String path, OpenModes modes) {
    this.handle = handle;
    this.path = path;
    this.modes = modes;
    reading = new ReadAhead(handle);
    writing = new WriteBehind(handle);
    atEnd = modes.appends();
  }

  /** Returns the file's absolute path, as it was when the file was opened. */
  public String path() {
    return path;
  }

  /**
   * Reads bytes from the position, some at least; -1 at the end of the file.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays
   */
  @Override
  public synchronized int read(ByteBuffer into) throws IOException {
    checkOpen();
    if (!modes.readable()) {
      throw new NonReadableChannelException();
    }
    writing.flush();
    int bytes = reading.read(position, into);
    position += Math.max(bytes, 0);
    return bytes;
  }

  /**
   * Writes all bytes of the buffer to the position, or to the end of a file opened to append.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays; the
   *     buffer's position tells how much was written
   * @throws IOException also what an earlier write failed with
   */
  @Override
  public synchronized int write(ByteBuffer from) throws IOException {
    checkWritable();
    reading.drop();
    long start = position();
    int before = from.position();
    try {
      writing.write(start, from);
    } finally {
      position = start + from.position() - before;
    }
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

  /** Sets the position; a file opened to append is written at its end all the same. */
  @Override
  public synchronized RemoteFile position(long newPosition) throws IOException {
    checkOpen();
    if (newPosition < 0) {
      throw new IllegalArgumentException("position must not be negative, as " + newPosition);
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
      throw new IOException("the server does not tell the size of " + path);
    }
    return size;
  }

  /** Cuts the file to this size if it is longer; the position is moved to the new end then. */
  @Override
  public synchronized RemoteFile truncate(long size) throws IOException {
    checkWritable();
    if (size < 0) {
      throw new IllegalArgumentException("size must not be negative, as " + size);
    }
    if (size < size()) {
      set(Attributes.size(size));
    }
    position = Math.min(position(), size);
    return this;
  }

  /** Tells what the file is now. */
  public synchronized FileInfo stat() throws IOException {
    settle();
    return Await.result(handle.stat());
  }

  /** Sets when the file was last read and written; SFTP keeps whole seconds. */
  public void setTimes(Instant accessed, Instant modified) throws IOException {
    set(Attributes.times(accessed, modified));
  }

  /**
   * Sets the permissions, given as digits like chmod(1): 644.
   *
   * @throws IllegalArgumentException if it is not one to four octal digits
   */
  public void chmod(int mode) throws IOException {
    set(Attributes.permissions(OctalMode.argument(mode)));
  }

  /**
   * Has the server write the file to its disk.
   *
   * @throws OperationNotSupportedException if the server has no fsync@openssh.com
   */
  public synchronized void fsync() throws IOException {
    settle();
    Await.result(handle.fsync());
  }

  /** Waits until the server has taken all that was written. */
  public synchronized void flush() throws IOException {
    settle();
  }

  /** Returns a stream that reads from the position on. Closing it closes the file. */
  public InputStream in() {
    return FileStreams.in(this, () -> stat().size());
  }

  /**
   * Returns a stream that writes from the position on, collecting small writes. {@code flush()}
   * waits until the server has taken all. Closing it closes the file.
   */
  public OutputStream out() {
    return FileStreams.out(this, this::flush, handle.requestSize());
  }

  @Override
  public synchronized boolean isOpen() {
    return !closed;
  }

  /**
   * Closes the file when all that was written has arrived. A second call does nothing.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted, which it stays; the file
   *     is closed nevertheless
   * @throws IOException what a write failed with that no call has told of yet
   */
  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      reading.drop();
      writing.close();
    }
  }

  private synchronized void set(Attributes attributes) throws IOException {
    settle();
    reading.drop();
    Await.result(handle.setAttributes(attributes));
  }

  private void settle() throws IOException {
    checkOpen();
    writing.flush();
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

  /** Returns the file's absolute path. */
  @Override
  public String toString() {
    return Printable.of(path);
  }
}
