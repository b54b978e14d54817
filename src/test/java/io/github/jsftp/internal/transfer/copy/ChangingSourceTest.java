package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.VerificationException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The source changes when the server receives a certain request, so always at the same moment. */
@LeakCheck
@Timeout(300)
class ChangingSourceTest {
  private static final int SIZE = 300_000;

  @TempDir Path local;
  private ScriptedSftp script;
  private HostileServer server;
  private Connection sftp;

  private interface SourceChange {
    void apply() throws IOException;
  }

  @BeforeEach
  void connect() throws IOException {
    script = new ScriptedSftp().file("/tree/f", Trees.bytes(1, SIZE)).file("/old", "old");
    server = HostileServer.start(script);
    sftp = Connection.connect(Connections.options(server.server()).build());
  }

  @AfterEach
  void stop() {
    sftp.close();
    server.close();
  }

  private void at(SftpType type, int n, SourceChange sourceChange) {
    script.on(
        type,
        n,
        (request, channel) -> {
          sourceChange.apply();
          script.usual(request, channel);
        });
  }

  @Test
  void noticesADownloadThatGrows() throws IOException {
    Path target = Files.writeString(local.resolve("f"), "old");
    at(SftpType.READ, 4, () -> script.file("/tree/f", Trees.bytes(1, SIZE + 1)));
    assertThatThrownBy(() -> sftp.get("/tree/f", target))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the source changed while it was copied: was 300000 bytes");
    assertUnchanged(target);
  }

  @Test
  void noticesADownloadThatShrinks() throws IOException {
    Path target = Files.writeString(local.resolve("f"), "old");
    script.maxRead(50_000);
    at(
        SftpType.READ,
        4,
        () -> {
          script.onEvery(SftpType.READ, HostileReplies.status(1, "End of file"));
          script.onEvery(
              SftpType.FSTAT,
              (request, channel) -> channel.attrs(request.id(), SftpEntry.file("f", 120_000)));
        });
    assertThatThrownBy(() -> sftp.get("/tree/f", target)).isInstanceOf(VerificationException.class);
    assertUnchanged(target);
  }

  @Test
  void noticesADownloadThatVanishesBeforeItIsOpened() throws IOException {
    Path target = Files.createDirectory(local.resolve("target"));
    Files.writeString(target.resolve("f"), "old");
    script.on(SftpType.OPEN, 1, HostileReplies.status(2, "No such file"));
    assertThatThrownBy(() -> sftp.getR("/tree", target))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageContaining("getR /tree/f: ");
    assertUnchanged(target.resolve("f"));
  }

  @Test
  void noticesADownloadThatVanishesWhileItIsRead() throws IOException {
    Path target = Files.writeString(local.resolve("f"), "old");
    script.onEvery(SftpType.FSTAT, HostileReplies.status(8, "Operation unsupported"));
    at(
        SftpType.READ,
        3,
        () -> script.onEvery(SftpType.STAT, HostileReplies.status(2, "No such file")));
    assertThatThrownBy(() -> sftp.get("/tree/f", target))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageContaining("get /tree/f: ");
    assertUnchanged(target);
  }

  private static void assertUnchanged(Path target) throws IOException {
    assertThat(target).hasContent("old");
    try (var names = Files.list(target.getParent())) {
      assertThat(names).containsExactly(target);
    }
  }

  @Test
  void noticesAnUploadThatGrows() throws IOException {
    Path source = source();
    at(SftpType.WRITE, 1, () -> Files.write(source, new byte[10], StandardOpenOption.APPEND));
    assertRefused(source);
  }

  @Test
  void noticesAnUploadThatShrinks() throws IOException {
    Path source = source();
    at(SftpType.WRITE, 1, () -> Files.write(source, new byte[10]));
    assertRefused(source);
  }

  @Test
  void noticesAnUploadThatIsRewritten() throws IOException {
    Path source = source();
    var later = FileTime.fromMillis(Files.getLastModifiedTime(source).toMillis() + 5000);
    at(
        SftpType.WRITE,
        1,
        () -> {
          Files.write(source, new byte[SIZE], StandardOpenOption.WRITE); // without truncating it
          Files.setLastModifiedTime(source, later);
        });
    assertRefused(source);
  }

  @Test
  void noticesAnUploadThatVanishes() throws IOException {
    Path source = source();
    at(SftpType.WRITE, 1, () -> Files.delete(source));
    assertThatThrownBy(() -> sftp.put(source, "/old"))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(source.toString());
    assertOldRemains();
  }

  @Test
  void noticesAnUploadThatVanishesFromATree() throws IOException {
    Path source = source();
    var options =
        TransferOptions.builder()
            .filter(
                path -> {
                  source.toFile().delete();
                  return true;
                })
            .build();
    assertThatThrownBy(() -> sftp.putR(local, "/", options))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(source.toString());
    assertOldRemains();
  }

  private Path source() throws IOException {
    return Files.write(local.resolve("old"), Trees.bytes(2, SIZE));
  }

  private void assertRefused(Path source) {
    assertThatThrownBy(() -> sftp.put(source, "/old"))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the source changed while it was copied");
    assertOldRemains();
  }

  private void assertOldRemains() {
    assertThat(new String(script.content("/old"), StandardCharsets.UTF_8)).isEqualTo("old");
    assertThat(script.names("/")).isEqualTo(List.of("old", "tree"));
    Eventually.until("no handle is left open", () -> script.openHandles() == 0);
  }
}
