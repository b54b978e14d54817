package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileOutcome;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OnError;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.Progress;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies from one server to another. Both servers are in memory and have the same address. */
@Timeout(300)
final class CopyToTest {
  private static final int PERMISSION_DENIED = 3;
  private static final int FAILURE = 4;
  private static final Instant TIME = Instant.ofEpochSecond(1_700_000_000);
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

  @TempDir Path local;
  private MemoryTransfers from;
  private MemoryTransfers to;

  @BeforeEach
  void prepare() {
    from = new MemoryTransfers(local);
    to = new MemoryTransfers(local);
    to.store().directory("/r/in");
  }

  @AfterEach
  void cleanUp() {
    from.close();
    to.close();
  }

  private static TransferOptions options(UnaryOperator<TransferOptions.Builder> set) {
    return set.apply(TransferOptions.builder()).build();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 100_000, 20_000_000})
  void copiesAFileOfAnySize(int size) throws Exception {
    byte[] bytes = Trees.bytes(1, size);
    from.store().file("/r/a", bytes);
    from.server().requestSize = 30_000;
    to.server().requestSize = 50_000;
    to.server().shortReads = true;
    var result =
        from.transfers()
            .copyTo("/r/a", to.transfers(), "/r/in", options(it -> it.verify(Verify.CONTENT)));
    assertThat(to.store().bytes("/r/in/a")).isEqualTo(bytes);
    assertThat(result.source()).isEqualTo("/r/a");
    assertThat(result.target()).isEqualTo("/r/in/a");
    assertThat(result.bytes()).isEqualTo(size);
    assertThat(result.attempts()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void pairsTheChannelsOfBothSides(boolean more) throws Exception {
    from.server().channels = more ? 8 : 2;
    to.server().channels = more ? 3 : 8;
    byte[] bytes = Trees.bytes(2, 26_000_000);
    from.store().file("/r/a", bytes);
    from.transfers().copyTo("/r/a", to.transfers(), "/r/in/b", DEFAULTS);
    assertThat(to.store().bytes("/r/in/b")).isEqualTo(bytes);
    assertThat(from.server().mostOpen()).isLessThanOrEqualTo(from.server().channels);
    assertThat(to.server().mostOpen()).isLessThanOrEqualTo(to.server().channels);
  }

  @Test
  void replacesTheTargetOnlyOnceItIsComplete() {
    from.store().file("/r/a", new byte[3_000_000]);
    to.store().file("/r/in/a", "old");
    from.server()
        .failWhen(
            request -> request.name().equals("read") && request.number() > 8,
            request ->
                MemoryStore.failures().status("copyTo", "/r/a", FAILURE, null, Expected.ANY, null));
    assertThatThrownBy(() -> from.transfers().copyTo("/r/a", to.transfers(), "/r/in/a", DEFAULTS))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("copyTo /r/a");
    assertThat(to.store().text("/r/in/a")).isEqualTo("old");
    assertThat(to.store().names("/r/in")).containsExactly("a");
  }

  @Test
  void namesTheSideThatFails() {
    from.store().file("/r/a", "1");
    to.server().fail("write", "/r/in/a", PERMISSION_DENIED);
    assertThatThrownBy(() -> from.transfers().copyTo("/r/no", to.transfers(), "/r/in", DEFAULTS))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageContaining("/r/no");
    assertThatThrownBy(() -> from.transfers().copyTo("/r/a", to.transfers(), "/r/x/y", DEFAULTS))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageContaining("/r/x/y");
    assertThatThrownBy(() -> from.transfers().copyTo("/r", to.transfers(), "/r/in", DEFAULTS))
        .hasMessageContaining("is a directory");
    assertThatThrownBy(() -> from.transfers().copyTo("/r/", to.transfers(), "/r/in", DEFAULTS))
        .hasMessageContaining("is a directory: use copyToR");
    to.server()
        .failWhen(
            request -> request.name().equals("write"),
            request ->
                MemoryStore.failures()
                    .status("copyTo", request.path(), FAILURE, null, Expected.ANY, null));
    assertThatThrownBy(() -> from.transfers().copyTo("/r/a", to.transfers(), "/r/in/a", DEFAULTS))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining(
            "copyTo /r/in/a: refused to write: is the server's disk or quota full");
    assertThat(to.store().names("/r/in")).isEmpty();
  }

  @Test
  void detectsContentThatArrivedDifferent() {
    from.store().file("/r/a", new byte[100_000]);
    to.server().storing =
        bytes -> {
          byte[] changed = bytes.clone();
          changed[0] ^= 1;
          return changed;
        };
    assertThatThrownBy(
            () ->
                from.transfers()
                    .copyTo(
                        "/r/a",
                        to.transfers(),
                        "/r/in/b",
                        options(it -> it.verify(Verify.CONTENT))))
        .isInstanceOf(VerificationException.class)
        .hasMessageContaining("copyTo /r/in/b: the content that arrived differs");
    assertThat(to.store().names("/r/in")).isEmpty();
  }

  @Test
  void resumesFromThePartFileOfAnEarlierCall() throws Exception {
    var resume = options(it -> it.resume(true));
    byte[] bytes = Trees.bytes(3, 20_000_000);
    from.store().file("/r/a", bytes).with("/r/a", AttributeChanges.times(TIME, TIME));
    from.server().requestSize = 32_000;
    from.server().cutAt(400);
    assertThatThrownBy(() -> from.transfers().copyTo("/r/a", to.transfers(), "/r/in/a", resume))
        .isInstanceOf(IOException.class);
    from.server().heal();
    assertThat(to.store().names("/r/in")).hasSize(1);
    var result = from.transfers().copyTo("/r/a", to.transfers(), "/r/in/a", resume);
    assertThat(result.resumedFrom()).isPositive();
    assertThat(result.bytes()).isEqualTo(bytes.length - result.resumedFrom());
    assertThat(to.store().bytes("/r/in/a")).isEqualTo(bytes);
    assertThat(to.store().names("/r/in")).containsExactly("a");
  }

  @Test
  void copiesATreeWithTheOptionsOfTrees() throws Exception {
    for (String name : Trees.AWKWARD_NAMES) {
      from.store().file("/r/t/x/" + name, "content of " + name);
    }
    from.store().directory("/r/t/empty").link("/r/t/link", "x").file("/r/t/zero", "");
    var outcomes = new ArrayList<FileOutcome>();
    var progress = new AtomicReference<Progress>();
    var options =
        options(
            it ->
                it.symlinks(Symlinks.COPY)
                    .existing(Existing.UPDATE)
                    .verify(Verify.CONTENT)
                    .deleteExtraneous(true)
                    .progress(progress::set)
                    .onFile(outcomes::add));
    to.store().file("/r/new/deep/extra", "old");
    var result = from.transfers().trees().copyToR("/r/t", to.transfers(), "/r/new/deep", options);
    assertThat(result.transferred()).isEqualTo(Trees.AWKWARD_NAMES.size() + 2);
    assertThat(result.deleted()).isEqualTo(1);
    assertThat(to.store().names("/r/new/deep")).containsExactly("empty", "link", "x", "zero");
    for (String name : Trees.AWKWARD_NAMES) {
      assertThat(to.store().text("/r/new/deep/x/" + name)).isEqualTo("content of " + name);
    }
    assertThat(progress.get().bytes()).isEqualTo(result.bytes());
    assertThat(outcomes)
        .anySatisfy(
            outcome -> {
              assertThat(outcome.toString()).isEqualTo("copy x/* (12 bytes)");
              assertThat(outcome.source()).isEqualTo("/r/t/x/*");
              assertThat(outcome.target()).isEqualTo("/r/new/deep/x/*");
            });
    var again = from.transfers().trees().copyToR("/r/t", to.transfers(), "/r/new/deep", options);
    assertThat(again.transferred()).isZero();
  }

  @Test
  void plansATreeWithoutAChange() throws Exception {
    from.store().file("/r/t/a", "1");
    var plan =
        from.transfers()
            .trees()
            .copyToR("/r/t", to.transfers(), "/r/in/t", options(it -> it.dryRun(true)))
            .plan();
    assertThat(plan).extracting(Object::toString).containsExactly("make ./", "copy a (1 byte)");
    assertThat(to.store().names("/r/in")).isEmpty();
  }

  @Test
  void continuesAfterFailuresOfEitherSide() {
    from.store().file("/r/t/a", "1").file("/r/t/b", "2").file("/r/t/c", "3").file("/r/t/d", "4");
    from.server().fail("open", "/r/t/b", PERMISSION_DENIED);
    to.store().directory("/r/in/c");
    assertThatThrownBy(
            () ->
                from.transfers()
                    .trees()
                    .copyToR(
                        "/r/t",
                        to.transfers(),
                        "/r/in",
                        options(it -> it.onError(OnError.CONTINUE))))
        .isInstanceOfSatisfying(
            TransferException.class,
            e ->
                assertThat(e.report().orElseThrow().failures())
                    .extracting(failure -> failure.path())
                    .containsExactly("b", "c"));
    assertThat(to.store().names("/r/in")).containsExactly("a", "c", "d");
  }

  @Test
  void refusesToCopyAFileOntoItself() {
    var same = from.transfers();
    from.store().file("/r/a", "1").link("/r/b", "a").directory("/r/dir").link("/r/dir/a", "../a");
    for (String target : List.of("/r/a", "/r/b", "/r", "/r/dir")) {
      assertThatThrownBy(() -> same.copyTo("/r/a", same, target, options(it -> it.atomic(false))))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("is the same file as " + target);
    }
    assertThat(from.store().text("/r/a")).isEqualTo("1");
  }

  @Test
  void copiesToAnotherPathOfTheSameConnection() throws Exception {
    var same = from.transfers();
    from.store().file("/r/t/a", "1");
    same.copyTo("/r/t/a", same, "/r/t/b", DEFAULTS);
    same.trees().copyToR("/r/t", same, "/r/u", DEFAULTS);
    assertThat(from.store().names("/r/u")).containsExactly("a", "b");
  }

  @Test
  void refusesToCopyATreeIntoItselfOrToDeleteItsSource() {
    var same = from.transfers();
    from.store().file("/r/t/sub/a", "1").link("/r/l", "t");
    assertThatThrownBy(() -> same.trees().copyToR("/r/t", same, "/r/l", DEFAULTS))
        .hasMessageContaining("is the same directory as /r/l");
    for (String inside : List.of("/r/t/sub", "/r/l/new/deep")) {
      assertThatThrownBy(() -> same.trees().copyToR("/r/t", same, inside, DEFAULTS))
          .hasMessageContaining("would be copied into itself");
    }
    assertThatThrownBy(
            () ->
                same.trees()
                    .copyToR("/r/t/sub", same, "/r/t", options(it -> it.deleteExtraneous(true))))
        .hasMessageContaining("would be deleted by deleteExtraneous(true)");
    assertThat(from.store().text("/r/t/sub/a")).isEqualTo("1");
    assertThat(from.store().names("/r/t")).containsExactly("sub");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void endsWhenEitherConnectionIsClosed(boolean closeTarget) throws Exception {
    from.store().file("/r/a", new byte[3_000_000]);
    from.server().hold(request -> request.name().equals("read") && request.number() > 8);
    var source = from.transfers();
    var target = to.transfers();
    var thrown = new AtomicReference<Throwable>();
    var thread =
        new Thread(
            () -> {
              try {
                source.copyTo("/r/a", target, "/r/in/a", DEFAULTS);
              } catch (Throwable e) {
                thrown.set(e);
              }
            });
    thread.start();
    Eventually.until("replies are held back", () -> !from.server().held().isEmpty());
    (closeTarget ? target : source).end(operation -> new IOException(operation + ": closed"));
    thread.join(20_000);
    assertThat(thrown.get()).hasMessage("copyTo: closed");
    from.server().release();
    Eventually.until("the part is gone", () -> to.store().names("/r/in").isEmpty());
  }

  @Test
  void keepsToTheModesThatTheOptionsDemand() throws Exception {
    from.store().file("/r/a", "1").with("/r/a", AttributeChanges.permissions(0640));
    from.transfers()
        .copyTo("/r/a", to.transfers(), "/r/in/a", options(it -> it.preserveMode(true)));
    assertThat(to.store().info("/r/in/a").mode()).isEqualTo(640);
  }

  @Test
  void failsIfTheTargetRefusesNewFiles() {
    from.store().file("/r/a", "1");
    to.server()
        .failWhen(
            request -> request.name().equals("open"),
            request ->
                MemoryStore.failures()
                    .status("copyTo", request.path(), PERMISSION_DENIED, null, Expected.ANY, null));
    assertThatThrownBy(() -> from.transfers().copyTo("/r/a", to.transfers(), "/r/in/a", DEFAULTS))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessageContaining("/r/in/a");
  }
}
