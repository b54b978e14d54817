package io.github.jsftp.internal.transfer.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ActiveTransfersTest {
  @TempDir Path local;

  /** Such a call has found the connection open, but has sent nothing yet. */
  @Test
  void callsThatBeginDuringCloseAreCancelled() throws Exception {
    Path file = Files.writeString(local.resolve("a"), "content");
    try (var memory = new MemoryTransfers(local)) {
      var transfers = memory.transfers();
      transfers.end(operation -> new IOException(operation + ": closed"));
      assertThatThrownBy(() -> transfers.put(file, "/r/a", TransferOptions.builder().build()))
          .isInstanceOf(IOException.class)
          .hasMessage("put: closed");
      assertThat(memory.server().count("open")).isZero();
    }
  }
}
