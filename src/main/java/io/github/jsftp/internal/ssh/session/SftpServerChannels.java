package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSchException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.session.ChannelSpec.SessionChoice;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Describes the channels to the SFTP server, which is a subsystem or a command. */
final class SftpServerChannels {
  private static final String USUAL = "sftp";

  private final String subsystem;
  private final @Nullable String command;

  SftpServerChannels(ConnectionOptions options) {
    subsystem = options.subsystem();
    command = options.sftpServer().orElse(null);
  }

  /** Returns true if the SFTP server is the subsystem "sftp". */
  boolean isUsual() {
    return command == null && subsystem.equals(USUAL);
  }

  /**
   * Returns a channel on which no SFTP version has been exchanged yet.
   *
   * @param replies receives the server's bytes
   * @param errors receives its error output
   * @param requested is called once the subsystem or the command was requested
   */
  ChannelSpec<Channel> channel(
      SessionChoice choice,
      OutputStream replies,
      StderrCapture errors,
      Consumer<Channel> requested) {
    return new ChannelSpec<>(
        Channel.class,
        command == null ? "subsystem" : "exec",
        choice,
        created -> {
          if (created instanceof ChannelExec exec && command != null) {
            exec.setCommand(command.getBytes(StandardCharsets.UTF_8));
            exec.setErrStream(errors);
          } else if (created instanceof ChannelSubsystem sub) {
            sub.setSubsystem(subsystem);
            sub.setErrStream(errors);
          }
          created.setOutputStream(replies);
          ReceiveWindow.widen(created);
        },
        requested);
  }

  /**
   * Returns a {@link ChannelSftp} whose bytes are to be redirected: its packets are twice as large
   * as those of other JSch channels. After the version exchange JSch sends requests only if it is
   * asked to.
   */
  ChannelSpec<ChannelSftp> channelSftp() {
    return new ChannelSpec<>(
        ChannelSftp.class,
        USUAL,
        SessionChoice.LEAST_BUSY,
        created -> {
          shrinkPipe(created);
          ReceiveWindow.widen(created);
        });
  }

  /** Minimizes JSch's own buffer, which is not used. */
  private static void shrinkPipe(ChannelSftp created) {
    try {
      created.setBulkRequests(1);
    } catch (JSchException e) {
      throw new IllegalStateException(e);
    }
  }
}
