package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileOutcome;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DryRunTest {
  private static final List<String> READS =
      List.of("stat", "lstat", "list", "next", "close", "realpath", "readlink");

  @TempDir Path local;
  private MemoryTransfers memory;

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  private static TransferOptions.Builder mirror() {
    return TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true);
  }

  @Test
  void plansAnUploadInTheOrderOfTheTree() throws Exception {
    memory.file("from/a/b.txt", "x".repeat(1_234));
    memory.file("from/a.txt", "1");
    memory.file("from/c", "22");
    memory.file("from/new\nline", "");
    memory.store().file("/r/t/old/x", "1").file("/r/t/c/y", "1").file("/r/t/z", "1");
    Files.createSymbolicLink(local.resolve("from/l"), Path.of("c"));
    var options = mirror().symlinks(Symlinks.COPY).dryRun(true).build();
    var result = memory.transfers().trees().putR(local.resolve("from"), "/r/t", options);
    assertThat(result.plan())
        .extracting(FileOutcome::toString)
        .containsExactly(
            "make a/",
            "copy a/b.txt (1,234 bytes)",
            "copy a.txt (1 byte)",
            "delete c/",
            "copy c (2 bytes)",
            "delete c/y",
            "link l -> c",
            "copy new?line (0 bytes)",
            "delete old/",
            "delete old/x",
            "delete z");
    assertThat(memory.server().requests()).allMatch(request -> READS.contains(request.name()));
    assertCounts(result, 5, 1_237, 5);
    var real = mirror().symlinks(Symlinks.COPY).build();
    var done = memory.transfers().trees().putR(local.resolve("from"), "/r/t", real);
    assertCounts(done, 5, 1_237, 5);
    assertThat(done.plan()).isEmpty();
  }

  private static void assertCounts(TreeResult result, long transferred, long bytes, long deleted) {
    assertThat(result.transferred()).isEqualTo(transferred);
    assertThat(result.bytes()).isEqualTo(bytes);
    assertThat(result.deleted()).isEqualTo(deleted);
  }

  @Test
  void plansADownloadWithoutTouchingTheDisk() throws Exception {
    memory.store().file("/r/t/a/b", "1").file("/r/t/c", "22").link("/r/t/l", "c");
    var options = mirror().symlinks(Symlinks.COPY).dryRun(true).build();
    var fresh = memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(fresh.plan())
        .extracting(FileOutcome::toString)
        .containsExactly(
            "make ./", "make a/", "copy a/b (1 byte)", "copy c (2 bytes)", "link l -> c");
    assertThat(local).isEmptyDirectory();
    memory.file("to/a", "in the way");
    memory.file("to/c", "other");
    memory.file("to/old/x", "1");
    var before = Trees.describe(local);
    var update = memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(update.plan())
        .extracting(FileOutcome::toString)
        .containsExactly(
            "delete a",
            "make a/",
            "copy a/b (1 byte)",
            "copy c (2 bytes)",
            "link l -> c",
            "delete old/",
            "delete old/x");
    assertThat(Trees.describe(local)).isEqualTo(before);
    assertThat(memory.server().requests()).allMatch(request -> READS.contains(request.name()));
  }

  @Test
  void findsADirectoryInTheWayOfALink() throws Exception {
    Files.createSymbolicLink(Files.createDirectory(local.resolve("from")).resolve("l"), local);
    memory.store().directory("/r/t/l");
    for (boolean dry : List.of(true, false)) {
      var options = TransferOptions.builder().symlinks(Symlinks.COPY).dryRun(dry).build();
      assertThatThrownBy(
              () -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", options))
          .isInstanceOf(SftpException.class)
          .hasMessage("putR /r/t/l: is a directory [me@memory:22]");
    }
  }

  @Test
  void plansNothingForAMirrorThatIsUpToDate() throws Exception {
    Trees.create(local.resolve("from"), 3, 50, 1_000);
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", mirror().build());
    var again =
        memory
            .transfers()
            .trees()
            .putR(local.resolve("from"), "/r/t", mirror().dryRun(true).build());
    assertThat(again.plan()).isEmpty();
    assertThat(again.skipped()).isEqualTo(50);
  }

  @Test
  void reportsWhetherAFileWouldBeCopied() throws Exception {
    memory.store().file("/r/a", "remote");
    Path file = memory.file("b", "local");
    var options = TransferOptions.builder().dryRun(true).build();
    assertThat(memory.transfers().put(file, "/r/b", options).bytes()).isEqualTo(5);
    assertThat(memory.transfers().get("/r/a", file, options).bytes()).isEqualTo(6);
    var skip = options.toBuilder().existing(Existing.SKIP).build();
    assertThat(memory.transfers().put(file, "/r/a", skip).skipped()).isTrue();
    assertThat(memory.store().names("/r")).containsExactly("a");
    assertThat(file).hasContent("local");
  }
}
