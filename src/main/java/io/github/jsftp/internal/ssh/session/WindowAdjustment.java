package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Buffer;
import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.Session;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * The message by which a client allows the server to send more on a channel, with the members of
 * JSch that send it.
 */
record WindowAdjustment(Constructor<?> packet, Method write, Method recipient) {
  private static final byte SSH_MSG_CHANNEL_WINDOW_ADJUST = 93;

  /** JSch fills in the length of the packet and of its padding. */
  private static final int HEADER_BYTES = 5;

  private static final int BUFFER_BYTES = 256;

  /** Returns the message, or null if JSch's members are not accessible. */
  static @Nullable WindowAdjustment find() {
    try {
      Class<?> type = Class.forName(JSch.class.getPackageName() + ".Packet");
      var found =
          new WindowAdjustment(
              type.getDeclaredConstructor(Buffer.class),
              Session.class.getDeclaredMethod("write", type),
              Channel.class.getDeclaredMethod("getRecipient"));
      return open(found.packet) && open(found.write) && open(found.recipient) ? found : null;
    } catch (ReflectiveOperationException e) {
      return null;
    }
  }

  private static boolean open(AccessibleObject member) {
    return member.trySetAccessible();
  }

  /** Sends the message unless the channel is closed. */
  void send(Channel channel, int bytes) {
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
