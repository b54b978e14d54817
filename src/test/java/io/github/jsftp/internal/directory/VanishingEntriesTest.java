package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.DirectoryHandle;
import org.apache.sshd.sftp.server.SftpFileSystemAccessor;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.apache.sshd.sftp.server.SftpSubsystemProxy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Entries that are deleted or renamed while their directory is listed. Apache MINA then refuses to
 * read on, as if the directory did not exist.
 */
@LeakCheck
@Timeout(300)
class VanishingEntriesTest {
  private static final int NO_SUCH_FILE = 2;

  @TempDir Path directory;

  @Test
  void areLeftOutOnMina() throws IOException {
    Files.writeString(directory.resolve("kept"), "kept");
    Files.writeString(directory.resolve("vanishing"), "vanishing");
    try (var server = MinaServer.start(VanishingEntriesTest::deleteWhatVanishes);
        var sftp = Connection.connect(Connections.options(server).build())) {
      assertThat(sftp.listdir(directory.toString())).containsExactly("kept");
    }
  }

  private static void deleteWhatVanishes(SshServer server) {
    var sftp = (SftpSubsystemFactory) server.getSubsystemFactories().get(0);
    sftp.setFileSystemAccessor(new DeletesListedFiles());
  }

  /** Deletes files of one name after the stream has returned them. */
  private static final class DeletesListedFiles implements SftpFileSystemAccessor {
    @Override
    public DirectoryStream<Path> openDirectory(
        SftpSubsystemProxy subsystem,
        DirectoryHandle handle,
        Path dir,
        String name,
        LinkOption... options)
        throws IOException {
      try (Stream<Path> paths = Files.list(dir)) {
        return new Vanishing(paths.toList());
      }
    }
  }

  private record Vanishing(List<Path> paths) implements DirectoryStream<Path> {
    @Override
    public Iterator<Path> iterator() {
      return paths.stream().peek(Vanishing::vanish).iterator();
    }

    private static void vanish(Path path) {
      try {
        if (path.endsWith("vanishing")) {
          Files.deleteIfExists(path);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() {}
  }

  @Test
  void areForgottenIfTheListingHadReturnedThem() throws IOException {
    ScriptedSftp script = refusingTheThirdReply();
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThat(sftp.listdir("/top")).hasSize(250).doesNotHaveDuplicates();
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  @Test
  void failAStreamThatHasReturnedEntries() throws IOException {
    ScriptedSftp script = refusingTheThirdReply();
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      try (Stream<FileInfo> entries = sftp.list("/top")) {
        assertThatThrownBy(entries::count)
            .isInstanceOf(UncheckedIOException.class)
            .hasCauseInstanceOf(NoSuchPathException.class);
      }
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  private static ScriptedSftp refusingTheThirdReply() {
    var script = new ScriptedSftp();
    for (int i = 0; i < 250; i++) { // three replies
      script.file("/top/" + i, "text");
    }
    script.on(SftpType.READDIR, 3, HostileReplies.status(NO_SUCH_FILE, "no such file"));
    return script;
  }

  @Test
  void failTheCallIfTheServerNeverReadsOn() throws IOException {
    var script = new ScriptedSftp().file("/top/a", "a");
    script.onEvery(SftpType.READDIR, HostileReplies.status(NO_SUCH_FILE, "no such file"));
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThatThrownBy(() -> sftp.listdir("/top"))
          .isInstanceOf(NoSuchPathException.class)
          .hasMessageStartingWith("listdir /top: no such file");
      assertThat(script.count(SftpType.OPENDIR)).isEqualTo(1 + 20);
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  @Test
  void mayIncludeTheDirectory() throws IOException {
    var script = new ScriptedSftp().directory("/top");
    script.onEvery(SftpType.READDIR, HostileReplies.status(NO_SUCH_FILE, "no such file"));
    script.on(SftpType.OPENDIR, 2, HostileReplies.status(NO_SUCH_FILE, "no such file"));
    try (var server = HostileServer.start(script);
        var sftp = Connection.connect(Connections.options(server.server()).build())) {
      assertThatThrownBy(() -> sftp.listdir("/top")).isInstanceOf(NoSuchPathException.class);
      assertThat(script.count(SftpType.OPENDIR)).isEqualTo(2);
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }
}
