package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Feature;
import com.google.common.jimfs.Jimfs;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferResult;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ExistingTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

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

  private static final Instant TIME = Instant.parse("2024-01-02T03:04:05Z");

  private static TransferOptions existing(Existing choice) {
    return TransferOptions.builder().existing(choice).build();
  }

  @Test
  void skipsExistingFiles() throws Exception {
    memory.store().file("/r/a", "remote");
    Path file = memory.file("a", "local");
    assertThat(memory.transfers().put(file, "/r/a", existing(Existing.SKIP)).skipped()).isTrue();
    assertThat(memory.transfers().get("/r/a", file, existing(Existing.SKIP)).skipped()).isTrue();
    assertThat(memory.store().text("/r/a")).isEqualTo("remote");
    assertThat(file).hasContent("local");
    assertThat(memory.server().count("open")).isZero();
  }

  @Test
  void failsOnExistingFiles() throws Exception {
    memory.store().file("/r/a", "remote");
    Path file = memory.file("a", "local");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/a", existing(Existing.FAIL)))
        .isInstanceOf(PathExistsException.class)
        .hasMessage("put /r/a: already exists [me@memory:22]");
    assertThatThrownBy(() -> memory.transfers().get("/r/a", file, existing(Existing.FAIL)))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(file + ": already exists locally");
  }

  @Test
  void copiesMissingFiles() throws Exception {
    memory.store().file("/r/a", "remote");
    for (Existing choice : Existing.values()) {
      Path file = local.resolve(choice.name());
      assertThat(memory.transfers().get("/r/a", file, existing(choice)).skipped()).isFalse();
      assertThat(memory.transfers().put(file, "/r/" + choice, existing(choice)).skipped())
          .isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0, 1})
  void updatesFilesThatAreOlderOrNewer(long seconds) throws Exception {
    memory.store().file("/r/a", "same size").with("/r/a", AttributeChanges.times(TIME, TIME));
    Path file = memory.file("a", "size same");
    Files.setLastModifiedTime(file, FileTime.from(TIME.plusSeconds(seconds)));
    boolean differs = seconds != 0;
    var put = memory.transfers().put(file, "/r/a", existing(Existing.UPDATE));
    assertThat(put.skipped()).isEqualTo(!differs);
    assertThat(memory.store().info("/r/a").modified())
        .isEqualTo(differs ? TIME.plusSeconds(seconds) : TIME);
    memory.store().file("/r/a", "same size").with("/r/a", AttributeChanges.times(TIME, TIME));
    var get = memory.transfers().get("/r/a", file, existing(Existing.UPDATE));
    assertThat(get.skipped()).isEqualTo(!differs);
  }

  @Test
  void updatesFilesOfAnotherSize() throws Exception {
    memory.store().file("/r/a", "short").with("/r/a", AttributeChanges.times(TIME, TIME));
    Path file = memory.file("a", "longer");
    Files.setLastModifiedTime(file, FileTime.from(TIME));
    memory.transfers().put(file, "/r/a", existing(Existing.UPDATE));
    assertThat(memory.store().text("/r/a")).isEqualTo("longer");
  }

  @Test
  void updatesOnlyFilesThatDifferInATree() throws Exception {
    for (int i = 0; i < 20; i++) {
      Path file = memory.file("tree/" + i, "text " + i);
      Files.setLastModifiedTime(file, FileTime.from(TIME));
    }
    Path tree = local.resolve("tree");
    var options = existing(Existing.UPDATE);
    assertThat(memory.transfers().trees().putR(tree, "/r/t", options).transferred()).isEqualTo(20);
    Files.writeString(tree.resolve("7"), "changed");
    var again = memory.transfers().trees().putR(tree, "/r/t", options);
    assertThat(again.transferred()).isEqualTo(1);
    assertThat(again.skipped()).isEqualTo(19);
    assertThat(memory.store().text("/r/t/7")).isEqualTo("changed");
    var back = memory.transfers().trees().getR("/r/t", tree, options);
    assertThat(back.transferred()).isZero();
    assertThat(back.skipped()).isEqualTo(20);
  }

  @Test
  void listsATargetDirectoryInsteadOfQueryingEachFile() throws Exception {
    for (int i = 0; i < 20; i++) {
      memory.file("tree/" + i, "text " + i);
    }
    memory.transfers().trees().putR(local.resolve("tree"), "/r/t", DEFAULTS);
    int before = memory.server().count("lstat", "stat");
    memory.transfers().trees().putR(local.resolve("tree"), "/r/t", DEFAULTS);
    assertThat(memory.server().count("lstat", "stat") - before).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(longs = {0, 1, 2, 100_000})
  void ignoresDifferencesOfTimesWithinTheTolerance(long seconds) throws Exception {
    memory.store().file("/r/a", "same size").with("/r/a", AttributeChanges.times(TIME, TIME));
    Path file = memory.file("a", "size same");
    for (long apart : new long[] {seconds, seconds + 1}) {
      Files.setLastModifiedTime(file, FileTime.from(TIME.plusSeconds(apart)));
      var options =
          existing(Existing.UPDATE).toBuilder().mtimeTolerance(Duration.ofSeconds(seconds)).build();
      assertThat(memory.transfers().put(file, "/r/a", options).skipped())
          .isEqualTo(apart == seconds);
    }
  }

  /** Creates the target on both sides just before the first of these requests. */
  private void createBefore(String request, Path file) {
    var once = new AtomicBoolean();
    memory
        .server()
        .failWhen(
            asked -> {
              if (asked.name().equals(request) && once.compareAndSet(false, true)) {
                memory.store().file("/r/new", "theirs");
                try {
                  Files.writeString(file, "theirs");
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
              return false;
            },
            asked -> new AssertionError("not asked for"));
  }

  @ParameterizedTest
  @CsvSource({"true, close", "false, open"})
  void neverReplacesAFileCreatedDuringAnUpload(boolean atomic, String request) throws Exception {
    Path file = memory.file("a", "ours");
    createBefore(request, local.resolve("unused"));
    var fail = existing(Existing.FAIL).toBuilder().atomic(atomic).build();
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/new", fail))
        .isInstanceOf(PathExistsException.class)
        .hasMessageStartingWith("put /r/new: already exists");
    assertThat(memory.store().text("/r/new")).isEqualTo("theirs");
    memory.store().remove("/r/new").join();
    memory.server().heal();
    createBefore(request, local.resolve("unused"));
    var skip = existing(Existing.SKIP).toBuilder().atomic(atomic).build();
    TransferResult left = memory.transfers().put(file, "/r/new", skip);
    assertThat(left.skipped()).isTrue();
    assertThat(left.bytes()).isZero();
    assertThat(memory.store().text("/r/new")).isEqualTo("theirs");
    assertThat(memory.store().names("/r")).containsExactly("new");
  }

  @ParameterizedTest
  @CsvSource({"true, close", "false, open"})
  void neverReplacesAFileCreatedDuringADownload(boolean atomic, String request) throws Exception {
    memory.store().file("/r/a", "ours");
    Path file = local.resolve("a");
    createBefore(request, file);
    var fail = existing(Existing.FAIL).toBuilder().atomic(atomic).build();
    assertThatThrownBy(() -> memory.transfers().get("/r/a", file, fail))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessageStartingWith(file.toString());
    assertThat(file).hasContent("theirs");
    Files.delete(file);
    memory.server().heal();
    createBefore(request, file);
    var skip = existing(Existing.SKIP).toBuilder().atomic(atomic).build();
    assertThat(memory.transfers().get("/r/a", file, skip).skipped()).isTrue();
    assertThat(file).hasContent("theirs");
    assertThat(memory.names()).containsExactly("a");
  }

  @Test
  void skipsAFileCreatedDuringTheCopyOfATree() throws Exception {
    memory.file("tree/new", "ours");
    memory.file("tree/other", "ours");
    createBefore("close", local.resolve("unused"));
    TreeResult result =
        memory.transfers().trees().putR(local.resolve("tree"), "/r", existing(Existing.SKIP));
    assertThat(result.transferred()).isEqualTo(1);
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(memory.store().text("/r/new")).isEqualTo("theirs");
  }

  @Test
  void createsNewFilesWhereThereAreNoHardLinks() throws Exception {
    try (var files =
        Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setSupportedFeatures(Feature.FILE_CHANNEL).build())) {
      memory.store().file("/r/a", "text");
      Path file = files.getPath("/work/a");
      memory.transfers().get("/r/a", file, existing(Existing.FAIL));
      assertThat(Files.readString(file)).isEqualTo("text");
      try (var names = Files.list(file.getParent())) {
        assertThat(names).containsExactly(file);
      }
    }
  }
}
