package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.MemoryServer.Request;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class MovedFileTest {
  private static final TransferOptions MOVE = TransferOptions.builder().removeSource(true).build();
  private static final Instant THEN = Instant.parse("2026-01-02T03:04:05Z");

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

  /** A step of a test that may fail. */
  private interface Step {
    void run() throws IOException;
  }

  /** Runs a step when the first request of a kind arrives, before it takes effect. */
  private void before(String name, Step step) {
    var isDone = new AtomicBoolean();
    memory
        .server()
        .failWhen(
            request -> {
              if (request.name().equals(name) && isDone.compareAndSet(false, true)) {
                try {
                  step.run();
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              }
              return false;
            },
            request -> new AssertionError());
  }

  private void refuse(Predicate<Request> which) {
    memory
        .server()
        .failWhen(
            which,
            request ->
                Results.NEW.permissionDeniedException(
                    memory.store().details(request.path(), "permission denied"), null));
  }

  @Test
  void isRemovedAfterItsCopyHasItsName() throws Exception {
    memory.store().file("/r/down", "there");
    Path target = local.resolve("down");
    before("remove", () -> assertThat(target).hasContent("there"));

    memory.transfers().get("/r/down", target, MOVE);
    Path up = memory.file("up", "here");
    before("replace", () -> assertThat(up).exists());
    memory.transfers().put(up, "/r/up", MOVE);

    assertThat(memory.store().names("/r")).containsExactly("up");
    assertThat(memory.names()).containsExactly("down");
  }

  @Test
  void costsThreeRequestsWhenDownloaded() throws Exception {
    memory.store().file("/r/a", "text");
    memory.transfers().get("/r/a", local, MOVE);

    assertThat(memory.server().requests().stream().map(Request::name))
        .containsExactlyInAnyOrder("open", "fstat", "read", "lstat", "close", "stat", "remove");
  }

  @Test
  void costsNoRequestWhenUploaded() throws Exception {
    memory.transfers().put(memory.file("a", "text"), "/r/a", MOVE);

    assertThat(memory.server().requests().stream().map(Request::name))
        .containsExactly("lstat", "open", "write", "fsync", "fstat", "close", "replace");
  }

  @Test
  void isKeptIfTheServerRefusesToRemoveIt() throws Exception {
    memory.store().file("/r/a", "text");
    refuse(request -> request.name().equals("remove"));

    assertThatThrownBy(() -> memory.transfers().get("/r/a", local, MOVE))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("/r/a: copied, but the source can't be removed: permission denied")
        .hasCauseInstanceOf(PermissionDeniedException.class);
    assertThat(local.resolve("a")).hasContent("text");
    assertThat(memory.store().text("/r/a")).isEqualTo("text");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isOnlyAWarningIfItIsGoneAfterItsCopy(boolean download) throws Exception {
    Path here = local.resolve("a");
    if (download) {
      memory.store().file("/r/a", "text");
      before("stat", () -> memory.store().remove("/r/a"));
    } else {
      Files.writeString(here, "text");
      before("replace", () -> here.toFile().delete());
    }
    var result =
        download
            ? memory.transfers().get("/r/a", here, MOVE)
            : memory.transfers().put(here, "/r/a", MOVE);
    assertThat(result.warnings()).hasSize(1).first().asString().contains("a: was removed by");
    assertThat(download ? Files.readString(here) : memory.store().text("/r/a")).isEqualTo("text");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isALinkWhoseFileIsGoneAfterItsCopy(boolean download) throws Exception {
    Path here = Files.createDirectory(local.resolve("from"));
    if (download) {
      memory.store().file("/r/from/file", "text").link("/r/from/link", "file");
      before("stat", () -> memory.store().remove("/r/from/file"));
      memory.transfers().get("/r/from/link", local.resolve("to"), MOVE);
      assertThat(memory.store().names("/r/from")).isEmpty();
    } else {
      Path file = Files.writeString(here.resolve("file"), "text");
      Path link = Files.createSymbolicLink(here.resolve("link"), Path.of("file"));
      before("replace", () -> file.toFile().delete());
      memory.transfers().put(link, "/r/to", MOVE);
      assertThat(here).isEmptyDirectory();
    }
  }

  @Test
  void isOneFailureInATreeIfItCanNotBeRemoved() throws Exception {
    memory.store().file("/r/a", "1").file("/r/b", "2").file("/r/c", "3");
    refuse(request -> request.name().equals("remove") && request.path().equals("/r/b"));

    var options = MOVE.toBuilder().onError(OnError.CONTINUE).build();
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r", local, options))
        .isInstanceOfSatisfying(
            TransferException.class,
            failure -> {
              assertThat(failure).hasMessageContaining("1 of 3 failed: b");
              assertThat(failure.report().orElseThrow().failures().get(0).failure().orElseThrow())
                  .hasMessageContaining("copied, but the source can't be removed");
            });
    assertThat(memory.names()).containsExactly("a", "b", "c");
    assertThat(memory.store().names("/r")).containsExactly("b");
    assertThat(memory.server().paths("open")).hasSize(3);
  }

  @Test
  void isKeptIfItHasChangedOnTheServer() throws Exception {
    memory.store().file("/r/a", "text");
    before("stat", () -> memory.store().file("/r/a", "text and more"));

    assertThatThrownBy(() -> memory.transfers().get("/r/a", local, MOVE))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("/r/a: copied but not removed: the source has changed since");
    assertThat(memory.store().text("/r/a")).isEqualTo("text and more");
    assertThat(local.resolve("a")).hasContent("text");
  }

  @Test
  void isKeptIfItHasChangedLocally() throws Exception {
    Path file = memory.file("a", "text");
    before("replace", () -> Files.writeString(file, "text and more"));

    assertThatThrownBy(() -> memory.transfers().put(file, "/r/a", MOVE))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("/r/a: copied but not removed: the source has changed since");
    assertThat(file).hasContent("text and more");
    assertThat(memory.store().text("/r/a")).isEqualTo("text");
  }

  @Test
  void isKeptIfAnotherFileOfTheSameSizeAndTimeHasTakenItsPlace() throws Exception {
    Path file = memory.file("a", "text");
    Files.setLastModifiedTime(file, FileTime.from(THEN));
    before(
        "replace",
        () -> {
          Files.move(file, local.resolve("aside"));
          Files.writeString(file, "else");
          Files.setLastModifiedTime(file, FileTime.from(THEN));
        });

    assertThatThrownBy(() -> memory.transfers().put(file, "/r/a", MOVE))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the source has been replaced by another file since");
    assertThat(file).hasContent("else");
  }

  @Test
  void mayBeRemovedByAnotherClientMeanwhile() throws Exception {
    memory.store().file("/r/a", "text");
    before("stat", () -> memory.store().remove("/r/a"));

    assertThat(memory.transfers().get("/r/a", local, MOVE).warnings())
        .containsExactly("/r/a: was removed by another client after it was copied");
    assertThat(local.resolve("a")).hasContent("text");
  }

  @ParameterizedTest
  @ValueSource(longs = {-1, 0})
  void isKeptIfItsSizeIsNotKnown(long size) throws Exception {
    memory.store().file("/r/a", "text");
    memory.server().sizes = known -> size;

    assertThatThrownBy(() -> memory.transfers().get("/r/a", local, MOVE))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("verify(CONTENT) helps");
    assertThat(memory.store().exists("/r/a")).isTrue();

    memory.transfers().get("/r/a", local, MOVE.toBuilder().verify(Verify.CONTENT).build());
    assertThat(memory.store().exists("/r/a")).isFalse();
    assertThat(local.resolve("a")).hasContent("text");
  }

  @Test
  void isKeptIfTheSizeOfTheCopyIsNotKnown() throws Exception {
    Path file = memory.file("a", "text");
    memory.server().sizes = known -> -1;

    assertThatThrownBy(() -> memory.transfers().put(file, "/r/a", MOVE))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("copied but not removed: the size can't be verified");
    assertThat(file).hasContent("text");
  }

  @Test
  void isNeverADevice() throws Exception {
    memory.store().other("/r/pipe").with("/r/pipe", AttributeChanges.permissions(0600));
    Path file = memory.file("a", "text");

    assertThatThrownBy(() -> memory.transfers().put(file, "/r/pipe", MOVE))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("a file can't be moved into a device or pipe");
    assertThat(file).hasContent("text");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void isNotTakenForTheTargetThatItReplacesInPlace(boolean isSame) throws Exception {
    memory.store().file("/r/a", "text");
    memory.store().with("/r/a", new AttributeChanges(null, null, null, null, THEN, THEN));
    Path target = memory.file("a", isSame ? "same" : "other");
    Files.setLastModifiedTime(target, FileTime.from(THEN));
    var inPlace = MOVE.toBuilder().atomic(false).build();

    if (isSame) {
      for (boolean dry : List.of(true, false)) {
        var options = inPlace.toBuilder().dryRun(dry).build();
        assertThatThrownBy(() -> memory.transfers().get("/r/a", target, options))
            .isInstanceOf(VerificationException.class)
            .hasMessageContaining("may be the same file; atomic(true) tells them apart");
      }
      assertThat(target).hasContent("same");
    } else {
      memory.transfers().get("/r/a", target, inPlace);
      assertThat(target).hasContent("text");
    }
    assertThat(memory.store().exists("/r/a")).isEqualTo(isSame);
  }
}
