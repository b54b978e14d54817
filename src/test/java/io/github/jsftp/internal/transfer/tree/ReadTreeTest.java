package io.github.jsftp.internal.transfer.tree;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.ContentCallback;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.Progress;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules of reading the files of a tree as streams. */
@Timeout(300)
final class ReadTreeTest {
  private static final int PERMISSION_DENIED = 3;
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();
  private static final TransferOptions CONTINUE =
      TransferOptions.builder().onError(OnError.CONTINUE).build();

  @TempDir Path local;
  private MemoryTransfers memory;
  private final List<String> seen = new ArrayList<>();

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  /** Records the text of each file. */
  private ContentCallback recording() {
    return (file, in) -> seen.add(file.path() + "=" + new String(in.readAllBytes(), UTF_8));
  }

  private static TransferOptions options(UnaryOperator<TransferOptions.Builder> set) {
    return set.apply(TransferOptions.builder()).build();
  }

  @Test
  void passesTheFilesInTheOrderOfAWalkOnTheCallersThread() throws Exception {
    memory.store().file("/r/t/b/c", "1").file("/r/t/a", "2").directory("/r/t/empty");
    memory.store().file("/r/t/z", "").file("/r/t/b/.d", "4");
    var threads = new ArrayList<Thread>();
    var result =
        memory
            .transfers()
            .trees()
            .readTree(
                "/r/t",
                (file, in) -> {
                  threads.add(Thread.currentThread());
                  recording().accept(file, in);
                },
                DEFAULTS);
    assertThat(seen).containsExactly("/r/t/a=2", "/r/t/b/.d=4", "/r/t/b/c=1", "/r/t/z=");
    assertThat(threads).containsOnly(Thread.currentThread());
    assertThat(result.transferred()).isEqualTo(4);
    assertThat(result.bytes()).isEqualTo(3);
    assertThat(result.failed()).isZero();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void readsFilesOfAnySizeWhateverTheServerReturns(boolean shortReads) throws Exception {
    memory.server().shortReads = shortReads;
    memory.server().requestSize = 7_000;
    var expected = new HashMap<String, byte[]>();
    for (int size : new int[] {0, 1, 6_999, 7_000, 7_001, 100_000, 1_000_000, 9_000_000}) {
      expected.put("/r/t/" + size, Trees.bytes(size, size));
      memory.store().file("/r/t/" + size, expected.get("/r/t/" + size));
    }
    memory
        .transfers()
        .trees()
        .readTree(
            "/r/t",
            (file, in) -> assertThat(in.readAllBytes()).isEqualTo(expected.remove(file.path())),
            options(it -> it.verify(Verify.CONTENT)));
    assertThat(expected).isEmpty();
  }

  @Test
  void readsSingleBytesAndSkips() throws Exception {
    byte[] bytes = Trees.bytes(1, 100_000);
    memory.store().file("/r/t/a", bytes);
    memory
        .transfers()
        .trees()
        .readTree(
            "/r/t",
            (file, in) -> {
              assertThat(in.read()).isEqualTo(bytes[0] & 0xff);
              assertThat(in.available()).isPositive();
              in.skipNBytes(70_000);
              assertThat(in.readNBytes(10)).isEqualTo(Arrays.copyOfRange(bytes, 70_001, 70_011));
              assertThat(in.read(new byte[0])).isZero();
              in.skipNBytes(100_000 - 70_011);
              assertThat(in.read()).isEqualTo(-1);
              assertThat(in.read()).isEqualTo(-1);
            },
            DEFAULTS);
  }

  @Test
  void requestsTheNextFilesWhileOneIsRead() throws Exception {
    for (int i = 0; i < 50; i++) {
      memory.store().file("/r/t/" + i, "text " + i);
    }
    var opened = new ArrayList<Integer>();
    memory
        .transfers()
        .trees()
        .readTree(
            "/r/t",
            (file, in) -> {
              in.readAllBytes();
              opened.add(memory.server().paths("open").size());
            },
            DEFAULTS);
    assertThat(opened.get(0)).isGreaterThan(20);
  }

  @Test
  void requestsFewBytesOfLaterFilesAndOpensFewBigOnes() throws Exception {
    for (int i = 0; i < 6; i++) {
      memory.store().file("/r/t/" + i, new byte[20 << 20]);
    }
    var opened = new ArrayList<Integer>();
    memory
        .transfers()
        .trees()
        .readTree(
            "/r/t",
            (file, in) -> {
              in.skipNBytes(file.size());
              opened.add(memory.server().open());
            },
            DEFAULTS);
    assertThat(opened).allMatch(open -> open <= 3 * memory.server().channels);
  }

  @Test
  void needNotBeReadToItsEnd() throws Exception {
    for (int i = 0; i < 20; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 40_000_000 / 20 * (i % 2 + 1)));
    }
    var result =
        memory
            .transfers()
            .trees()
            .readTree(
                "/r/t",
                (file, in) -> {
                  int wanted = Integer.parseInt(file.name()) % 3 * 1000;
                  assertThat(in.readNBytes(wanted)).hasSize(wanted);
                },
                DEFAULTS);
    assertThat(result.transferred()).isEqualTo(20);
    assertThat(result.bytes()).isEqualTo(7 * 1000 + 6 * 2000);
    assertThat(memory.server().open()).isZero();
  }

  @Test
  void throwsInTheStreamIfAFileIsShorterThanListed() {
    memory.store().file("/r/t/a", "12345");
    memory.server().sizes = size -> size + 1;
    assertThatThrownBy(
            () ->
                memory
                    .transfers()
                    .trees()
                    .readTree(
                        "/r/t",
                        (file, in) -> {
                          assertThat(in.readNBytes(5)).hasSize(5);
                          seen.add(file.name());
                          in.read();
                        },
                        DEFAULTS))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("only 5 of 6 bytes were read");
    assertThat(seen).containsExactly("a");
  }

  @Test
  void verifiesAFileThatIsReadExactlyToItsSize() {
    byte[] bytes = new byte[20_000_000];
    memory.store().file("/r/t/a", bytes);
    assertThatThrownBy(
            () ->
                memory
                    .transfers()
                    .trees()
                    .readTree(
                        "/r/t",
                        (file, in) -> {
                          memory.server().sizes = size -> size + 1; // since the listing
                          in.skipNBytes(bytes.length);
                          seen.add("read");
                        },
                        DEFAULTS))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("the source changed");
    assertThat(seen).containsExactly("read");
  }

  @Test
  void throwsTheFirstFailureInTheOrderOfTheWalk() {
    memory.store().file("/r/t/a", "1").file("/r/t/b", "2").file("/r/t/c", "3");
    memory.server().fail("open", "/r/t/b", PERMISSION_DENIED);
    assertThatThrownBy(() -> memory.transfers().trees().readTree("/r/t", recording(), DEFAULTS))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/r/t/b");
    assertThat(seen).containsExactly("/r/t/a=1");
  }

  @Test
  void endsAfterAStreamHasFailedEvenIfTheCallbackDoesNotThrow() {
    memory.store().file("/r/t/a", "1").file("/r/t/b", "2");
    memory.server().fail("read", "/r/t/a", PERMISSION_DENIED);
    assertThatThrownBy(
            () ->
                memory
                    .transfers()
                    .trees()
                    .readTree(
                        "/r/t",
                        (file, in) -> {
                          seen.add(file.name());
                          assertThatThrownBy(in::read).isInstanceOf(TransferException.class);
                          assertThatThrownBy(in::read).isInstanceOf(TransferException.class);
                        },
                        DEFAULTS))
        .isInstanceOf(TransferException.class);
    assertThat(seen).containsExactly("a");
  }

  @Test
  void continuesAfterFailuresAndReportsThemAtTheEnd() {
    for (String name : List.of("a", "b", "c", "d", "e/f", "g")) {
      memory.store().file("/r/t/" + name, name);
    }
    memory.server().fail("open", "/r/t/b", PERMISSION_DENIED);
    memory.server().fail("read", "/r/t/c", PERMISSION_DENIED);
    memory.server().fail("read", "/r/t/d", PERMISSION_DENIED);
    memory.server().fail("list", "/r/t/e", PERMISSION_DENIED);
    assertThatThrownBy(
            () ->
                memory
                    .transfers()
                    .trees()
                    .readTree(
                        "/r/t",
                        (file, in) -> {
                          try {
                            recording().accept(file, in);
                          } catch (IOException e) {
                            throw new UncheckedIOException("wrapped as by BufferedReader", e);
                          }
                        },
                        CONTINUE))
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> {
              assertThat(e.report().orElseThrow().failures())
                  .extracting(failure -> failure.path())
                  .containsExactly("b", "c", "d", "e");
              assertThat(e.report().orElseThrow().transferred()).isEqualTo(2);
            });
    assertThat(seen).containsExactly("/r/t/a=a", "/r/t/g=g");
  }

  @Test
  void endsWithTheExceptionOfTheCallbackWhateverTheOptions() {
    memory.store().file("/r/t/a", new byte[3_000_000]).file("/r/t/b", "2");
    for (Exception thrown : List.of(new IOException("mine"), new IllegalStateException("mine"))) {
      ContentCallback failing =
          (file, in) -> {
            seen.add(file.name());
            in.read();
            if (thrown instanceof IOException io) {
              throw io;
            }
            throw (RuntimeException) thrown;
          };
      assertThatThrownBy(() -> memory.transfers().trees().readTree("/r/t", failing, CONTINUE))
          .isSameAs(thrown);
    }
    assertThat(seen).containsExactly("a", "a");
  }

  @Test
  void failsForAMissingTreeAndAFileInItsPlace() {
    memory.store().file("/r/a", "1");
    assertThatThrownBy(() -> memory.transfers().trees().readTree("/r/none", recording(), CONTINUE))
        .isInstanceOf(NoSuchPathException.class);
    assertThatThrownBy(() -> memory.transfers().trees().readTree("/r/a", recording(), CONTINUE))
        .hasMessageContaining("is not a directory");
    assertThat(seen).isEmpty();
  }

  @Test
  void followsLinksOrSkipsThem() throws Exception {
    memory.store().file("/r/t/a", "1").link("/r/t/b", "a").link("/r/t/c", "none");
    memory.store().file("/r/other/d", "2").link("/r/t/e", "/r/other").link("/r/t/f", "/r/t");
    memory.store().other("/r/t/g");
    var followed = memory.transfers().trees().readTree("/r/t", recording(), DEFAULTS);
    assertThat(seen).containsExactly("/r/t/a=1", "/r/t/b=1", "/r/t/e/d=2");
    assertThat(followed.skipped()).isEqualTo(3);
    assertThat(followed.warnings())
        .containsExactly(
            "/r/t/c: skipped: dangling link",
            "/r/t/f: skipped: the link points to a directory that contains it",
            "/r/t/g: skipped: not a file, a directory or a link");
    seen.clear();
    var skipped =
        memory
            .transfers()
            .trees()
            .readTree("/r/t", recording(), options(it -> it.symlinks(Symlinks.SKIP)));
    assertThat(seen).containsExactly("/r/t/a=1");
    assertThat(skipped.skipped()).isEqualTo(5);
  }

  @Test
  void passesOnlyFilesThatTheFilterAccepts() throws Exception {
    memory.store().file("/r/t/a.csv", "1").file("/r/t/b", "2").file("/r/t/c/d.csv", "3");
    memory.transfers().trees().readTree("/r/t", recording(), options(it -> it.filter("*.csv")));
    assertThat(seen).containsExactly("/r/t/a.csv=1", "/r/t/c/d.csv=3");
    assertThat(memory.server().paths("open")).doesNotContain("/r/t/b");
    var thrown = new IllegalStateException("mine");
    assertThatThrownBy(
            () ->
                memory
                    .transfers()
                    .trees()
                    .readTree(
                        "/r/t",
                        recording(),
                        options(
                            it ->
                                it.filter(
                                    path -> {
                                      throw thrown;
                                    }))))
        .isSameAs(thrown);
  }

  @Test
  void refusesOptionsThatNeedATargetByTheirNames() {
    Map<String, TransferOptions> refused =
        Map.of(
            "preserveMtime(true)", options(it -> it.preserveMtime(true)),
            "preserveMode(true)", options(it -> it.preserveMode(true)),
            "existing(SKIP)", options(it -> it.existing(Existing.SKIP)),
            "existing(UPDATE)", options(it -> it.existing(Existing.UPDATE)),
            "atomic(false)", options(it -> it.atomic(false)),
            "resume(true)", options(it -> it.resume(true)),
            "deleteExtraneous(true)", options(it -> it.deleteExtraneous(true)),
            "symlinks(COPY)", options(it -> it.symlinks(Symlinks.COPY)),
            "dryRun(true)", options(it -> it.dryRun(true)));
    refused.forEach(
        (name, options) ->
            assertThatThrownBy(
                    () -> memory.transfers().trees().readTree("/r", recording(), options))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name));
    assertThat(memory.server().count()).isZero();
  }

  @Test
  void closesAStreamWhenTheCallbackReturns() throws Exception {
    memory.store().file("/r/t/a", new byte[300_000]).file("/r/t/b", "2");
    var kept = new ArrayList<InputStream>();
    memory
        .transfers()
        .trees()
        .readTree(
            "/r/t",
            (file, in) -> {
              kept.forEach(
                  old -> assertThatThrownBy(old::read).hasMessageContaining("stream closed"));
              in.read();
              kept.add(in);
            },
            DEFAULTS);
    assertThat(kept).hasSize(2);
    assertThatThrownBy(() -> kept.get(1).read()).hasMessageContaining("stream closed");
    assertThat(kept.get(1).available()).isZero();
  }

  @Test
  void lendsTheCallbackEnoughMemoryForOtherCalls() throws Exception {
    var transfers = memory.transfers(); // all calls share one budget
    for (int i = 0; i < 4; i++) {
      memory.store().file("/r/t/" + i, Trees.bytes(i, 3_000_000));
    }
    transfers
        .trees()
        .readTree(
            "/r/t",
            (outer, in) -> {
              in.read();
              transfers
                  .trees()
                  .readTree(
                      "/r/t",
                      (inner, content) -> {
                        content.read();
                        seen.add(outer.name() + inner.name());
                        if (inner.name().equals("3")) {
                          transfers
                              .trees()
                              .readTree(
                                  "/r/t", (third, last) -> last.skipNBytes(third.size()), DEFAULTS);
                          transfers.get("/r/t/0", local.resolve("copy"), DEFAULTS);
                        }
                        content.skipNBytes(2_999_999);
                      },
                      DEFAULTS);
              in.skipNBytes(2_999_999);
            },
            DEFAULTS);
    assertThat(seen).hasSize(16).contains("00", "33");
  }

  @Test
  void countsProgressByWhatTheCallbackHasRead() throws Exception {
    memory.store().file("/r/t/a", new byte[500_000]).file("/r/t/b", new byte[500_000]);
    var last = new AtomicReference<Progress>();
    memory
        .transfers()
        .trees()
        .readTree(
            "/r/t",
            (file, in) -> in.skipNBytes(file.name().equals("a") ? 500_000 : 0),
            options(it -> it.progress(last::set)));
    assertThat(last.get().done()).isTrue();
    assertThat(last.get().bytes()).isEqualTo(500_000);
    assertThat(last.get().totalBytes()).hasValue(500_000);
    assertThat(last.get().files()).isEqualTo(2);
  }

  @Test
  void failsIfTheConnectionIsLost() {
    memory.store().file("/r/t/a", "1").file("/r/t/b", new byte[3_000_000]);
    memory
        .server()
        .failWhen(
            request -> request.path().equals("/r/t/b") && request.name().equals("read"),
            request -> MemoryStore.failures().connectionLost("readTree", request.path(), null));
    assertThatThrownBy(() -> memory.transfers().trees().readTree("/r/t", recording(), CONTINUE))
        .isInstanceOf(ConnectionException.class);
    assertThat(seen).containsExactly("/r/t/a=1");
  }

  @Test
  void endsWhenItsThreadIsInterrupted() throws Exception {
    memory.store().file("/r/t/a", new byte[300_000]);
    memory.server().hold(request -> request.name().equals("read"));
    var thrown = new AtomicReference<Throwable>();
    var thread =
        new Thread(
            () -> {
              try {
                memory.transfers().trees().readTree("/r/t", recording(), DEFAULTS);
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    thread.start();
    Eventually.until("replies are held back", () -> !memory.server().held().isEmpty());
    thread.interrupt();
    thread.join(20_000);
    assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
    memory.server().release();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsWhenTheConnectionIsClosedByAnotherThread(boolean inUserCode) throws Exception {
    memory.store().file("/r/t/a", new byte[300_000]).file("/r/t/b", "2");
    if (!inUserCode) {
      memory.server().hold(request -> request.name().equals("read"));
    }
    var transfers = memory.transfers();
    var entered = new CountDownLatch(1);
    var closed = new CountDownLatch(1);
    var thrown = new AtomicReference<Throwable>();
    var thread =
        new Thread(
            () -> {
              try {
                transfers
                    .trees()
                    .readTree(
                        "/r/t",
                        (file, in) -> {
                          entered.countDown();
                          if (inUserCode) {
                            await(closed);
                          }
                          recording().accept(file, in);
                        },
                        DEFAULTS);
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    thread.start();
    entered.await();
    transfers.end(operation -> new IOException(operation + ": closed"));
    closed.countDown();
    thread.join(20_000);
    assertThat(thrown.get()).hasMessage("readTree: closed");
    assertThat(seen).isEmpty();
    memory.server().release();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void keepsToTheNumberOfOpenFiles() throws Exception {
    for (int i = 0; i < 40; i++) {
      memory.store().file("/r/t/" + i, "text");
    }
    memory.transfers().trees().readTree("/r/t", recording(), options(it -> it.parallelism(3)));
    assertThat(seen).hasSize(40);
    assertThat(memory.server().mostOpen()).isLessThanOrEqualTo(3);
  }
}
