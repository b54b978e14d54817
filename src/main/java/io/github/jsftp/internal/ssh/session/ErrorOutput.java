package io.github.jsftp.internal.ssh.session;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The beginning of what a server writes to the error output of a channel. */
final class ErrorOutput extends OutputStream {
  private static final int MOST = 1024;

  private final byte[] bytes = new byte[MOST];
  private int length;

  @Override
  public synchronized void write(int b) {
    if (length < MOST) {
      bytes[length] = (byte) b;
      length++;
    }
  }

  /** Returns what has come so far. */
  synchronized String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
