package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSchException;

/**
 * Widens the receive window of a channel, so that the server can send more before it must wait for
 * an acknowledgement. A server sends only what was requested, so a larger window needs no memory.
 */
final class ReceiveWindow {
  /**
   * JSch reopens the window once half of it is used. Half of it, the amount per round trip, is what
   * all requests of a channel ask for together.
   */
  private static final int BYTES = 8 << 20;

  private ReceiveWindow() {}

  /** Widens the window of a channel that is not connected yet. */
  static void widen(Channel channel) {
    widen(channel, BYTES);
  }

  /** Sets the window of a channel that is not connected yet. */
  static void widen(Channel channel, int bytes) {
    try {
      channel.setLocalWindowSizeMax(bytes);
    } catch (JSchException e) {
      throw new IllegalStateException(e);
    }
  }
}
