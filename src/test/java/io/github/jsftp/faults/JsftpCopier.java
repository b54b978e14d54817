package io.github.jsftp.faults;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.Connections;
import java.io.IOException;

/** The library. */
final class JsftpCopier implements Copier {
  private static final int RETRIES = 3; // so that a connection lost for good fails soon

  private final Connection sftp;
  private final CopyMode mode;

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

  private JsftpCopier(Connection sftp, CopyMode mode) {
    this.sftp = sftp;
    this.mode = mode;
  }

  @Override
  public int copy(CopyFixture fixture) throws IOException {
    var options = options(fixture.copyKind());
    String file = "/" + CopyFixture.BIG;
    return switch (fixture.copyKind()) {
      case GET ->
          sftp.get(fixture.source() + file, fixture.target().resolve(CopyFixture.BIG), options)
              .attempts();
      case PUT ->
          sftp.put(fixture.source().resolve(CopyFixture.BIG), fixture.target() + file, options)
              .attempts();
      case GET_TREE, GET_MIRROR ->
          sftp.getR(fixture.source().toString(), fixture.target(), options).attempts();
      case PUT_TREE, PUT_MIRROR ->
          sftp.putR(fixture.source(), fixture.target().toString(), options).attempts();
    };
  }

  private TransferOptions options(CopyKind copyKind) {
    var options = TransferOptions.builder().resume(mode.resumes()).retries(RETRIES);
    if (copyKind.mirrors()) {
      options.existing(Existing.UPDATE).deleteExtraneous(true);
    }
    return options.build();
  }

  @Override
  public void close() {
    sftp.close();
  }
}
