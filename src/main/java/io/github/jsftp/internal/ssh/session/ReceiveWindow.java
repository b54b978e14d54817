package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Widens the receive window of a channel, so that the server can send more before it must wait for
 * an acknowledgement. JSch has no setter for this, so its fields are set by reflection. If they are
 * not accessible, as for modules, the channel keeps JSch's window and is slower over a connection
 * with a long round trip.
 *
 * <p>A server sends only what was requested, so a larger window needs no memory.
 */
final class ReceiveWindow {
  /**
   * JSch reopens the window once half of it is used. Half of it, the amount per round trip, is what
   * all requests of a channel ask for together.
   */
  private static final int BYTES = 8 << 20;

  private static final @Nullable Field MAXIMUM = field("lwsize_max");
  private static final @Nullable Field CURRENT = field("lwsize");

  private ReceiveWindow() {}

  /**
   * Widens the window of a channel that is not connected yet. Returns true if that was possible.
   */
  static boolean widen(Channel channel) {
    return widen(channel, BYTES);
  }

  /** Sets the window of a channel that is not connected yet. Returns true if that was possible. */
  static boolean widen(Channel channel, int bytes) {
    Field maximum = MAXIMUM;
    Field current = CURRENT;
    if (maximum == null || current == null) {
      return false;
    }
    try {
      maximum.setInt(channel, bytes);
      current.setInt(channel, bytes);
      return true;
    } catch (IllegalAccessException | IllegalArgumentException e) {
      return false;
    }
  }

  private static @Nullable Field field(String name) {
    try {
      Field field = Channel.class.getDeclaredField(name);
      return field.getType() == int.class && field.trySetAccessible() ? field : null;
    } catch (NoSuchFieldException e) {
      return null;
    }
  }
}
