package io.github.jsftp.faults;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Inbox;
import io.github.jsftp.InboxReport;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.Connections;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;

/** The library. */
final class JsftpCopier implements Copier {
  private static final int RETRIES = 3; // so that a connection lost for good fails soon

  private final Connection sftp;
  private final Connection target; // the same one unless the copy is between servers
  private final CopyMode mode;

  static JsftpCopier connect(Setup setup) throws IOException {
    var options =
        Connections.options(setup.server(), setup.port())
            .timeout(Trial.PATIENCE)
            .connectTimeout(setup.timeout().multipliedBy(3))
            .reconnect(setup.mode().reconnects());
    var sftp = connect(setup, options.build());
    return new JsftpCopier(
        sftp,
        setup.kind().isBetweenServers() ? connect(setup, options.build()) : sftp,
        setup.mode());
  }

  private static Connection connect(Setup setup, ConnectionOptions options) throws IOException {
    var sftp = Connection.connect(options);
    sftp.timeout(setup.timeout()); // a busy machine may need longer to connect
    return sftp;
  }

  private JsftpCopier(Connection sftp, Connection target, CopyMode mode) {
    this.sftp = sftp;
    this.target = target;
    this.mode = mode;
  }

  @Override
  public int copy(CopyFixture fixture) throws IOException {
    var options = options(fixture.copyKind());
    String file = "/" + CopyFixture.BIG;
    return switch (fixture.copyKind()) {
      case GET, GET_MOVE ->
          sftp.get(fixture.source() + file, fixture.target().resolve(CopyFixture.BIG), options)
              .attempts();
      case PUT, PUT_MOVE ->
          sftp.put(fixture.source().resolve(CopyFixture.BIG), fixture.target() + file, options)
              .attempts();
      case GET_TREE, GET_MIRROR, GET_TREE_MOVE ->
          sftp.getR(fixture.source().toString(), fixture.target(), options).attempts();
      case PUT_TREE, PUT_MIRROR, PUT_TREE_MOVE ->
          sftp.putR(fixture.source(), fixture.target().toString(), options).attempts();
      case COPY_TO ->
          sftp.copyTo(fixture.source() + file, target, fixture.target() + file, options).attempts();
      case COPY_TO_TREE, COPY_TO_MIRROR ->
          sftp.copyToR(fixture.source().toString(), target, fixture.target().toString(), options)
              .attempts();
      case GET_ALL, GET_ALL_MOVE ->
          sftp.getAll(
                  fixture.sourceFiles().stream().map(Path::toString).toList(),
                  fixture.target(),
                  options)
              .attempts();
      case PUT_ALL, PUT_ALL_MOVE ->
          sftp.putAll(fixture.sourceFiles(), fixture.target().toString(), options).attempts();
      case INBOX -> poll(fixture);
    };
  }

  private int poll(CopyFixture fixture) throws IOException {
    Inbox inbox =
        Inbox.of(sftp, fixture.source().toString())
            .unchangedFor(Duration.ZERO)
            .journal(fixture.journal())
            .handler((info, file) -> fixture.handle(info.name(), file))
            .archive(CopyFixture.ARCHIVE)
            .build();
    InboxReport report;
    do { // a file that changes while it is copied waits
      report = inbox.poll();
      report.repeated().forEach(fixture::repeated);
      if (!report.failures().isEmpty()) {
        throw report.failures().get(0).failure().orElseThrow();
      }
    } while (report.waiting() > 0);
    return 1;
  }

  private TransferOptions options(CopyKind copyKind) {
    var options = TransferOptions.builder().resume(mode.resumes()).retries(RETRIES);
    if (copyKind.mirrors()) {
      options.existing(Existing.UPDATE).deleteExtraneous(true);
    }
    return options.removeSource(copyKind.moves()).build();
  }

  @Override
  public void close() {
    sftp.close();
    target.close();
  }
}
