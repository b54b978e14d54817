package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.keyprovider.FileKeyPairProvider;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;

/** The client of Apache MINA SSHD: its streams for files, trees by hand. */
final class MinaPeer implements Peer {
  private static final SshClient CLIENT = start(); // one for all connections, as it is meant

  private final ClientSession session;
  private final SftpClient sftp;

  private MinaPeer(ClientSession session, SftpClient sftp) {
    this.session = session;
    this.sftp = sftp;
  }

  private static SshClient start() {
    SshClient client = SshClient.setUpDefaultClient();
    CoreModuleProperties.TCP_NODELAY.set(client, true); // as the others do
    client.start();
    return client;
  }

  static Peer connect(Login login, int port) throws IOException {
    CLIENT.setCipherFactoriesNames(login.cipher());
    CLIENT.setServerKeyVerifier(
        (session, address, key) ->
            Objects.equals(KeyUtils.getFingerPrint(key), login.fingerprint()));
    ClientSession session =
        CLIENT.connect(login.username(), login.host(), port).verify().getClientSession();
    var keys = new FileKeyPairProvider(login.privateKey());
    session.addPublicKeyIdentity(keys.loadKeys(session).iterator().next());
    session.auth().verify();
    return new MinaPeer(session, SftpClientFactory.instance().createSftpClient(session));
  }

  @Override
  public void get(String remote, Path local) throws IOException {
    try (var in = sftp.read(remote)) {
      Files.copy(in, local, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  @Override
  public void put(Path local, String remote) throws IOException {
    sftp.put(local, remote);
  }

  @Override
  public void mkdir(String dir) throws IOException {
    sftp.mkdir(dir);
  }

  @Override
  public void list(String dir, Consumer<Entry> each) throws IOException {
    for (var one : sftp.readDir(dir)) {
      var attributes = one.getAttributes();
      var entry =
          new Entry(
              one.getFilename(),
              attributes.isDirectory(),
              attributes.getSize(),
              attributes.getModifyTime().toMillis() / 1000);
      if (!entry.isDots()) {
        each.accept(entry);
      }
    }
  }

  @Override
  public long size(String file) throws IOException {
    return sftp.stat(file).getSize();
  }

  @Override
  public void remove(String file) throws IOException {
    sftp.remove(file);
  }

  @Override
  public void close() throws IOException {
    sftp.close();
    session.close();
  }
}
