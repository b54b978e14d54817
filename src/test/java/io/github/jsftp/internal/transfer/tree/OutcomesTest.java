package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.OnError;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.transfer.context.OutcomeQueue;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryServer;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(300)
final class OutcomesTest {
  @TempDir Path local;
  private MemoryTransfers memory;
  private final List<FileOutcome> outcomes = new ArrayList<>();

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  private TransferOptions.Builder reporting() {
    return TransferOptions.builder().onFile(outcomes::add);
  }

  private TransferOptions.Builder mirror() {
    return reporting().existing(Existing.UPDATE).deleteExtraneous(true).symlinks(Symlinks.COPY);
  }

  private List<String> texts() {
    return outcomes.stream().map(FileOutcome::toString).toList();
  }

  @Test
  void reportsAnUploadInTheOrderOfTheTree() throws Exception {
    memory.file("from/a/b.txt", "x".repeat(1_234));
    memory.file("from/a.txt", "1");
    memory.file("from/c", "22");
    memory.file("from/new\nline", "");
    memory.store().file("/r/t/old/x/y", "1").file("/r/t/c/y", "1").file("/r/t/z", "1");
    Files.createSymbolicLink(local.resolve("from/l"), Path.of("c"));
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", mirror().dryRun(true).build());
    var planned = texts();
    assertThat(planned)
        .containsExactly(
            "make a/",
            "copy a/b.txt (1,234 bytes)",
            "copy a.txt (1 byte)",
            "delete c/y",
            "delete c/",
            "copy c (2 bytes)",
            "link l -> c",
            "copy new?line (0 bytes)",
            "delete old/x/y",
            "delete old/x/",
            "delete old/",
            "delete z");
    outcomes.clear();
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", mirror().build());
    assertThat(texts()).isEqualTo(planned);
    outcomes.clear();
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", mirror().build());
    assertThat(texts())
        .containsExactly("skip a/b.txt", "skip a.txt", "skip c", "skip l", "skip new?line");
  }

  @Test
  void tellsBothPathsAndTheSourcesAttributes() throws Exception {
    Path file = memory.file("from/a/b", "12345");
    Files.setLastModifiedTime(
        file, java.nio.file.attribute.FileTime.from(Instant.ofEpochSecond(1_000)));
    Path from = local.resolve("from");
    memory.store().file("/r/t/old", "1");
    memory.transfers().trees().putR(from, "/r/t", mirror().build());
    assertThat(outcomes).extracting(FileOutcome::path).containsExactly("a", "a/b", "old");
    assertThat(outcomes)
        .extracting(FileOutcome::source)
        .containsExactly(from + "/a", from + "/a/b", "");
    assertThat(outcomes)
        .extracting(FileOutcome::target)
        .containsExactly("/r/t/a", "/r/t/a/b", "/r/t/old");
    FileInfo info = outcomes.get(1).info().orElseThrow();
    assertThat(info.path()).isEqualTo(file.toAbsolutePath().toString());
    assertThat(info.size()).isEqualTo(5);
    assertThat(info.isFile()).isTrue();
    assertThat(info.modified()).isEqualTo(Instant.ofEpochSecond(1_000));
    assertThat(info.mode()).isEqualTo(memory.store().info("/r/t/a/b").mode());
    assertThat(outcomes.get(2).info().orElseThrow().path()).isEqualTo("/r/t/old");
    outcomes.clear();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), reporting().build());
    assertThat(texts()).containsExactly("make ./", "make a/", "copy a/b (5 bytes)");
    assertThat(outcomes.get(2).source()).isEqualTo("/r/t/a/b");
    assertThat(outcomes.get(2).target()).isEqualTo(local + "/to/a/b");
    assertThat(outcomes.get(2).info()).contains(memory.store().info("/r/t/a/b"));
  }

  @Test
  void reportsEachOfManyFilesOnceAndInOrder() throws Exception {
    List<String> names = Trees.create(local.resolve("from"), 3, 400, 3_000);
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", reporting().build());
    var walk = new ArrayList<String>();
    memory
        .transfers()
        .trees()
        .getR(
            "/r/t",
            local.resolve("to"),
            reporting().filter(walk::add).onFile(outcomes::add).build());
    var files = outcomes.stream().filter(outcome -> outcome.kind() == Kind.COPIED).toList();
    assertThat(files).hasSize(800);
    assertThat(files.subList(400, 800)).extracting(FileOutcome::path).isEqualTo(walk);
    assertThat(files.subList(0, 400)).extracting(FileOutcome::path).isEqualTo(walk);
    assertThat(walk).containsExactlyInAnyOrderElementsOf(names);
  }

  @Test
  void createsDirectoriesForAFilterJustBeforeTheirFiles() throws Exception {
    memory.store().file("/r/t/a/b/x.csv", "1").file("/r/t/a/b/y.csv", "2").file("/r/t/c/d", "3");
    var options = reporting().filter("*.csv").build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(texts())
        .containsExactly(
            "make ./",
            "make a/",
            "make a/b/",
            "copy a/b/x.csv (1 byte)",
            "copy a/b/y.csv (1 byte)");
  }

  @Test
  void reportsFailuresInTheirPlaces() throws Exception {
    memory
        .store()
        .file("/r/t/a", "1")
        .file("/r/t/b", "2")
        .file("/r/t/c/d", "3")
        .file("/r/t/e", "4");
    memory.server().fail("open", "/r/t/b", 3);
    memory.server().fail("list", "/r/t/c", 3);
    var options = reporting().onError(OnError.CONTINUE).build();
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), options))
        .isInstanceOf(TransferException.class);
    assertThat(outcomes)
        .extracting(FileOutcome::kind)
        .containsExactly(
            Kind.CREATED, Kind.COPIED, Kind.FAILED, Kind.CREATED, Kind.FAILED, Kind.COPIED);
    assertThat(outcomes).extracting(FileOutcome::path).containsExactly("", "a", "b", "c", "c", "e");
    assertThat(outcomes.get(2).failure().orElseThrow()).hasMessageContaining("/r/t/b");
    assertThat(outcomes.get(2).info()).contains(memory.store().info("/r/t/b"));
  }

  @Test
  void reportsWhatIsCompleteAndTheFailureThatEndsTheCall() throws Exception {
    memory.store().file("/r/t/a", "1").file("/r/t/b", "2").file("/r/t/c", "3").file("/r/t/d", "4");
    memory.server().hold(request -> is(request, "open", "/r/t/a"));
    memory
        .server()
        .failWhen(
            request -> is(request, "open", "/r/t/d"),
            request -> {
              memory.server().release();
              return MemoryStore.failures().status("getR", "/r/t/d", 3, null, Expected.FILE, null);
            });
    var options = reporting().parallelism(2).build();
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), options))
        .hasMessageContaining("/r/t/d");
    outcomes.removeIf(outcome -> outcome.path().equals("a")); // was in progress
    assertThat(outcomes).extracting(FileOutcome::path).containsExactly("", "b", "c", "d");
    assertThat(outcomes.get(3).kind()).isEqualTo(Kind.FAILED);
  }

  private static boolean is(MemoryServer.Request request, String name, String path) {
    return request.name().equals(name) && request.path().equals(path);
  }

  @Test
  void throwsTheExceptionOfTheCallback() {
    IntStream.range(0, 50).forEach(i -> memory.store().file("/r/t/" + i, "x"));
    var mine = new IOException("mine");
    var options =
        TransferOptions.builder()
            .onError(OnError.CONTINUE)
            .onFile(
                outcome -> {
                  outcomes.add(outcome);
                  if (outcomes.size() == 20) {
                    throw mine;
                  }
                })
            .build();
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", local.resolve("to"), options))
        .isSameAs(mine);
    assertThat(outcomes).hasSize(20);
  }

  @Test
  void callsBackOnTheCallersThreadAndMayUseTheConnection() throws Exception {
    IntStream.range(10, 40).forEach(i -> memory.store().file("/r/t/" + i, "x"));
    var threads = new HashSet<Thread>();
    var options =
        TransferOptions.builder()
            .onFile(
                outcome -> {
                  threads.add(Thread.currentThread());
                  if (outcome.kind() == Kind.COPIED) {
                    memory
                        .transfers()
                        .put(
                            new ByteArrayInputStream(new byte[3]),
                            "/r/done-" + outcome.path(),
                            TransferOptions.defaults());
                  }
                })
            .build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(threads).containsExactly(Thread.currentThread());
    assertThat(memory.store().names("/r")).hasSize(31);
  }

  @Test
  void reportsASingleFile() throws Exception {
    Path file = memory.file("a", "123");
    memory.transfers().put(file, "/r/x", reporting().build());
    memory.transfers().put(file, "/r/x", reporting().existing(Existing.SKIP).build());
    memory.transfers().get("/r/x", local.resolve("b"), reporting().dryRun(true).build());
    memory.transfers().get("/r/x", OutputStream.nullOutputStream(), reporting().build());
    memory.transfers().put(new ByteArrayInputStream(new byte[9]), "/r/y", reporting().build());
    var fail = reporting().existing(Existing.FAIL).build();
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/x", fail))
        .hasMessageContaining("/r/x");
    assertThat(texts().subList(0, 5))
        .containsExactly(
            "copy a (3 bytes)",
            "skip a",
            "copy x (3 bytes)",
            "copy x (3 bytes)",
            "copy y (9 bytes)");
    assertThat(outcomes).hasSize(6);
    assertThat(outcomes.get(5).kind()).isEqualTo(Kind.FAILED);
    assertThat(outcomes).extracting(FileOutcome::target).startsWith("/r/x", "/r/x", local + "/b");
    assertThat(outcomes.get(0).info().orElseThrow().path()).isEqualTo(file.toString());
    assertThat(outcomes.get(2).info()).contains(memory.store().info("/r/x"));
  }

  private static final int MANY = 11_000;

  @Test
  void startsNoFurtherFilesWhileTenThousandWaitForOne() throws Exception {
    memory.store().link("/r/t/00000", "x");
    IntStream.range(1, MANY).forEach(i -> memory.store().file(many(i), ""));
    memory.server().hold(request -> request.name().equals("readlink"));
    var seen = new AtomicInteger();
    var options =
        reporting()
            .symlinks(Symlinks.COPY)
            .dryRun(true)
            .filter(path -> seen.incrementAndGet() > 0)
            .build();
    var call =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Eventually.until("10,000 entries wait", () -> seen.get() >= OutcomeQueue.MAX_WAITING);
    assertThat(outcomes).extracting(FileOutcome::path).containsExactly("");
    assertThat(seen).hasValue(OutcomeQueue.MAX_WAITING);
    memory.server().release();
    assertThat(call.join().transferred()).isEqualTo(MANY);
    assertThat(outcomes).hasSize(1 + MANY);
    assertThat(outcomes).extracting(FileOutcome::path).isSorted();
  }

  @Test
  void retriesAFailedFileEarlyIfTenThousandWaitForIt() throws Exception {
    memory.store().file(many(0), "x");
    IntStream.range(1, MANY).forEach(i -> memory.store().other(many(i))); // each is skipped
    var isFirst = new AtomicBoolean(true);
    memory
        .server()
        .failWhen(
            request -> is(request, "read", many(0)) && isFirst.getAndSet(false),
            request ->
                MemoryStore.failures().status("getR", many(0), 4, null, Expected.FILE, null));
    var options = reporting().onError(OnError.CONTINUE).build();
    memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(isFirst).isFalse();
    assertThat(outcomes).hasSize(1 + MANY);
    assertThat(outcomes).extracting(FileOutcome::path).isSorted();
    assertThat(outcomes.stream().filter(o -> o.kind() == Kind.FAILED)).isEmpty();
  }

  @Test
  void deletesNoFurtherEntriesWhileTenThousandWaitForOne() throws Exception {
    memory.file("from/a", "1");
    memory.store().file("/r/t/0/first", "1");
    for (int i = 1; i < MANY; i++) {
      memory.store().file("/r/t/0" + i % 20 + "/" + i, "1");
    }
    for (int i = 0; i < 20; i++) {
      Files.createDirectories(local.resolve("from/0" + i)); // so each is cleared on its own
    }
    Files.createDirectories(local.resolve("from/0"));
    memory.server().hold(request -> is(request, "remove", "/r/t/0/first"));
    var call =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return memory
                    .transfers()
                    .trees()
                    .putR(local.resolve("from"), "/r/t", mirror().build());
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    Eventually.until(
        "no further entries are deleted",
        () -> memory.server().count("remove") > 9_000 && memory.server().inFlight() == 1);
    assertThat(memory.server().count("remove")).isLessThanOrEqualTo(OutcomeQueue.MAX_WAITING);
    memory.server().release();
    assertThat(call.join().deleted()).isEqualTo(MANY);
    var deleted =
        outcomes.stream()
            .filter(outcome -> outcome.kind() == Kind.DELETED)
            .map(outcome -> outcome.path().replace('/', '\0'))
            .toList();
    assertThat(deleted).hasSize(MANY).isSorted();
  }

  private static String many(int i) {
    return String.format("/r/t/%05d", i);
  }
}
