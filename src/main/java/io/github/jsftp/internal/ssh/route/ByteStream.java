package io.github.jsftp.internal.ssh.route;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/** A two-way byte stream. */
public interface ByteStream {

  /** Returns the received bytes, not buffered. */
  InputStream input() throws IOException;

  /** Returns the stream for bytes to send, not buffered. */
  OutputStream output() throws IOException;

  /**
   * Makes reading fail with a {@link java.net.SocketTimeoutException} when nothing is received for
   * this long. Reading can then be tried again. Zero stands for no limit.
   */
  void readTimeout(Duration limit) throws IOException;

  /** Closes the stream. Threads that read or write then fail. */
  void close();
}
