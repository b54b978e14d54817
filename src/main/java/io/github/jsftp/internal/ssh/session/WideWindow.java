package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import java.lang.reflect.Field;
import org.jspecify.annotations.Nullable;

/**
 * Lets the server send more on a channel before it has to wait for word from here. JSch has a
 * number for that in each channel, but no method to set it. Where Java keeps the fields closed, as
 * it does for modules, a channel stays as JSch makes it: slower over a long line, and no worse.
 *
 * <p>More than was asked for never comes, so no memory is needed for it.
 */
final class WideWindow {
  /**
   * JSch gives room back once half of it is used up, so that half of it goes in a round trip: as
   * much as the requests on a channel ask for.
   */
  private static final int BYTES = 8 << 20;

  private static final @Nullable Field MOST = field("lwsize_max");
  private static final @Nullable Field LEFT = field("lwsize");

  private WideWindow() {}

  /** Widens the window of a channel that is not connected yet; says whether that was possible. */
  static boolean give(Channel channel) {
    Field most = MOST;
    Field left = LEFT;
    if (most == null || left == null) {
      return false;
    }
    try {
      most.setInt(channel, BYTES);
      left.setInt(channel, BYTES);
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
