package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.OnError;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Local folders with the paths of Windows, on any system. */
class WindowsFoldersTest {
  private FileSystem files;
  private Path work;
  private MemoryTransfers memory;

  @BeforeEach
  void createFolder() throws IOException {
    files = Jimfs.newFileSystem(Configuration.windows());
    work = Files.createDirectories(files.getPath("C:\\work"));
    memory = new MemoryTransfers(work);
  }

  @AfterEach
  void close() throws Exception {
    memory.close();
    files.close();
  }

  @Test
  void uploadsWithSlashesInRemotePaths() throws Exception {
    memory.file("from\\sub\\deep\\a.txt", "text");
    var paths = new ArrayList<String>();
    var options =
        TransferOptions.builder()
            .filter("sub/**/*.txt")
            .select(info -> paths.add(info.path()))
            .build();

    TreeResult result = memory.transfers().trees().putR(work.resolve("from"), "/r/t", options);

    assertThat(result.transferred()).isEqualTo(1);
    assertThat(memory.store().text("/r/t/sub/deep/a.txt")).isEqualTo("text");
    assertThat(paths).containsExactly("C:/work/from/sub/deep/a.txt");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "con",
        "nul.txt",
        "Com1.csv",
        "a:b",
        "que?ry",
        "a|b",
        "dot.",
        "blank ",
        "back\\slash"
      })
  void downloadsAllButANameThatWindowsForbids(String name) throws Exception {
    memory.store().file("/r/t/" + name, "text").file("/r/t/plain.txt", "text");
    var options = TransferOptions.builder().onError(OnError.CONTINUE).build();

    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", work.resolve("to"), options))
        .isInstanceOfSatisfying(
            TransferException.class,
            e ->
                assertThat(e.report().orElseThrow().failures())
                    .extracting(FileOutcome::path)
                    .containsExactly(name));
    assertThat(memory.names()).containsExactly("to");
    try (var left = Files.list(work.resolve("to"))) {
      assertThat(left.map(path -> path.getFileName().toString())).containsExactly("plain.txt");
    }
  }

  @Test
  void keepsTimesAndIgnoresPermissions() throws Exception {
    Instant time = Instant.parse("2024-01-02T03:04:05Z");
    memory.store().file("/r/t/a.sh", "text").with("/r/t/a.sh", AttributeChanges.times(time, time));
    memory.store().with("/r/t/a.sh", AttributeChanges.permissions(0755));
    Path to = work.resolve("to");
    var builder = TransferOptions.builder().preserveMtime(true);

    TreeResult preserved =
        memory.transfers().trees().getR("/r/t", to, builder.preserveMode(true).build());
    TreeResult given =
        memory.transfers().trees().getR("/r/t", to, builder.preserveMode(false).mode(640).build());

    assertThat(preserved.warnings()).isEmpty();
    assertThat(given.warnings()).isEmpty();
    assertThat(Files.getLastModifiedTime(to.resolve("a.sh")).toInstant()).isEqualTo(time);
  }

  @Test
  void findsTheSystemsFilesInProgramData() throws IOException {
    assertThat(SshDirectory.system(files, Map.of("ProgramData", "D:\\Data")))
        .isEqualTo(files.getPath("D:\\Data\\ssh"));
    assertThat(SshDirectory.system(files, Map.of()))
        .isEqualTo(files.getPath("C:\\ProgramData\\ssh"));
    try (FileSystem unix = Jimfs.newFileSystem(Configuration.unix())) {
      assertThat(SshDirectory.system(unix, Map.of())).isEqualTo(unix.getPath("/etc/ssh"));
    }
  }
}
