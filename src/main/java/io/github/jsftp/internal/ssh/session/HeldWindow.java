package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Buffer;
import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * A receive window that JSch does not reopen, but the reader of what has come. JSch has no methods
 * for that, so its members are accessed by reflection. If they are not accessible, as for modules,
 * JSch reopens the window as soon as it has passed on the bytes.
 *
 * @param current the field with what the server may still send
 */
public record HeldWindow(Field current, Constructor<?> packet, Method write, Method recipient) {
  private static final byte SSH_MSG_CHANNEL_WINDOW_ADJUST = 93;

  /** JSch fills in the length of the packet and of its padding. */
  private static final int HEADER_BYTES = 5;

  private static final int BUFFER_BYTES = 256;
  private static final @Nullable HeldWindow FOUND = find();

  private static @Nullable HeldWindow find() {
    try {
      Class<?> type = Class.forName(JSch.class.getPackageName() + ".Packet");
      var found =
          new HeldWindow(
              Channel.class.getDeclaredField("lwsize"),
              type.getDeclaredConstructor(Buffer.class),
              Session.class.getDeclaredMethod("write", type),
              Channel.class.getDeclaredMethod("getRecipient"));
      return found.current.getType() == int.class
              && found.current.trySetAccessible()
              && found.packet.trySetAccessible()
              && found.write.trySetAccessible()
              && found.recipient.trySetAccessible()
          ? found
          : null;
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  /** Returns the way to hold windows, or null if there is none. */
  public static @Nullable HeldWindow found() {
    return FOUND;
  }

  /** Keeps JSch from reopening the window after the bytes that it passes on at present. */
  public void hold(Channel channel) {
    try {
      current.setInt(channel, channel.getLocalWindowSizeMax());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Allows the server to send as many bytes more, unless the channel is closed. May block. */
  public void reopen(Channel channel, int bytes) {
    try {
      var buffer = new Buffer(BUFFER_BYTES);
      Object message = packet.newInstance(buffer);
      buffer.putByte(new byte[HEADER_BYTES]);
      buffer.putByte(SSH_MSG_CHANNEL_WINDOW_ADJUST);
      buffer.putInt((int) recipient.invoke(channel));
      buffer.putInt(bytes);
      synchronized (channel) {
        if (!channel.isClosed()) {
          write.invoke(channel.getSession(), message);
        }
      }
    } catch (InvocationTargetException e) {
      // The session is lost, which its thread detects.
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
