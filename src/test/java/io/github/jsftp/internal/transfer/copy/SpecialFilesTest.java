package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.MemoryTransfers;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Local pipes: opening one blocks until another process opens the other end. */
@Timeout(300)
final class SpecialFilesTest {
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

  private Path pipe(String name) throws Exception {
    Path pipe = local.resolve(name);
    Files.createDirectories(pipe.getParent());
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    return pipe;
  }

  @Test
  void refusesAPipeAsSource() throws Exception {
    for (int i = 0; i < 5; i++) {
      Path pipe = pipe("pipe" + i);
      assertThatThrownBy(() -> memory.transfers().put(pipe, "/r/a", DEFAULTS))
          .isInstanceOf(FileSystemException.class)
          .hasMessage(
              pipe + ": is a pipe, a socket or a device: open it yourself and put a stream");
    }
    memory.transfers().put(memory.file("a", "text"), "/r/a", DEFAULTS);
    assertThat(memory.store().text("/r/a")).isEqualTo("text");
  }

  @Test
  void refusesAPipeAsTarget() throws Exception {
    memory.store().file("/r/t/pipe", "text");
    Path pipe = pipe("to/pipe");
    Path link = Files.createSymbolicLink(local.resolve("link"), pipe);
    String message = ": is a pipe, a socket or a device: open it yourself and get to a stream";
    assertThatThrownBy(() -> memory.transfers().get("/r/t/pipe", pipe, DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(pipe + message);
    assertThatThrownBy(() -> memory.transfers().get("/r/t/pipe", link, DEFAULTS))
        .hasMessage(link + message);
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), DEFAULTS))
        .hasMessage(pipe + message);
    var mirror = TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), mirror);
    assertThat(pipe).isRegularFile().hasContent("text");
  }

  @Test
  void skipsPipesOfATree() throws Exception {
    pipe("t/pipe");
    Files.createSymbolicLink(local.resolve("t/link"), Path.of("pipe"));
    memory.file("t/file", "text");
    var result = memory.transfers().trees().putR(local.resolve("t"), "/r/to", DEFAULTS);
    assertThat(memory.store().names("/r/to")).containsExactly("file");
    assertThat(result.skipped()).isEqualTo(2);
  }

  @Test
  void leavesAPipeAloneThatIsNamedLikeAPart() throws Exception {
    memory.store().file("/r/a", new byte[600_000]);
    Path pipe = pipe(".a.jsftp-abcdefghijkl12345678.part");
    var resume = TransferOptions.builder().resume(true).build();
    memory.transfers().get("/r/a", local.resolve("a"), resume);
    assertThat(local.resolve("a")).hasSize(600_000);
    assertThat(pipe).exists();
    Files.delete(pipe);
  }
}
