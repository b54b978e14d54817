package io.github.jsftp.internal.bulk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.BulkException;
import io.github.jsftp.BulkResult;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
class BulkRunTest {
  private final MemoryStore store = MemoryStore.create(3);
  private final List<String> log = new ArrayList<>();

  private BulkCalls calls() {
    return new BulkCalls(store, Backoff.NEVER, new OperationLog(new Lines()));
  }

  private final class Lines implements OperationLog.Output {
    @Override
    public boolean isWanted() {
      return true;
    }

    @Override
    public void add(String line) {
      log.add(line);
    }
  }

  private static GivenPaths paths(List<String> paths) {
    return GivenPaths.of(paths, UnaryOperator.identity());
  }

  private List<String> files(int count) {
    List<String> names = IntStream.range(0, count).mapToObj("/d/f%04d"::formatted).toList();
    names.forEach(name -> store.file(name, ""));
    return names;
  }

  private static List<Kind> kinds(Throwable failure) {
    return kinds(((BulkException) failure.getSuppressed()[0]).report());
  }

  private static List<Kind> kinds(BulkResult result) {
    return result.outcomes().stream().map(FileOutcome::kind).toList();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 64})
  void keepsAsManyRequestsInFlightAsTheChannelsCarry(int window) {
    store.server().window = window;
    store.server().hold(request -> request.name().equals("remove"));
    var removing = removeInBackground(files(500), OnError.ABORT);
    Eventually.until("as many wait", () -> store.server().held().size() == window);
    store.server().release();

    assertThat(removing.join()).isNull();
    assertThat(store.names("/d")).isEmpty();
    assertThat(store.server().peak()).isEqualTo(window);
  }

  @Test
  void logsOneLineForACall() throws IOException {
    calls().remove(paths(files(1200)), OnError.ABORT);
    calls().remove(paths(List.of()), OnError.ABORT);
    assertThat(log.get(0)).matches("removeAll /d/f0000 and 1,199 more: done in \\d+ ms");
    assertThat(log.get(1)).matches("removeAll: done in \\d+ ms");
  }

  @Test
  void throwsTheFirstFailureInTheOrderGivenThoughALaterOneWasFaster() {
    List<String> names = files(200);
    store.server().fail("remove", "/d/f0005", 3);
    store.server().fail("remove", "/d/f0040", 2);
    store.server().hold(request -> request.path().equals("/d/f0005"));
    var removing = removeInBackground(names, OnError.ABORT);
    Eventually.until("the later one", () -> store.server().count("remove") > 40);
    Eventually.until("its failure", () -> store.server().inFlight() == 1);
    store.server().release();

    Throwable failure = removing.join();

    assertThat(failure)
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageStartingWith("remove /d/f0005");
    assertThat(kinds(failure).get(5)).isEqualTo(Kind.FAILED);
    assertThat(kinds(failure).get(40)).isEqualTo(Kind.FAILED);
    assertThat(store.server().count("remove")).isLessThan(200);
    for (int i = 0; i < names.size(); i++) {
      boolean isDeleted = kinds(failure).get(i) == Kind.DELETED;
      assertThat(store.exists(names.get(i))).isEqualTo(!isDeleted);
    }
    assertThat(kinds(failure)).endsWith(Kind.SKIPPED);
  }

  private CompletableFuture<Throwable> removeInBackground(List<String> names, OnError onError) {
    return CompletableFuture.supplyAsync(
        () -> catchThrowable(() -> calls().remove(paths(names), onError)));
  }

  @ParameterizedTest
  @CsvSource({"ABORT", "CONTINUE"})
  void tellsWhichFilesAreLeftWhenTheConnectionIsLost(OnError onError) {
    List<String> names = files(300);
    store.server().cutAt(150);

    ConnectionException failure =
        catchThrowableOfType(
            ConnectionException.class, () -> calls().remove(paths(names), onError));

    assertThat(failure).hasMessageContaining("connection lost");
    List<Kind> kinds = kinds(failure);
    assertThat(kinds).contains(Kind.DELETED, Kind.FAILED, Kind.SKIPPED);
    for (int i = 0; i < names.size(); i++) {
      if (kinds.get(i) != Kind.FAILED) {
        assertThat(store.exists(names.get(i))).isEqualTo(kinds.get(i) == Kind.SKIPPED);
      }
    }
  }

  @Test
  void endsAtAnInterruptAndTellsWhatIsUnknown() throws Exception {
    List<String> names = files(100);
    store.server().hold(request -> request.path().equals("/d/f0007"));
    var failure = new CompletableFuture<Throwable>();
    var isInterrupted = new CompletableFuture<Boolean>();
    var thread =
        new Thread(
            () -> {
              failure.complete(
                  catchThrowable(() -> calls().remove(paths(names), OnError.CONTINUE)));
              isInterrupted.complete(Thread.currentThread().isInterrupted());
            });
    thread.start();
    Eventually.until("only one is held", () -> store.server().count("remove") == 100);
    Eventually.until("the others are done", () -> store.server().inFlight() == 1);
    thread.interrupt();
    thread.join();
    store.server().release();

    assertThat(failure.join()).isInstanceOf(InterruptedIOException.class);
    assertThat(isInterrupted.join()).isTrue();
    BulkResult result = ((BulkException) failure.join().getSuppressed()[0]).report();
    assertThat(result.failures()).hasSize(1);
    assertThat(result.failures().get(0))
        .hasToString(
            "fail /d/f0007: removeAll /d/f0007: interrupted, and unknown whether it took effect"
                + " [me@memory:22]");
    assertThat(result.succeeded()).isEqualTo(99);
  }

  @Test
  void renamesToSimilarNamesOneAfterTheOther() {
    store.server().ignoreCase();
    store.file("/d/a", "a").file("/d/b", "b");
    Map<String, String> names = new LinkedHashMap<>();
    names.put("/d/a", "/d/new");
    names.put("/d/b", "/d/NEW");

    BulkException failure =
        catchThrowableOfType(
            BulkException.class,
            () -> calls().rename(Renames.of(names, UnaryOperator.identity()), OnError.CONTINUE));

    assertThat(failure).hasMessageContaining("1 of 2 failed: /d/b");
    assertThat(store.text("/d/new")).isEqualTo("a");
    assertThat(store.text("/d/b")).isEqualTo("b");
  }

  @Test
  void waitsForTheNameThatAnotherRenameFrees() throws Exception {
    for (int i = 0; i < 50; i++) {
      store.file("/d/log." + i, "" + i);
    }
    store.server().hold(request -> request.path().equals("/d/log.49"));
    Map<String, String> names = new LinkedHashMap<>();
    for (int i = 0; i < 50; i++) {
      names.put("/d/log." + i, "/d/log." + (i + 1));
    }
    var renaming =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowable(
                    () ->
                        calls()
                            .rename(
                                Renames.of(names, UnaryOperator.identity()), OnError.CONTINUE)));
    Eventually.until("the last one", () -> store.server().held().size() == 1);
    assertThat(store.server().count("rename")).isEqualTo(1);
    store.server().release();
    assertThat(renaming.join()).isNull();
    assertThat(store.text("/d/log.50")).isEqualTo("49");
    assertThat(store.text("/d/log.1")).isEqualTo("0");
  }

  @Test
  void changesADirectoryOnlyAfterWhatIsGivenBeforeIt() {
    store.file("/d/e/f", "").file("/d/g", "");
    store.server().hold(request -> request.path().equals("/d/e/f"));
    var changing =
        CompletableFuture.supplyAsync(
            () ->
                catchThrowable(
                    () ->
                        calls()
                            .setAttributes(
                                "chmodAll",
                                paths(List.of("/d/g", "/d/e/f", "/d/e", "/d")),
                                AttributeChanges.permissions(0700),
                                OnError.ABORT)));
    Eventually.until("the file", () -> store.server().held().size() == 1);
    Eventually.until("its sibling", () -> store.server().inFlight() == 1);
    assertThat(store.server().paths("setAttributes")).containsExactly("/d/g", "/d/e/f");
    store.server().release();
    assertThat(changing.join()).isNull();
    assertThat(store.server().paths("setAttributes"))
        .containsExactly("/d/g", "/d/e/f", "/d/e", "/d");
  }

  @Test
  void handlesManyFailuresWithFewRequestsInFlight() throws IOException {
    List<String> names = IntStream.range(0, 10_000).mapToObj("/none/%05d"::formatted).toList();
    BulkException failure =
        catchThrowableOfType(
            BulkException.class, () -> calls().remove(paths(names), OnError.CONTINUE));
    assertThat(failure.report().failed()).isEqualTo(10_000);
    assertThat(store.server().peak()).isLessThanOrEqualTo(64);
  }

  @Test
  void failsForAProgramErrorInsteadOfHanging() {
    store
        .server()
        .failWhen(request -> request.number() == 5, request -> new IllegalStateException("bug"));
    assertThatThrownBy(() -> calls().remove(paths(files(100)), OnError.CONTINUE))
        .isInstanceOf(IllegalStateException.class);
  }
}
