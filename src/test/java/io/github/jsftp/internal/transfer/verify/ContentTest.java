package io.github.jsftp.internal.transfer.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.transfer.context.ActiveTransfers;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.MemoryBudget;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ContentTest {
  private static final TransferOptions BY_CONTENT =
      TransferOptions.builder().verify(Verify.CONTENT).build();

  /** The digest of "hello". */
  private static final String HELLO =
      "SHA-256 2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";

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
  void comparesAllOfAFileWhoseSizeIsNotReported(boolean resume) throws Exception {
    memory.server().sizes = size -> -1;
    byte[] bytes = Trees.bytes(1, 700_000);
    var options = TransferOptions.builder().verify(Verify.CONTENT).resume(resume).build();
    Path file = Files.write(local.resolve("a"), bytes);
    memory.transfers().put(file, "/r/b", options);
    assertThat(memory.store().bytes("/r/b")).isEqualTo(bytes);
    memory.transfers().get("/r/b", local.resolve("c"), options);
    memory.transfers().trees().getR("/r", local.resolve("d"), options);
    Trees.assertSameBytes(local.resolve("c"), bytes);
    Trees.assertSameBytes(local.resolve("d/b"), bytes);
    memory.server().fetching = ContentTest::lastBitFlipped;
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", options))
        .isInstanceOf(VerificationException.class);
  }

  private static byte[] lastBitFlipped(byte[] bytes) {
    byte[] flipped = bytes.clone();
    flipped[flipped.length - 1] ^= 1;
    return flipped;
  }

  private void hashes(String... algorithms) {
    memory.server().hashes = Set.of(algorithms);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SHA-256", "SHA-1", "MD5"})
  void acceptsEqualContent(String offered) throws Exception {
    hashes(offered);
    Path tree = local.resolve("tree");
    Trees.create(tree, 3, 24, 60_000);
    memory.server().shortReads = true;
    assertThat(memory.transfers().trees().putR(tree, "/r/t", BY_CONTENT).transferred())
        .isEqualTo(24);
    assertThat(
            memory.transfers().trees().getR("/r/t", local.resolve("to"), BY_CONTENT).transferred())
        .isEqualTo(24);
    Trees.assertEqual(local.resolve("to"), tree);
    assertThat(memory.server().count("read")).isPositive();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SHA-256", "MD5"})
  void noticesAnUploadThatIsStoredWrongly(String offered) throws Exception {
    hashes(offered);
    memory.store().file("/r/b", "old");
    memory.server().storing = ContentTest::lastBitFlipped;
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", BY_CONTENT))
        .isInstanceOf(VerificationException.class)
        .hasMessage(
            "put /r/b: the content that arrived differs from what was sent, in bytes 0 to 5"
                + " [me@memory:22]");
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
    assertThat(memory.store().names("/r")).containsExactly("b");
  }

  @Test
  void reportsBothDigests() throws Exception {
    memory.server().storing = ContentTest::lastBitFlipped;
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", BY_CONTENT))
        .isInstanceOfSatisfying(
            VerificationException.class,
            e -> {
              assertThat(e.expected()).isEqualTo(HELLO);
              assertThat(e.actual()).startsWith("SHA-256 ").isNotEqualTo(HELLO);
              assertThat(e.bytes()).isEqualTo(5);
            });
    memory.server().storing = bytes -> bytes;
    memory.server().fetching = ContentTest::lastBitFlipped;
    hashes("SHA-256");
    memory.store().file("/r/b", "hello");
    assertThatThrownBy(() -> memory.transfers().get("/r/b", local.resolve("c"), BY_CONTENT))
        .isInstanceOfSatisfying(
            VerificationException.class, e -> assertThat(e.expected()).isEqualTo(HELLO));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void noticesADownloadThatIsReadWrongly(boolean listed) throws Exception {
    hashes("SHA-256");
    memory.store().file("/r/t/b", "hello");
    Path file = memory.file("to/b", "old");
    memory.server().fetching = ContentTest::lastBitFlipped;
    assertThatThrownBy(
            () -> {
              if (listed) {
                memory.transfers().trees().getR("/r/t", local.resolve("to"), BY_CONTENT);
              } else {
                memory.transfers().get("/r/t/b", file, BY_CONTENT);
              }
            })
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining(" /r/t/b: the content that arrived differs");
    assertThat(file).hasContent("old");
    assertThat(file.getParent().toFile().list()).containsExactly("b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "SHA-256", "MD5"})
  void noticesStreamsThatAreStoredWrongly(String offered) throws Exception {
    hashes(offered);
    byte[] bytes = Trees.bytes(1, 3_000_000);
    memory.transfers().put(new ByteArrayInputStream(bytes), "/r/b", BY_CONTENT);
    var out = new ByteArrayOutputStream();
    memory.transfers().get("/r/b", out, BY_CONTENT);
    assertThat(out.toByteArray()).isEqualTo(bytes);

    memory.server().storing = ContentTest::lastBitFlipped;
    assertThatThrownBy(
            () -> memory.transfers().put(new ByteArrayInputStream(bytes), "/r/c", BY_CONTENT))
        .isInstanceOf(VerificationException.class);
    assertThat(memory.store().names("/r")).containsExactly("b");
  }

  @Test
  void noticesADownloadToAStreamThatIsReadWrongly() {
    hashes("SHA-256");
    memory.store().file("/r/b", Trees.bytes(1, 100_000));
    memory.server().fetching = ContentTest::lastBitFlipped;
    assertThatThrownBy(
            () -> memory.transfers().get("/r/b", new ByteArrayOutputStream(), BY_CONTENT))
        .isInstanceOf(VerificationException.class);
  }

  @Test
  void digestsOnTheServerRatherThanReadingBack() throws Exception {
    hashes("SHA-256", "MD5");
    Path file = memory.file("a", "hello");
    memory.transfers().put(file, "/r/b", BY_CONTENT);
    assertThat(memory.server().count("hash")).isEqualTo(1);
    assertThat(memory.server().count("read")).isZero();
  }

  /** One side of a comparison. */
  private record Side(boolean isRemote, Supplier<CompletableFuture<Digests>> digest)
      implements Content {
    @Override
    public List<String> algorithms() {
      return ALGORITHMS;
    }

    @Override
    public CompletableFuture<Digests> digest(List<String> wanted, long bytes) {
      return digest.get();
    }
  }

  @Test
  @Timeout(300)
  void digestsBothSidesAtTheSameTime() throws Exception {
    var answer = new CompletableFuture<Digests>();
    var same = new Digests("SHA-256", List.of(new byte[] {1}));
    var there = new Side(true, () -> answer);
    var here =
        new Side(
            false,
            () -> {
              answer.complete(same); // completes only now
              return CompletableFuture.completedFuture(same);
            });
    var call =
        new TransferCall(
            "put",
            memory.store(),
            Backoff.NEVER,
            memory.disk(),
            new ActiveTransfers(OperationLog.DISABLED),
            new MemoryBudget(),
            BY_CONTENT);
    var failures = new CopyErrors(call, () -> "/r/a", "a", () -> "/r/a");
    call.run(() -> "/f", () -> new ContentCheck(call, here, there, failures).run(1));
  }

  @Test
  void readsBackWhenTheServerRefusesToDigest() throws Exception {
    hashes("SHA-256");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("hash"),
            request ->
                MemoryStore.failures()
                    .protocolViolation("put", request.path(), "a digest of 3 bytes", null));
    Path file = memory.file("a", "hello");
    memory.transfers().put(file, "/r/b", BY_CONTENT);
    assertThat(memory.server().count("read")).isPositive();
    assertThat(memory.store().text("/r/b")).isEqualTo("hello");
  }

  @Test
  void reportsThatReadingBackIsDenied() throws Exception {
    memory.store().file("/r/b", "old");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("open") && memory.server().count("hash") > 0,
            request ->
                MemoryStore.failures()
                    .status("put", request.path(), 3, null, Failures.Expected.ANY, null));
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", BY_CONTENT))
        .isInstanceOf(TransferException.class)
        .hasMessage(
            "put /r/b: the content can't be verified: permission denied"
                + " [SSH_FX_PERMISSION_DENIED, me@memory:22]");
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
  }

  @Test
  void failsWhenTheConnectionIsLost() throws Exception {
    memory.store().file("/r/b", "old");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("hash"),
            request -> MemoryStore.failures().connectionLost("put", request.path(), null));
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", BY_CONTENT))
        .isInstanceOf(ConnectionException.class);
    assertThat(memory.server().count("read")).isZero();
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
  }

  @Test
  void reportsAFileThatTheServerMovesAwayBeforeItIsVerified() throws Exception {
    memory
        .server()
        .failWhen(
            request -> request.name().equals("open") && memory.server().count("hash") > 0,
            request ->
                MemoryStore.failures()
                    .status("put", request.path(), 2, null, Failures.Expected.ANY, null));
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", BY_CONTENT))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("but the server has moved the file away");
  }

  @Test
  void noticesALocalFileThatIsChangedWhileItIsWritten() throws Exception {
    memory.store().file("/r/b", "hello");
    hashes("SHA-256");
    var changed = new AtomicBoolean();
    memory
        .server()
        .hold(
            request -> {
              if (request.name().equals("hash")) {
                changed.set(change());
              }
              return false;
            });
    assertThatThrownBy(() -> memory.transfers().get("/r/b", local.resolve("b"), BY_CONTENT))
        .isInstanceOf(VerificationException.class);
    assertThat(changed).isTrue();
    assertThat(memory.names()).isEmpty();
  }

  private boolean change() {
    try {
      Files.writeString(local.resolve(memory.names().get(0)), "hallo");
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @CsvSource({"SHA-256, 0", "SHA-1, 1", "SHA-512, 1"})
  void readsTheFileUnlessTheServerHasTheAlgorithm(String algorithm, int reads) throws Exception {
    hashes("SHA-256");
    memory.store().file("/r/b", "hello");
    String found = memory.transfers().checksum("/r/b", algorithm);
    byte[] expected =
        java.security.MessageDigest.getInstance(algorithm)
            .digest("hello".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    assertThat(found).isEqualTo(java.util.HexFormat.of().formatHex(expected));
    assertThat(Math.min(1, memory.server().count("read"))).isEqualTo(reads);
  }

  @Test
  void doesNotReadADeviceBack() throws Exception {
    memory.store().other("/r/b");
    var result = memory.transfers().put(memory.file("a", "hello"), "/r/b", BY_CONTENT);
    assertThat(result.warnings())
        .containsExactly("/r/b: content not verified: a device or pipe can't be read back");
  }

  @Test
  void digestsPiecesHoweverTheBytesAreSplit() {
    byte[] bytes = Trees.bytes(1, 1000);
    var one = new PieceDigest("SHA-256", 300);
    one.update(bytes, 0, 1000);
    var other = new PieceDigest("SHA-256", 300);
    for (int i = 0; i < 1000; i += 7) {
      other.update(bytes, i, Math.min(7, 1000 - i));
    }
    var third = new PieceDigest("SHA-256");
    third.update(bytes, 900, 100);
    var pieces = one.finish().pieces();
    assertThat(pieces).hasSize(4);
    assertThat(Arrays.deepEquals(pieces.toArray(), other.finish().pieces().toArray())).isTrue();
    assertThat(pieces.get(3)).isEqualTo(third.finish().pieces().get(0));
    var whole = new PieceDigest("SHA-256", 1000);
    whole.update(bytes, 0, 1000);
    assertThat(whole.finish().pieces()).hasSize(1);
  }
}
