package io.github.jsftp.bench;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.TransferOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** jsftp with its defaults: through temporary files, sizes verified. */
final class JsftpPeer implements Peer {
  private static final TransferOptions MIRROR =
      TransferOptions.builder()
          .existing(TransferOptions.Existing.UPDATE)
          .deleteExtraneous(true)
          .build();

  private final Connection sftp;

  private JsftpPeer(Connection sftp) {
    this.sftp = sftp;
  }

  static Peer connect(Login login, int port) throws IOException {
    return new JsftpPeer(
        Connection.connect(
            ConnectionOptions.builder(login.host())
                .port(port)
                .username(login.username())
                .privateKey(login.privateKey())
                .hostKeys(HostKeys.fingerprint(login.fingerprint()))
                .hostKeyAlgorithms(Login.HOST_KEY_TYPE)
                .ciphers(login.cipher())
                .build()));
  }

  @Override
  public void get(String remote, Path local) throws IOException {
    sftp.get(remote, local);
  }

  @Override
  public void put(Path local, String remote) throws IOException {
    sftp.put(local, remote);
  }

  @Override
  public void getTree(String remote, Path local) throws IOException {
    sftp.getR(remote, local);
  }

  @Override
  public void putTree(Path local, String remote) throws IOException {
    sftp.putR(local, remote);
  }

  @Override
  public void mkdir(String dir) throws IOException {
    sftp.mkdir(dir);
  }

  @Override
  public void list(String dir, Consumer<Entry> each) throws IOException {
    try (var entries = sftp.list(dir)) {
      entries
          .map(
              one ->
                  new Entry(one.name(), one.isDir(), one.size(), one.modified().getEpochSecond()))
          .forEach(each);
    }
  }

  @Override
  public long size(String file) throws IOException {
    return sftp.stat(file).size();
  }

  @Override
  public void remove(String file) throws IOException {
    sftp.remove(file);
  }

  @Override
  public void removeAll(List<String> files) throws IOException {
    sftp.removeAll(files);
  }

  @Override
  public long mirror(Path local, String remote) throws IOException {
    var result = sftp.putR(local, remote, MIRROR);
    if (result.transferred() > 0 || result.deleted() > 0) {
      throw new IOException("the mirror was not up to date: " + result);
    }
    return result.skipped();
  }

  @Override
  public void close() {
    sftp.close();
  }
}
