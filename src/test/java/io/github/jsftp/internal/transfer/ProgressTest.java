package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Progress;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ProgressTest {
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

  private final List<Progress> seen = new ArrayList<>();

  private TransferOptions watched() {
    return TransferOptions.builder().progress(seen::add).build();
  }

  @Test
  void tellsTheEndOfAFile() throws Exception {
    memory.store().file("/r/a", new byte[100]);
    memory.transfers().get("/r/a", local.resolve("b"), watched());
    Progress last = seen.get(seen.size() - 1);
    assertThat(last.done()).isTrue();
    assertThat(last.file()).isEqualTo("a");
    assertThat(last.bytes()).isEqualTo(100);
    assertThat(last.fileBytes()).isEqualTo(100);
    assertThat(last.fileSize()).hasValue(100);
    assertThat(last.files()).isEqualTo(1);
    assertThat(last.totalFiles()).hasValue(1);
    assertThat(last.totalBytes()).hasValue(100);
    assertThat(last.fraction()).hasValue(1);
  }

  @Test
  void neverGoesDown() throws Exception {
    for (int i = 0; i < 400; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 50_000));
    }
    memory.transfers().getR("/r/t", local.resolve("to"), watched());
    assertThat(seen).isSortedAccordingTo(Comparator.comparingLong(Progress::bytes));
    assertThat(seen).isSortedAccordingTo(Comparator.comparingLong(Progress::files));
    Progress last = seen.get(seen.size() - 1);
    assertThat(last.files()).isEqualTo(400);
    assertThat(last.bytes()).isEqualTo(400 * 50_000);
    assertThat(seen.stream().filter(Progress::done)).hasSize(1);
  }

  @Test
  void endsTheTransferWithWhatTheListenerThrows() throws Exception {
    memory.store().file("/r/t/a", "1").file("/r/t/b", "2");
    var mine = new IllegalStateException("enough");
    var options =
        TransferOptions.builder()
            .progress(
                progress -> {
                  throw mine;
                })
            .build();
    assertThatThrownBy(() -> memory.transfers().getR("/r/t", local.resolve("to"), options))
        .isSameAs(mine);
  }
}
