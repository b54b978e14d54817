package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.SftpException;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.Failures;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns the exceptions that JSch throws while opening a channel on a working session into
 * exceptions with a clear message.
 */
final class ChannelErrorMapper {
  private static final Pattern TOO_LONG = Pattern.compile("Received message is too long: (-?\\d+)");
  private static final int REQUEST_AND_TYPE = 5;

  private ChannelErrorMapper() {}

  /**
   * Returns the exception for a failure reported by JSch.
   *
   * @param isCommand true if the channel is for a command of the user, false if for SFTP
   */
  static IOException of(
      JSchException e, Channel channel, boolean isCommand, Duration limit, Failures failures) {
    String message = String.valueOf(e.getMessage());
    if (message.equals("channel is not opened.") && channel.getExitStatus() >= 0) {
      return new Transport.Refused("the server grants no further channel", e);
    }
    if (message.equals("channel is not opened.") || message.equals("channel request: timeout")) {
      return failures.timedOut("connect", null, limit);
    }
    if (message.equals("failed to send channel request")) {
      return isCommand
          ? failures.unsupported("execute", null, "running commands")
          : failures.connection("connect", null, noSftpServer(channel), e);
    }
    String text = textBeforeSftp(e.getCause());
    if (text != null) {
      return failures.connection(
          "connect",
          null,
          "the server sends text instead of SFTP, beginning with '"
              + text
              + "'; it is printed by a shell start-up file or a forced command",
          e);
    }
    return failures.connection(
        "connect",
        null,
        "the server ended SFTP before it began; common causes are a forced command or a missing"
            + " sftp-server",
        e);
  }

  private static String noSftpServer(Channel channel) {
    return channel instanceof ChannelExec
        ? "the server does not run the command of sftpServer(..)"
        : "the server has no SFTP subsystem; if it has the program,"
            + " sftpServer(\"/usr/lib/openssh/sftp-server\") starts it";
  }

  /**
   * Returns the text that JSch has taken for the length field of the first SFTP packet, or null if
   * the failure is another. JSch reports the length less the request id and type.
   */
  private static @Nullable String textBeforeSftp(@Nullable Throwable cause) {
    if (!(cause instanceof SftpException)) {
      return null;
    }
    Matcher tooLong = TOO_LONG.matcher(String.valueOf(cause.getMessage()));
    if (!tooLong.find()) {
      return null;
    }
    int length = (int) (Long.parseLong(tooLong.group(1)) + REQUEST_AND_TYPE);
    byte[] bytes = ByteBuffer.allocate(Integer.BYTES).putInt(length).array();
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
