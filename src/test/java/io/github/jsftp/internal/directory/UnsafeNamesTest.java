package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.Connection;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.OnError;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server lists names that lead out of their directory, beside safe ones. */
@LeakCheck
@Timeout(300)
class UnsafeNamesTest {
  private static final TransferOptions CONTINUE =
      TransferOptions.builder().onError(OnError.CONTINUE).build();
  private static final TransferOptions MIRROR = CONTINUE.toBuilder().deleteExtraneous(true).build();

  @TempDir Path local;
  private ScriptedSftp script;
  private HostileServer server;

  @BeforeEach
  void start() throws IOException {
    script =
        new ScriptedSftp()
            .file("/tree/a", "1")
            .file("/tree/dir/b", "2")
            .listing(
                "/tree",
                List.of(
                    SftpEntry.file("../evil", 1),
                    SftpEntry.file("a", 1),
                    SftpEntry.file("", 1),
                    SftpEntry.directory("dir")))
            .listing(
                "/tree/dir", List.of(SftpEntry.file("b", 1), SftpEntry.directory("up/\0down")));
    server = HostileServer.start(script);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Connection connect() throws IOException {
    return Connection.connect(Connections.options(server.server()).reconnect(false).build());
  }

  @Test
  void failAloneInATreeThatContinues() throws IOException {
    Path target = Files.createDirectories(local.resolve("in/target"));
    Files.writeString(target.resolve("extraneous"), "stays");
    try (var sftp = connect()) {
      TransferException failure =
          catchThrowableOfType(TransferException.class, () -> sftp.getR("/tree", target, MIRROR));

      TreeResult report = failure.report().orElseThrow();
      assertThat(report.failures())
          .extracting(FileOutcome::path)
          .containsExactly("..?evil", "?", "dir/up??down");
      assertThat(report.failures().get(0).failure().orElseThrow())
          .hasMessageContaining("/tree: ")
          .hasMessageContaining("it lists the unsafe name \"../evil\"");
      assertThat(report.failed()).isEqualTo(3);
      assertThat(report.transferred()).isEqualTo(2);
    }
    assertThat(target.resolve("a")).hasContent("1");
    assertThat(target.resolve("dir/b")).hasContent("2");
    try (var paths = Files.walk(local)) {
      assertThat(paths.filter(Files::isRegularFile)).hasSize(3);
    }
  }

  @Test
  void endATreeThatDoesNotContinue() throws IOException {
    Path target = local.resolve("target");
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.getR("/tree", target))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("it lists the unsafe name");
    }
    assertThat(target.resolve("a")).doesNotExist();
  }

  @Test
  void areReportedByAWalkThatContinues() throws IOException {
    var seen = new ArrayList<String>();
    var failed = new ArrayList<String>();
    try (var sftp = connect()) {
      sftp.walkTree(
          "/tree",
          file -> seen.add(file.path()),
          directory -> seen.add(directory.path()),
          other -> seen.add(other.path()),
          (path, failure) -> failed.add(path));

      assertThat(seen).containsExactly("/tree/a", "/tree/dir", "/tree/dir/b");
      assertThat(failed).containsExactly("/tree/..?evil", "/tree/?", "/tree/dir/up??down");
      assertThatThrownBy(() -> sftp.rmtree("/tree")).hasMessageContaining("unsafe name");
      assertThat(script.count(SftpType.REMOVE)).isZero();
    }
  }

  @Test
  void keepAMirrorFromDeletingTheirSiblings() throws IOException {
    Path source = Files.createDirectories(local.resolve("source"));
    Files.writeString(source.resolve("new"), "3");
    try (var sftp = connect()) {
      TreeResult result = sftp.putR(source, "/tree", MIRROR);

      assertThat(result.transferred()).isEqualTo(1);
      assertThat(result.deleted()).isZero();
      assertThat(result.warnings())
          .singleElement()
          .asString()
          .startsWith("/tree: ")
          .contains("it lists the unsafe name")
          .endsWith("; nothing is deleted");
      assertThat(sftp.readString("/tree/new")).isEqualTo("3");
      assertThat(script.count(SftpType.REMOVE)).isZero();
      assertThat(script.count(SftpType.RMDIR)).isZero();
    }
  }

  @Test
  void failTheWholeDirectoryIfThereAreTooMany() throws IOException {
    script.listing("/tree/dir", 2000, i -> SftpEntry.file("../" + i, 1));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.getR("/tree", local, CONTINUE))
          .isInstanceOfSatisfying(
              TransferException.class,
              e ->
                  assertThat(e.report().orElseThrow().failures())
                      .extracting(FileOutcome::path)
                      .containsExactly("..?evil", "?", "dir"));
    }
  }
}
