package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.MemoryTransfers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModeOfNewFilesTest {
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

  private static TransferOptions mode(int digits) {
    return TransferOptions.builder().mode(digits).build();
  }

  @ParameterizedTest
  @CsvSource({"640, false", "640, true", "666, false", "400, true", "600, true"})
  void isSetBeforeTheFileHasItsName(int mode, boolean isReplaced) throws Exception {
    Path file = memory.file("a", "the new text");
    if (isReplaced) {
      memory.store().file("/r/b", "old").with("/r/b", AttributeChanges.permissions(0755));
    }
    var seen = new TreeSet<Integer>();
    memory
        .server()
        .failWhen(
            request -> {
              if (memory.store().exists("/r/b") && memory.store().text("/r/b").startsWith("the")) {
                seen.add(memory.store().info("/r/b").mode());
              }
              return false;
            },
            request -> new AssertionError());

    memory.transfers().put(file, "/r/b", mode(mode));
    memory.store().lstat("/r/b").join();

    assertThat(seen).containsExactly(mode);
  }

  @Test
  void isThatOfEachFileOfATree() throws Exception {
    memory.file("tree/a", "1");
    memory.file("tree/d/b", "2");

    memory.transfers().trees().putR(local.resolve("tree"), "/r/t", mode(640));
    memory.transfers().trees().getR("/r/t", local.resolve("back"), mode(604));

    assertThat(memory.store().info("/r/t/a").mode()).isEqualTo(640);
    assertThat(memory.store().info("/r/t/d/b").mode()).isEqualTo(640);
    assertThat(memory.store().info("/r/t/d").mode()).isNotEqualTo(640);
    assertThat(permissions("back/a")).isEqualTo("rw----r--");
    assertThat(permissions("back/d/b")).isEqualTo("rw----r--");
    assertThat(permissions("back/d")).endsWith("x");
  }

  @Test
  void isSetOnFilesThatAreWrittenInPlace() throws Exception {
    TransferOptions direct = mode(640).toBuilder().atomic(false).build();
    Path file = memory.file("a", "the new text");
    memory.store().file("/r/old", "old").with("/r/old", AttributeChanges.permissions(0666));
    memory.file("old", "old");

    memory.transfers().put(file, "/r/old", direct);
    memory.transfers().put(file, "/r/new", direct);
    memory.transfers().get("/r/new", local.resolve("old"), direct);
    memory.transfers().get("/r/new", local.resolve("new"), direct);

    assertThat(memory.store().info("/r/old").mode()).isEqualTo(640);
    assertThat(memory.store().info("/r/new").mode()).isEqualTo(640);
    assertThat(permissions("old")).isEqualTo("rw-r-----");
    assertThat(permissions("new")).isEqualTo("rw-r-----");
  }

  @Test
  void failsTheUploadIfTheServerRefusesIt() throws Exception {
    Path file = memory.file("a", "text");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("fsetAttributes"),
            request ->
                Results.NEW.permissionDeniedException(
                    memory.store().details(request.path(), "permission denied"), null));

    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", mode(640)))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/r/b: mode 640 can't be set: permission denied");
    assertThat(memory.store().exists("/r/b")).isFalse();
    memory.store().file("/r/public", "old");
    var inPlace = mode(640).toBuilder().atomic(false).build();
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/public", inPlace))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/r/public: mode 640 can't be set: permission denied");
    assertThat(memory.store().text("/r/public")).isEmpty();
  }

  private String permissions(String name) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(local.resolve(name)));
  }
}
