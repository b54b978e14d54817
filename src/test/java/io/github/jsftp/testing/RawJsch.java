package io.github.jsftp.testing;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Plain JSch, as a second opinion on what a server does. */
public final class RawJsch {
  private RawJsch() {}

  /** Logs in with the key. */
  static Session connect(TestServer server) throws JSchException {
    return connect(server, server.port());
  }

  /** Logs in with the key, through another port that leads to the server. */
  public static Session connect(TestServer server, int port) throws JSchException {
    var jsch = new JSch();
    jsch.addIdentity(server.privateKey().toString());
    jsch.setKnownHosts(server.knownHosts().toString());
    Session session = jsch.getSession(server.username(), server.host(), port);
    if (port != server.port()) {
      session.setConfig("StrictHostKeyChecking", "no");
    }
    return started(session, "publickey");
  }

  /** Logs in with a password, without looking at the host key. */
  static Session connect(int port, String username, String password) throws JSchException {
    Session session = new JSch().getSession(username, "127.0.0.1", port);
    session.setConfig("StrictHostKeyChecking", "no");
    session.setPassword(password.getBytes(StandardCharsets.UTF_8));
    return started(session, "password");
  }

  private static Session started(Session session, String method) throws JSchException {
    session.setConfig("PreferredAuthentications", method);
    session.setDaemonThread(true);
    session.connect(10_000);
    return session;
  }

  public static ChannelSftp sftp(Session session) throws JSchException {
    var channel = (ChannelSftp) session.openChannel("sftp");
    channel.connect(10_000);
    return channel;
  }

  record Ran(int status, String out, String err) {}

  static Ran exec(Session session, String command) throws JSchException, IOException {
    var channel = (ChannelExec) session.openChannel("exec");
    channel.setCommand(command);
    channel.setInputStream(null);
    var err = new ByteArrayOutputStream();
    channel.setErrStream(err);
    var out = channel.getInputStream();
    channel.connect(10_000);
    String text = new String(out.readAllBytes(), StandardCharsets.UTF_8);
    Eventually.until("end of " + command, channel::isClosed);
    channel.disconnect();
    return new Ran(channel.getExitStatus(), text, err.toString(StandardCharsets.UTF_8));
  }
}
