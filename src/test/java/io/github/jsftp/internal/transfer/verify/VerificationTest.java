package io.github.jsftp.internal.transfer.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class VerificationTest {
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

  private static final TransferOptions UNVERIFIED =
      TransferOptions.builder().verify(Verify.NONE).build();

  private void changeSizeAfterTheFirstStat(long size) {
    var looks = new AtomicInteger();
    memory.server().sizes = real -> looks.getAndIncrement() == 0 ? real : size;
  }

  @ParameterizedTest
  @ValueSource(ints = {120, 80})
  void noticesARemoteSourceThatChanges(int size) throws Exception {
    memory.store().file("/r/tree/a", new byte[100]);
    changeSizeAfterTheFirstStat(size);
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/tree", local, DEFAULTS))
        .isInstanceOfSatisfying(
            VerificationException.class,
            e -> {
              assertThat(e.expected()).isEqualTo("100 bytes");
              assertThat(e.actual()).isEqualTo(size + " bytes");
            })
        .hasMessage(
            "getR /r/tree/a: the source changed while it was copied: was 100 bytes, is "
                + size
                + " [me@memory:22]");
    assertThat(memory.names()).isEmpty();
  }

  @Test
  void noticesAnEarlyEnd() throws Exception {
    memory.store().file("/r/a", new byte[100]);
    memory.server().sizes = real -> 150;
    assertThatThrownBy(() -> memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS))
        .isInstanceOf(VerificationException.class)
        .hasMessage("get /r/a: only 100 of 150 bytes were read [me@memory:22]");
  }

  @Test
  void acceptsAnEarlyEndWithoutVerification() throws Exception {
    memory.store().file("/r/a", new byte[100]);
    memory.server().sizes = real -> 150;
    var result = memory.transfers().get("/r/a", local.resolve("b"), UNVERIFIED);
    assertThat(result.bytes()).isEqualTo(100);
    assertThat(local.resolve("b")).hasSize(100);
  }

  @Test
  void noticesThatTheServerHasLessThanWasSent() throws Exception {
    memory.server().sizes = real -> real - 1;
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .isInstanceOfSatisfying(
            VerificationException.class,
            e -> {
              assertThat(e.expected()).isEqualTo("5 bytes");
              assertThat(e.actual()).isEqualTo("4 bytes");
            })
        .hasMessage("put /r/b: 5 bytes were sent, but the server has 4 [me@memory:22]");
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void noticesALocalSourceThatChanges() throws Exception {
    Path file = memory.file("a", "hello");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    memory.server().hold(request -> request.name().equals("open"));
    var put =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return memory.transfers().put(file, "/r/b", DEFAULTS);
              } catch (IOException e) {
                throw new java.util.concurrent.CompletionException(e);
              }
            });
    io.github.jsftp.testing.Eventually.until(
        "the target is being opened", () -> !memory.server().held().isEmpty());
    Files.writeString(file, "hello, world");
    memory.server().release();
    assertThatThrownBy(put::join)
        .hasCauseInstanceOf(VerificationException.class)
        .hasMessageContaining("the source changed while it was copied: was 5 bytes, is 12");
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void noticesALocalSourceThatIsRewrittenWithTheSameSize() throws Exception {
    Path file = memory.file("a", "hello");
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_000_000));
    memory.server().hold(request -> request.name().equals("open"));
    var put =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return memory.transfers().put(file, "/r/b", DEFAULTS);
              } catch (IOException e) {
                throw new java.util.concurrent.CompletionException(e);
              }
            });
    io.github.jsftp.testing.Eventually.until(
        "the target is being opened", () -> !memory.server().held().isEmpty());
    Files.setLastModifiedTime(file, FileTime.fromMillis(2_000_000));
    memory.server().release();
    assertThatThrownBy(put::join)
        .hasCauseInstanceOf(VerificationException.class)
        .hasMessageContaining("the source changed while it was copied: was modified at");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void reportsAFileThatTheServerMovesAway(boolean atomic) throws Exception {
    Path file = memory.file("a", "hello");
    String when = atomic ? "replace" : "stat";
    memory
        .server()
        .failWhen(
            request -> request.name().equals(when),
            request ->
                MemoryStore.failures().status("put", request.path(), 2, null, Expected.ANY, null));
    var options = TransferOptions.builder().atomic(atomic).build();
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", options))
        .isInstanceOfSatisfying(
            VerificationException.class,
            e -> {
              assertThat(e.expected()).isEqualTo("5 bytes");
              assertThat(e.actual()).isEqualTo("no such file");
              assertThat(e.bytes()).isEqualTo(5);
            })
        .hasMessage(
            "put /r/b: all 5 bytes were acknowledged, but the server has moved the file away"
                + " [me@memory:22]");
  }

  @Test
  void ignoresAFileThatTheServerMovesAwayWithoutVerification() throws Exception {
    Path file = memory.file("a", "hello");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("stat"),
            request ->
                MemoryStore.failures().status("put", request.path(), 2, null, Expected.ANY, null));
    var inPlace = UNVERIFIED.toBuilder().atomic(false).build();
    assertThat(memory.transfers().put(file, "/r/b", inPlace).bytes()).isEqualTo(5);
  }
}
