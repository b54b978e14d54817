package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.ChannelDirectTCPIP;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.route.ByteStream;
import io.github.jsftp.internal.ssh.route.PipedStream;
import io.github.jsftp.internal.ssh.route.Route;
import io.github.jsftp.internal.ssh.route.RouteException;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A channel of a session with a jump host, which opens a TCP connection to the server. No local
 * port is opened for it, as others on this machine could connect to that.
 */
final class JumpRoute implements Route {
  /** The timeout for JSch, which never expires, since the caller aborts earlier. */
  private static final Duration NO_LIMIT = Duration.ofDays(24);

  /** The window of OpenSSH's own connections through a jump host. */
  private static final int WINDOW = 2 << 20;

  private static final int PROHIBITED = 1;
  private static final int CONNECT_FAILED = 2;

  private final SshSession jump;
  private final String jumpHost;
  private final JschLog log;
  private @Nullable ChannelDirectTCPIP requested;
  private @Nullable PipedStream stream;

  /**
   * Prepares a stream.
   *
   * @param jumpHost user, name and port of the jump host, for messages
   */
  JumpRoute(SshSession jump, String jumpHost, JschLog log) {
    this.jump = jump;
    this.jumpHost = jumpHost;
    this.log = log;
  }

  @Override
  public ByteStream connect(String host, int port) throws IOException {
    log.enter(ConnectPhase.TCP, "waiting for the jump host " + jumpHost + " to connect");
    try {
      ChannelDirectTCPIP channel =
          jump.channel(
              ChannelDirectTCPIP.class,
              "direct-tcpip",
              created -> prepare(created, host, port),
              opened -> {},
              NO_LIMIT);
      PipedStream prepared = stream;
      if (prepared == null || !channel.isConnected()) {
        throw refused(host, port, 0);
      }
      return prepared;
    } catch (Transport.Refused e) {
      ChannelDirectTCPIP channel = requested;
      throw refused(host, port, channel == null ? 0 : channel.getExitStatus());
    }
  }

  private void prepare(ChannelDirectTCPIP channel, String host, int port) {
    channel.setHost(host);
    channel.setPort(port);
    ReceiveWindow.widen(channel, WINDOW);
    var prepared =
        new PipedStream(
            new ChannelOutput(channel), () -> jump.execute(channel::disconnect), this::whyEnded);
    channel.setOutputStream(prepared.received());
    requested = channel;
    stream = prepared;
  }

  private @Nullable IOException whyEnded() {
    Throwable why = jump.whyLost();
    return why == null
        ? null
        : new RouteException(
            "the connection to the jump host " + jumpHost + " was lost: " + why.getMessage(), why);
  }

  /** Returns the failure for a refused channel. JSch drops the text that the server sends. */
  private RouteException refused(String host, int port, int reason) {
    String target = Printable.hostAndPort(host, port);
    return new RouteException(
        "the jump host "
            + jumpHost
            + switch (reason) {
              case PROHIBITED ->
                  " does not allow connections to "
                      + target
                      + "; AllowTcpForwarding and PermitOpen in its sshd_config decide that";
              case CONNECT_FAILED -> " can't connect to " + target;
              default -> " opens no connection to " + target;
            },
        null);
  }

  @Override
  public void abort(IOException reason) {
    jump.abort(reason);
  }

  /** The output of a channel. JSch creates its own stream only for a connected channel. */
  private static final class ChannelOutput extends OutputStream {
    private final ChannelDirectTCPIP channel;
    private @Nullable OutputStream out;

    ChannelOutput(ChannelDirectTCPIP channel) {
      this.channel = channel;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      if (channel.isClosed()) {
        throw new IOException("the jump host has closed the connection");
      }
      if (out == null) {
        out = channel.getOutputStream();
      }
      out.write(bytes, offset, length);
    }

    @Override
    public void flush() throws IOException {
      if (out != null) {
        out.flush();
      }
    }
  }
}
