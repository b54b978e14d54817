package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import net.schmizz.sshj.DefaultConfig;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.sftp.FileMode;
import net.schmizz.sshj.sftp.SFTPClient;
import net.schmizz.sshj.xfer.FileSystemFile;

/** sshj: its own copies of files and trees, without attributes. */
final class SshjPeer implements Peer {
  private final SSHClient ssh;
  private final SFTPClient sftp;

  private SshjPeer(SSHClient ssh, SFTPClient sftp) {
    this.ssh = ssh;
    this.sftp = sftp;
  }

  static Peer connect(Login login, int port) throws IOException {
    var config = new DefaultConfig();
    config.setCipherFactories(
        config.getCipherFactories().stream()
            .filter(cipher -> cipher.getName().equals(login.cipher()))
            .toList());
    config.setKeyAlgorithms(
        config.getKeyAlgorithms().stream()
            .filter(algorithm -> algorithm.getName().equals(Login.HOST_KEY_TYPE))
            .toList());
    var ssh = new SSHClient(config);
    ssh.addHostKeyVerifier(login.fingerprint());
    ssh.connect(login.host(), port);
    ssh.authPublickey(login.username(), login.privateKey().toString());
    SFTPClient sftp = ssh.newSFTPClient();
    sftp.getFileTransfer().setPreserveAttributes(false);
    return new SshjPeer(ssh, sftp);
  }

  @Override
  public void get(String remote, Path local) throws IOException {
    sftp.get(remote, new FileSystemFile(local.toFile()));
  }

  @Override
  public void put(Path local, String remote) throws IOException {
    sftp.put(new FileSystemFile(local.toFile()), remote);
  }

  @Override
  public void getTree(String remote, Path local) throws IOException {
    get(remote, local);
  }

  @Override
  public void putTree(Path local, String remote) throws IOException {
    put(local, remote);
  }

  @Override
  public void mkdir(String dir) throws IOException {
    sftp.mkdir(dir);
  }

  @Override
  public void list(String dir, Consumer<Entry> each) throws IOException {
    for (var one : sftp.ls(dir)) {
      var attributes = one.getAttributes();
      each.accept(
          new Entry(
              one.getName(),
              attributes.getType() == FileMode.Type.DIRECTORY,
              attributes.getSize(),
              attributes.getMtime()));
    }
  }

  @Override
  public long size(String file) throws IOException {
    return sftp.stat(file).getSize();
  }

  @Override
  public void remove(String file) throws IOException {
    sftp.rm(file);
  }

  @Override
  public void close() throws IOException {
    sftp.close();
    ssh.disconnect();
  }
}
