package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.MemoryServer.Request;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.ByteArrayOutputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoneFileTest {
  private static final TransferOptions DONE =
      TransferOptions.builder().doneFile("{name}.done").build();

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

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isNeverThereWithAnIncompleteOrAnEarlierFile(boolean atomic) throws Exception {
    Path file = memory.file("a", "the new text");
    memory.store().file("/r/b", "old").file("/r/b.done", "");
    var wrong = new ArrayList<Request>();
    memory
        .server()
        .failWhen(
            request -> {
              boolean isDone = memory.store().exists("/r/b.done");
              String text = memory.store().text("/r/b");
              if (isDone && !text.equals("old") && !text.equals("the new text")) {
                wrong.add(request);
              } else if (request.name().equals("replace") && isDone) {
                wrong.add(request);
              }
              return false;
            },
            request -> new AssertionError());

    memory.transfers().put(file, "/r/b", DONE.toBuilder().atomic(atomic).build());

    assertThat(wrong).isEmpty();
    assertThat(memory.store().text("/r/b")).isEqualTo("the new text");
    assertThat(memory.store().text("/r/b.done")).isEmpty();
  }

  @Test
  void costsOneRoundTripMoreUnlessAnEarlierOneIsThere() throws Exception {
    memory.transfers().put(memory.file("a", "text"), "/r/b", DONE);

    assertThat(memory.server().requests().stream().map(Request::name))
        .containsExactlyInAnyOrder(
            "lstat", "open", "lstat", "write", "fstat", "close", "replace", "open", "close");
  }

  @Test
  void marksEachFileOfATree() throws Exception {
    memory.file("tree/a", "1");
    memory.file("tree/d/b", "2");

    memory.transfers().trees().putR(local.resolve("tree"), "/r/t", DONE);
    memory.transfers().trees().getR("/r/t", local.resolve("back"), DONE);

    assertThat(memory.store().names("/r/t")).containsExactly("a", "a.done", "d");
    assertThat(memory.store().names("/r/t/d")).containsExactly("b", "b.done");
    assertThat(local.resolve("back/d/b.done")).isEmptyFile();
  }

  @Test
  void isNotMistakenForAFileOfTheTree() throws Exception {
    memory.file("tree/a", "1");
    memory.file("tree/a.done", "not empty");

    var result = memory.transfers().trees().putR(local.resolve("tree"), "/r/t", DONE);

    assertThat(result.transferred()).isEqualTo(1);
    assertThat(result.skipped()).isEqualTo(1);
    assertThat(result.warnings())
        .containsExactly(
            local.resolve("tree/a.done") + ": skipped: its name is that of a done file");
    assertThat(memory.store().text("/r/t/a.done")).isEmpty();
  }

  @Test
  void isMadeUpForIfAnEarlierCallWasCutShort() throws Exception {
    Path file = memory.file("tree/a", "text");
    TransferOptions update = DONE.toBuilder().existing(Existing.UPDATE).build();
    memory.transfers().put(file, "/r/a", update);
    memory.store().remove("/r/a.done").join();

    assertThat(memory.transfers().put(file, "/r/a", update).skipped()).isTrue();
    assertThat(memory.store().exists("/r/a.done")).isTrue();
    memory.store().remove("/r/a.done").join();
    TransferOptions skip = DONE.toBuilder().existing(Existing.SKIP).build();
    assertThat(memory.transfers().put(file, "/r/a", skip).skipped()).isTrue();
    assertThat(memory.store().exists("/r/a.done")).isFalse();
  }

  @Test
  void isMadeUpForLocallyToo() throws Exception {
    memory.store().file("/r/a", "text");
    TransferOptions update = DONE.toBuilder().existing(Existing.UPDATE).build();
    Path target = local.resolve("a");
    memory.transfers().get("/r/a", target, update);
    Files.delete(local.resolve("a.done"));

    assertThat(memory.transfers().get("/r/a", target, update).skipped()).isTrue();
    assertThat(local.resolve("a.done")).isEmptyFile();
  }

  @Test
  void isNotThereAfterAFailure() throws Exception {
    Path file = memory.file("a", "the new text");
    memory.store().file("/r/b", "old").file("/r/b.done", "");
    refuse(request -> request.name().equals("write"));

    assertThatThrownBy(() -> memory.transfers().put(file, "/r/c", DONE));
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DONE));

    assertThat(memory.store().names("/r")).containsExactly("b", "b.done");
  }

  @Test
  void isNamedByTheFailureIfItCanNotBeCreated() throws Exception {
    Path file = memory.file("a", "text");
    refuse(request -> request.name().equals("open") && request.path().endsWith(".done"));

    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DONE))
        .hasMessageContaining("/r/b.done: refused; the file that it would mark is complete");
    assertThat(memory.store().text("/r/b")).isEqualTo("text");
  }

  @Test
  void isRemovedLocallyBeforeTheNewFileAppears() throws Exception {
    memory.store().file("/r/b", "the new text");
    memory.file("b", "old");
    Files.createDirectory(local.resolve("b.done"));
    memory.file("b.done/x", "");

    assertThatThrownBy(() -> memory.transfers().get("/r/b", local.resolve("b"), DONE))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("b.done");
    assertThat(local.resolve("b")).hasContent("old");
  }

  @Test
  void isLeftAloneByADryRun() throws Exception {
    memory.store().file("/r/b.done", "");
    memory.transfers().put(memory.file("a", "text"), "/r/b", DONE.toBuilder().dryRun(true).build());

    assertThat(memory.store().names("/r")).containsExactly("b.done");
  }

  private void refuse(Predicate<Request> which) {
    memory
        .server()
        .failWhen(
            which,
            request ->
                Results.NEW.permissionDeniedException(
                    memory.store().details(request.path(), "refused"), null));
  }

  @Test
  void isRefusedForAStreamAndSoIsAMode() {
    memory.store().file("/r/a", "text");
    var stream = new ByteArrayOutputStream();

    assertThatThrownBy(() -> memory.transfers().get("/r/a", stream, DONE))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("doneFile(..) needs a file to write to, not a stream");
    var mode = TransferOptions.builder().mode(600).build();
    assertThatThrownBy(() -> memory.transfers().get("/r/a", stream, mode))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mode(..) needs a file to write to, not a stream");
    assertThat(memory.server().requests()).isEmpty();
    assertThat(stream.size()).isZero();
  }
}
