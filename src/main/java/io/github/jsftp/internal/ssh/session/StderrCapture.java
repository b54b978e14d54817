package io.github.jsftp.internal.ssh.session;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/** The first 1,024 bytes of a channel's error output. */
final class StderrCapture extends OutputStream {
  private static final int MAX_BYTES = 1024;

  private final byte[] bytes = new byte[MAX_BYTES];
  private int length;

  @Override
  public synchronized void write(int b) {
    if (length < MAX_BYTES) {
      bytes[length] = (byte) b;
      length++;
    }
  }

  /** Returns the text received so far. */
  synchronized String text() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
