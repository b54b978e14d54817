package io.github.jsftp.bench;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Raw JSch: one {@code ChannelSftp}. */
final class JschPeer implements Peer {
  /** As many as its window of 2 MiB can use, and more for uploads. */
  private static final int TUNED_REQUESTS = 128;

  private static final int DEFAULT_REQUESTS = 16;

  private final Session session;
  private final ChannelSftp sftp;

  JschPeer(Session session, ChannelSftp sftp) {
    this.session = session;
    this.sftp = sftp;
  }

  static Peer connect(Login login, int port) throws IOException {
    return connect(login, port, DEFAULT_REQUESTS);
  }

  static Peer connectTuned(Login login, int port) throws IOException {
    return connect(login, port, TUNED_REQUESTS);
  }

  private static Peer connect(Login login, int port, int requests) throws IOException {
    try {
      Session session = session(login, port);
      return new JschPeer(session, channel(session, requests));
    } catch (JSchException e) {
      throw new IOException(e);
    }
  }

  static Session session(Login login, int port) throws JSchException {
    var jsch = new JSch();
    jsch.addIdentity(login.privateKey().toString());
    jsch.setKnownHosts(login.knownHosts().toString());
    Session session = jsch.getSession(login.username(), login.host(), port);
    session.setHostKeyAlias(Login.ALIAS);
    session.setConfig("server_host_key", Login.HOST_KEY_TYPE);
    session.setConfig("PreferredAuthentications", "publickey");
    session.setConfig("cipher.c2s", login.cipher());
    session.setConfig("cipher.s2c", login.cipher());
    session.connect();
    return session;
  }

  private static ChannelSftp channel(Session session, int requests) throws JSchException {
    var channel = (ChannelSftp) session.openChannel("sftp");
    if (requests != DEFAULT_REQUESTS) {
      channel.setBulkRequests(requests);
    }
    channel.connect();
    return channel;
  }

  static ChannelSftp channel(Session session) throws JSchException {
    return channel(session, DEFAULT_REQUESTS);
  }

  /** Opens a channel for parts of big files. */
  static ChannelSftp channelForParts(Session session) throws JSchException {
    return channel(session, TUNED_REQUESTS);
  }

  /** Creates an empty file. */
  void create(String file) throws SftpException {
    sftp.put(new ByteArrayInputStream(new byte[0]), file);
  }

  @Override
  public void get(String remote, Path local) throws IOException {
    try {
      sftp.get(remote, local.toString());
    } catch (SftpException e) {
      throw new IOException(remote, e);
    }
  }

  @Override
  public void put(Path local, String remote) throws IOException {
    try {
      sftp.put(local.toString(), remote);
    } catch (SftpException e) {
      throw new IOException(remote, e);
    }
  }

  @Override
  public void mkdir(String dir) throws IOException {
    try {
      sftp.mkdir(dir);
    } catch (SftpException e) {
      throw new IOException(dir, e);
    }
  }

  @Override
  public void list(String dir, Consumer<Entry> each) throws IOException {
    try {
      list(sftp, dir, each);
    } catch (SftpException e) {
      throw new IOException(dir, e);
    }
  }

  static void list(ChannelSftp sftp, String dir, Consumer<Entry> each) throws SftpException {
    sftp.ls(
        dir,
        one -> {
          var attributes = one.getAttrs();
          var entry =
              new Entry(
                  one.getFilename(),
                  attributes.isDir(),
                  attributes.getSize(),
                  Integer.toUnsignedLong(attributes.getMTime()));
          if (!entry.isDots()) {
            each.accept(entry);
          }
          return ChannelSftp.LsEntrySelector.CONTINUE;
        });
  }

  @Override
  public long size(String file) throws IOException {
    try {
      return sftp.stat(file).getSize();
    } catch (SftpException e) {
      throw new IOException(file, e);
    }
  }

  @Override
  public void remove(String file) throws IOException {
    try {
      sftp.rm(file);
    } catch (SftpException e) {
      throw new IOException(file, e);
    }
  }

  @Override
  public void close() {
    session.disconnect();
  }
}
