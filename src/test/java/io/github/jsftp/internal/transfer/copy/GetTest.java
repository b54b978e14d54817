package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryServer;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GetTest {
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

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 65_536, 1_000_000, 20_000_000})
  void downloadsFilesOfAnySize(int size) throws Exception {
    byte[] bytes = Trees.bytes(size, size);
    memory.store().file("/r/a", bytes);
    var result = memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS);
    Trees.assertSameBytes(local.resolve("b"), bytes);
    assertThat(result.bytes()).isEqualTo(size);
    assertThat(result.source()).isEqualTo("/r/a");
    assertThat(result.target()).isEqualTo(local.resolve("b").toString());
    assertThat(result.skipped()).isFalse();
    assertThat(result.attempts()).isEqualTo(1);
    assertThat(result.warnings()).isEmpty();
  }

  /** Starts a download, all of whose reads are held, and waits until there are so many. */
  private CompletableFuture<TransferResult> getWithHeldReads(
      int megabytes, long roundTrip, int channels, int blocks) {
    memory.store().file("/r/a", Trees.bytes(1, megabytes * 1_000_000));
    memory.server().roundTrip = roundTrip;
    memory.server().channels = channels;
    memory.server().window = 1_000;
    var reads = new AtomicInteger(); // the first read is sent before the size is known
    memory.server().hold(request -> isRead(request) && reads.incrementAndGet() > 1);
    var got =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    awaitHeld(blocks);
    return got;
  }

  private static boolean isRead(MemoryServer.Request request) {
    return request.name().equals("read");
  }

  private void awaitHeld(int blocks) {
    Eventually.until("blocks asked for", () -> memory.server().held().size() >= blocks);
  }

  @ParameterizedTest(name = "{0} MB, a round trip of {1} ns, {2} channels: {3} blocks of 32 KiB")
  @CsvSource({"8, 0, 1, 32", "8, 1, 1, 64", "64, 0, 8, 256", "64, 1, 8, 128"})
  void beginsWithReadsInFlightAsFarAsTheServerIsDistant(
      int megabytes, long roundTrip, int channels, int blocks) {
    var got = getWithHeldReads(megabytes, roundTrip, channels, blocks);
    assertThat(memory.server().held()).hasSize(blocks);
    memory.server().release();
    assertThat(got.join().bytes()).isEqualTo(megabytes * 1_000_000L);
  }

  @Test
  void doublesTheReadsInFlightIfTheReplyToEachWasQuick() {
    var got = getWithHeldReads(64, Duration.ofHours(1).toNanos(), 8, 128);
    synchronized (memory.server()) { // which answers nothing in between
      memory.server().release();
      memory.server().hold(GetTest::isRead);
    }
    awaitHeld(256);
    memory.server().release();
    assertThat(got.join().bytes()).isEqualTo(64_000_000);
  }

  @Test
  void readsAFileThatReportsASizeOfZeroInOrder() throws Exception {
    memory.store().file("/r/a", Trees.bytes(1, 3_000_000));
    memory.server().sizes = size -> 0;
    memory.server().roundTrip = Duration.ofHours(1).toNanos();
    TransferResult got = memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS);
    assertThat(got.bytes()).isEqualTo(3_000_000);
    assertThat(memory.server().peak()).isLessThan(6); // with those that are no reads
  }

  @Test
  void hasNoMoreReadsInFlightIfRepliesAreSlow() {
    var got = getWithHeldReads(64, 1, 8, 128);
    memory.server().release();
    assertThat(got.join().bytes()).isEqualTo(64_000_000);
    assertThat(memory.server().peak()).isLessThan(140); // with those that are no reads
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 100, 50_000, 300_000})
  void completesShortReads(int size) throws Exception {
    byte[] bytes = Trees.bytes(size, size);
    memory.store().file("/r/a", bytes);
    memory.server().shortReads = true;
    memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS);
    Trees.assertSameBytes(local.resolve("b"), bytes);
  }

  @Test
  void needsTwoRoundTripsForASmallFile() throws Exception {
    memory.store().file("/r/a", "hello");
    memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS);
    assertThat(memory.server().requests().stream().map(request -> request.name()))
        .containsExactly("open", "read", "fstat", "close");
  }

  @Test
  void putsTheFileIntoAnExistingDirectoryUnderItsRemoteName() throws Exception {
    memory.store().file("/r/a", "hello");
    var result = memory.transfers().get("/r/a", local, DEFAULTS);
    assertThat(local.resolve("a")).hasContent("hello");
    assertThat(result.target()).isEqualTo(local.resolve("a").toString());
  }

  @Test
  void refusesADirectoryAsTarget() throws Exception {
    memory.store().file("/r/a", "hello");
    Files.createDirectory(local.resolve("a"));
    assertThatThrownBy(() -> memory.transfers().get("/r/a", local, DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(local.resolve("a") + ": is a directory");
    assertThat(memory.server().requests()).isEmpty();
  }

  @Test
  void namesAMissingLocalDirectoryBeforeAnythingIsSent() {
    memory.store().file("/r/a", "hello");
    assertThatThrownBy(() -> memory.transfers().get("/r/a", local.resolve("no/b"), DEFAULTS))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(local.resolve("no") + ": no such local directory");
    assertThat(memory.server().requests()).isEmpty();
  }

  @Test
  void namesAMissingRemoteFileAndLeavesNothing() throws Exception {
    assertThatThrownBy(() -> memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessage("get /r/a: no such file or directory [SSH_FX_NO_SUCH_FILE, me@memory:22]");
    assertThat(memory.names()).isEmpty();
  }

  @Test
  void refusesARemoteDirectory() {
    memory.store().directory("/r/dir");
    assertThatThrownBy(() -> memory.transfers().get("/r/dir", local.resolve("b"), DEFAULTS))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("get /r/dir: is a directory");
  }

  @Test
  void throwsATransferExceptionForARefusedRead() throws Exception {
    memory.store().file("/r/a", new byte[500_000]);
    memory
        .server()
        .failWhen(
            request -> request.name().equals("read") && request.number() > 4,
            request ->
                MemoryStore.failures().status("get", "/r/a", 4, "disk broken", Expected.ANY, null));
    assertThatThrownBy(() -> memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS))
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> {
              assertThat(e.source()).isEqualTo("/r/a");
              assertThat(e.target()).isEqualTo(local.resolve("b").toString());
            })
        .hasMessage("get /r/a: refused by the server: disk broken [SSH_FX_FAILURE, me@memory:22]");
    assertThat(memory.names()).isEmpty();
  }

  @Test
  void readsFilesOfReportedSizeZeroToTheEnd() throws Exception {
    byte[] bytes = Trees.bytes(1, 100_000);
    memory.store().file("/r/cpuinfo", bytes);
    memory.server().sizes = size -> 0L;
    memory.transfers().get("/r/cpuinfo", local.resolve("b"), DEFAULTS);
    Trees.assertSameBytes(local.resolve("b"), bytes);
  }

  @Test
  void readsFilesWithoutASizeToTheEnd() throws Exception {
    byte[] bytes = Trees.bytes(1, 500_000);
    memory.store().file("/r/a", bytes);
    memory.server().sizes = size -> -1L;
    memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS);
    Trees.assertSameBytes(local.resolve("b"), bytes);
  }

  @Test
  void keepsTimeAndModeWhenAsked() throws Exception {
    memory.store().file("/r/a", "hello");
    var time = Instant.parse("2020-02-29T12:00:00Z");
    memory
        .store()
        .with("/r/a", new AttributeChanges(null, null, null, 0640, time.minusSeconds(60), time));
    var options = TransferOptions.builder().preserveMtime(true).preserveMode(true).build();
    memory.transfers().get("/r/a", local.resolve("b"), options);
    assertThat(Files.getLastModifiedTime(local.resolve("b")).toInstant()).isEqualTo(time);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(local.resolve("b"))))
        .isEqualTo("rw-r-----");
  }

  @Test
  void worksWithoutChannelsThatAreRefused() throws Exception {
    byte[] bytes = Trees.bytes(1, 40_000_000);
    memory.store().file("/r/a", bytes);
    memory.server().channels = 2;
    memory.server().fail("openStripe", "/r/a", 4);
    memory.transfers().get("/r/a", local.resolve("b"), DEFAULTS);
    Trees.assertSameBytes(local.resolve("b"), bytes);
  }
}
