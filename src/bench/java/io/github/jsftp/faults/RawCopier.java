package io.github.jsftp.faults;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import io.github.jsftp.testing.RawJsch;

/** JSch's {@code ChannelSftp}, used as its examples use it, with keep-alives for a mute line. */
final class RawCopier implements Copier {
  private final Session session;
  private final ChannelSftp sftp;

  static RawCopier connect(Setup setup) throws JSchException {
    Session session = RawJsch.connect(setup.server(), setup.port());
    session.setServerAliveInterval((int) setup.timeout().toMillis());
    session.setServerAliveCountMax(1);
    return new RawCopier(session, RawJsch.sftp(session));
  }

  private RawCopier(Session session, ChannelSftp sftp) {
    this.session = session;
    this.sftp = sftp;
  }

  @Override
  public int copy(CopyFixture fixture) throws SftpException {
    String from = fixture.source() + "/" + CopyFixture.BIG;
    String to = fixture.target() + "/" + CopyFixture.BIG;
    if (fixture.copyKind().downloads()) {
      sftp.get(from, to);
    } else {
      sftp.put(from, to, ChannelSftp.OVERWRITE);
    }
    return 1;
  }

  @Override
  public void close() {
    session.disconnect();
  }
}
