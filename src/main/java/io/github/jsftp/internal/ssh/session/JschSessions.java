package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.auth.LoginAnswers;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import io.github.jsftp.internal.ssh.log.JschLog;
import java.io.IOException;

/** Configures JSch's sessions. */
final class JschSessions {
  private JschSessions() {}

  /** Creates a session that is not connected yet. */
  static Session create(
      SessionSettings settings,
      JschLog log,
      MonitoredStream stream,
      HostKeyCheck hostKey,
      OfferedKeys offered,
      LoginAnswers answers)
      throws IOException {
    ConnectionOptions options = settings.options();
    try {
      var jsch = new JSch();
      jsch.setInstanceLogger(log);
      Session session = jsch.getSession(options.username(), options.host(), options.port());
      session.setLogger(log);
      session.setProxy(stream);
      session.setDaemonThread(true);
      session.setHostKeyRepository(hostKey);
      session.setUserInfo(answers);
      session.setConfig("StrictHostKeyChecking", "yes");
      session.setConfig("HashKnownHosts", "no");
      session.setConfig("prefer_known_host_key_types", "no"); // HostKeyCheck has ordered them
      session.setConfig("host_certificate_to_key_fallback", "yes"); // it also checks certificates
      session.setConfig("PreferredAuthentications", answers.methods(offered.size()));
      hostKey.beginAttempt();
      boolean hasHostKeyAlgorithm = settings.algorithms().applyTo(session, hostKey::offered);
      offered.applyTo(session, log, answers);
      if (!hasHostKeyAlgorithm) {
        throw hostKey.nothingToOffer();
      }
      stream.onReceived(hostKey::received);
      return session;
    } catch (JSchException e) {
      throw settings.failures().connection("connect", null, String.valueOf(e.getMessage()), e);
    }
  }
}
