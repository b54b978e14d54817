package io.github.jsftp.faults;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.Client;
import java.io.IOException;

/** The library. */
final class JsftpCopier implements Copier {
  private final Connection sftp;
  private final Mode mode;

  static JsftpCopier connect(Setup setup) throws IOException {
    var options = Client.options(setup.server(), setup.port()).timeout(setup.timeout());
    return new JsftpCopier(Connection.connect(options.build()), setup.mode());
  }

  private JsftpCopier(Connection sftp, Mode mode) {
    this.sftp = sftp;
    this.mode = mode;
  }

  @Override
  public void copy(Scene scene) throws IOException {
    var options = options(scene.deed());
    String file = "/" + Scene.BIG;
    switch (scene.deed()) {
      case GET -> sftp.get(scene.source() + file, scene.target().resolve(Scene.BIG), options);
      case PUT -> sftp.put(scene.source().resolve(Scene.BIG), scene.target() + file, options);
      case GET_TREE, GET_MIRROR -> sftp.getR(scene.source().toString(), scene.target(), options);
      case PUT_TREE, PUT_MIRROR -> sftp.putR(scene.source(), scene.target().toString(), options);
    }
  }

  private TransferOptions options(Deed deed) {
    var options = TransferOptions.builder().resume(mode.resumes());
    if (deed.mirrors()) {
      options.existing(Existing.UPDATE).deleteExtraneous(true);
    }
    return options.build();
  }

  @Override
  public void close() {
    sftp.close();
  }
}
