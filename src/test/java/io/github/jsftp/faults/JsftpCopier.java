package io.github.jsftp.faults;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.Connections;
import java.io.IOException;

/** The library. */
final class JsftpCopier implements Copier {
  private static final int RETRIES = 3; // so that a line that is gone for good does not take long

  private final Connection sftp;
  private final Mode mode;

  static JsftpCopier connect(Setup setup) throws IOException {
    var options =
        Connections.options(setup.server(), setup.port())
            .timeout(Trial.PATIENCE)
            .connectTimeout(setup.timeout().multipliedBy(3))
            .reconnect(setup.mode().reconnects());
    var sftp = Connection.connect(options.build());
    sftp.timeout(setup.timeout()); // a busy machine may need longer to connect
    return new JsftpCopier(sftp, setup.mode());
  }

  private JsftpCopier(Connection sftp, Mode mode) {
    this.sftp = sftp;
    this.mode = mode;
  }

  @Override
  public int copy(Scene scene) throws IOException {
    var options = options(scene.deed());
    String file = "/" + Scene.BIG;
    return switch (scene.deed()) {
      case GET ->
          sftp.get(scene.source() + file, scene.target().resolve(Scene.BIG), options).attempts();
      case PUT ->
          sftp.put(scene.source().resolve(Scene.BIG), scene.target() + file, options).attempts();
      case GET_TREE, GET_MIRROR ->
          sftp.getR(scene.source().toString(), scene.target(), options).attempts();
      case PUT_TREE, PUT_MIRROR ->
          sftp.putR(scene.source(), scene.target().toString(), options).attempts();
    };
  }

  private TransferOptions options(Deed deed) {
    var options = TransferOptions.builder().resume(mode.resumes()).retries(RETRIES);
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
