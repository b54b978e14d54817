package io.github.jsftp.internal.directory;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.transfer.Transfers;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Operations on very deep trees. */
@Timeout(300)
class DeepTreesTest {
  private static final int LEVELS = 3_000;
  private static final String DEEPEST = "/top" + "/d".repeat(LEVELS);

  private final MemoryStore store = MemoryStore.create(23).file(DEEPEST + "/x", "x");
  private final Directories directories = new Directories(store, Backoff.NEVER);
  private final Transfers transfers = new Transfers(store, Backoff.NEVER, Runnable::run);

  @Test
  @Tag("long")
  void areWalked() throws IOException {
    var seen = new AtomicInteger();
    directories.walkTree(
        "/top",
        file -> seen.incrementAndGet(),
        directory -> seen.incrementAndGet(),
        other -> {},
        true);
    assertThat(seen).hasValue(LEVELS + 1);
  }

  @Test
  @Tag("long")
  void areSearched() throws IOException {
    assertThat(directories.glob("/top", "**/x"))
        .extracting(FileInfo::path)
        .containsExactly(DEEPEST + "/x");
  }

  @Test
  void areRemoved() throws IOException {
    directories.rmtree("/top");
    assertThat(store.exists("/top")).isFalse();
  }

  @Test
  @Tag("long")
  void areMade() throws IOException {
    directories.makedirs(DEEPEST.replace("/top", "/other"), null);
    assertThat(store.info(DEEPEST.replace("/top", "/other")).isDir()).isTrue();
  }

  @Test
  @Tag("long")
  void areCopied() throws IOException {
    var all = TransferOptions.builder().preserveMtime(true).build();
    try (var files = Jimfs.newFileSystem(Configuration.unix())) {
      Path local = files.getPath("/local");
      assertThat(transfers.trees().getR("/top", local, all).transferred()).isEqualTo(1);
      assertThat(local.resolve("d/".repeat(LEVELS) + "x")).hasContent("x");
      assertThat(transfers.trees().putR(local, "/back", all).transferred()).isEqualTo(1);
      assertThat(store.text(DEEPEST.replace("/top", "/back") + "/x")).isEqualTo("x");
      Files.delete(local.resolve("d/".repeat(LEVELS) + "x"));
    }
  }

  @Test
  @Tag("long")
  void areCreatedAsTheRootOfACopy() throws IOException {
    try (var files = Jimfs.newFileSystem(Configuration.unix())) {
      Path local = Files.createDirectory(files.getPath("/local"));
      Files.writeString(local.resolve("y"), "y");
      transfers.trees().putR(local, DEEPEST.replace("/top", "/new"), TransferOptions.defaults());
      assertThat(store.text(DEEPEST.replace("/top", "/new") + "/y")).isEqualTo("y");
    }
  }
}
