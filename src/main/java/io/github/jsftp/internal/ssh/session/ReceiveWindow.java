package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * The receive window of a channel: how much the server can send before it must wait for an
 * acknowledgement. JSch has no methods for this, so its members are accessed by reflection. If they
 * are not accessible, as for modules, the channel keeps JSch's window and is slower over a
 * connection with a long round trip, and JSch reopens the window by itself.
 *
 * <p>A server sends only what was requested, so a larger window needs no memory. What a command
 * prints is not requested: its reader reopens the window.
 */
public final class ReceiveWindow {
  /**
   * JSch reopens the window once half of it is used. Half of it, the amount per round trip, is what
   * all requests of a channel ask for together.
   */
  private static final int BYTES = 8 << 20;

  private static final @Nullable Field MAXIMUM = field("lwsize_max");
  private static final @Nullable Field CURRENT = field("lwsize");
  private static final @Nullable WindowAdjustment ADJUSTMENT = WindowAdjustment.find();

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

  /**
   * Keeps JSch from reopening the window when it has passed on the bytes just received. Must be
   * called while it passes them on. Returns false if that is not possible.
   */
  public static boolean hold(Channel channel) {
    Field current = CURRENT;
    if (current == null || ADJUSTMENT == null) {
      return false;
    }
    try {
      current.setInt(channel, channel.getLocalWindowSizeMax());
      return true;
    } catch (IllegalAccessException | IllegalArgumentException e) {
      return false;
    }
  }

  /** Allows the server to send as many bytes more, if JSch was kept from it. May block. */
  public static void reopen(Channel channel, int bytes) {
    WindowAdjustment adjustment = ADJUSTMENT;
    if (adjustment != null) {
      adjustment.send(channel, bytes);
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
