package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
@Timeout(300)
class OutcomesOnServerTest {
  private static final String ONCE = "what the callback does is the same with every server";

  @TempDir Path local;
  private final List<FileOutcome> outcomes = new ArrayList<>();

  private TransferOptions.Builder reporting() {
    return TransferOptions.builder().onFile(outcomes::add);
  }

  private List<String> copied() {
    return outcomes.stream()
        .filter(outcome -> outcome.kind() == Kind.COPIED)
        .map(FileOutcome::path)
        .toList();
  }

  @Test
  void reportsNamesAsTheyAre(TestServer server, ServerFolder folder) throws Exception {
    Path from = Files.createDirectories(local.resolve("from"));
    Trees.createAwkward(from.resolve("sub/deep"));
    Files.createDirectories(from.resolve("empty [a]/*"));
    Files.createFile(from.resolve("0"));
    List<String> odd = server.is(TestServer.Kind.OPENSSH) ? Trees.UNDECODABLE_NAMES : List.of();
    for (String name : odd) {
      Files.writeString(Trees.child(from, name), "content");
    }
    try (var sftp = Connections.connect(server, folder)) {
      sftp.putR(from, "t", reporting().build());
      var up = copied();
      for (FileOutcome outcome : outcomes) {
        assertThat(outcome.path().isEmpty() || sftp.exists(outcome.target())).isTrue();
      }
      assertThat(outcomes)
          .filteredOn(outcome -> outcome.kind() == Kind.CREATED)
          .extracting(FileOutcome::path)
          .containsExactly("", "empty [a]", "empty [a]/*", "sub", "sub/deep");
      outcomes.clear();
      var seen = new ArrayList<String>();
      sftp.getR("t", local.resolve("to"), reporting().filter(seen::add).build());
      assertThat(copied()).isEqualTo(up).isEqualTo(seen).doesNotHaveDuplicates();
      assertThat(up).hasSize(1 + Trees.AWKWARD_NAMES.size() + odd.size());
      for (FileOutcome outcome : outcomes) {
        if (outcome.kind() == Kind.COPIED) {
          assertThat(sftp.exists(outcome.source())).isTrue();
          assertThat(outcome.info().orElseThrow().path()).isEqualTo(outcome.source());
          assertThat(outcome.bytes()).isEqualTo(outcome.info().orElseThrow().size());
        }
      }
    }
    Trees.assertEqual(local.resolve("to/sub"), from.resolve("sub"));
  }

  @Test
  void choosesTheNewestAndTheBiggest(TestServer server, ServerFolder folder) throws Exception {
    Path from = Files.createDirectories(folder.local("out/sub"));
    for (int i = 1; i <= 9; i++) {
      Path file = Files.write(from.resolve("f" + i), new byte[10 - i]);
      Files.setLastModifiedTime(file, FileTime.from(Instant.ofEpochSecond(1_000_000 + i % 5)));
    }
    try (var sftp = Connections.connect(server, folder)) {
      sftp.getR("out", local.resolve("a"), reporting().newest(3).build());
      assertThat(copied()).containsExactly("sub/f3", "sub/f4", "sub/f9");
      outcomes.clear();
      var biggest = Comparator.comparing(FileInfo::size).reversed();
      sftp.putR(folder.local("out"), "in", reporting().order(biggest).limit(2).build());
      assertThat(copied()).containsExactly("sub/f1", "sub/f2");
      assertThat(sftp.listdir("in/sub")).containsExactly("f1", "f2");
    }
  }

  @Test
  void reportsEachFileOnceWhateverBecomesOfTheConnection(TestServer server, ServerFolder folder)
      throws Exception {
    Path from = local.resolve("from");
    Path to = local.resolve("to");
    List<String> names = Trees.create(from, 5, 150, 20_000);
    try (var proxy = FaultProxy.to(server);
        var sftp =
            Connection.connect(
                Connections.options(server, proxy.port()).defaultPath(folder.path()).build())) {
      proxy.cutAfter(Direction.UP, 400_000);
      var result = sftp.putR(from, "t", reporting().build());
      assertThat(result.attempts()).isGreaterThan(1);
      assertThat(copied()).containsExactlyInAnyOrderElementsOf(names).doesNotHaveDuplicates();
      outcomes.clear();
      proxy.cutAfter(Direction.DOWN, 400_000);
      assertThatThrownBy(() -> sftp.getR("t", to, reporting().retries(0).build()))
          .isInstanceOf(ConnectionException.class);
    }
    assertThat(copied()).doesNotHaveDuplicates().hasSizeLessThan(names.size());
    for (String path : copied()) {
      Trees.assertSameBytes(to.resolve(path), from.resolve(path));
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = ONCE)
  void mayUseTheConnectionInTheCallback(TestServer server, ServerFolder folder) throws Exception {
    List<String> names = Trees.create(folder.local("out"), 3, 60, 5_000);
    try (var sftp = Connections.connect(server, folder)) {
      var moving =
          TransferOptions.builder()
              .onFile(
                  outcome -> {
                    if (outcome.kind() == Kind.COPIED) {
                      sftp.remove(outcome.source());
                      outcomes.add(outcome);
                    }
                  })
              .build();
      sftp.getR("out", local.resolve("in"), moving);
      assertThat(copied()).hasSameSizeAs(names);
      assertThat(sftp.walk("out").noneMatch(FileInfo::isFile)).isTrue();
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = ONCE)
  void endsWhenTheCallbackClosesTheConnection(TestServer server, ServerFolder folder)
      throws Exception {
    Trees.create(folder.local("out"), 3, 300, 5_000);
    try (var sftp = Connections.connect(server, folder)) {
      var closing = TransferOptions.builder().onFile(outcome -> closeAt(5, outcome, sftp)).build();
      assertThatThrownBy(() -> sftp.getR("out", local.resolve("in"), closing))
          .isInstanceOf(ConnectionException.class);
    }
    assertThat(outcomes).hasSize(5);
  }

  private void closeAt(int number, FileOutcome outcome, Connection sftp) {
    outcomes.add(outcome);
    if (outcomes.size() == number) {
      sftp.close();
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = ONCE)
  void endsWhenTheThreadIsInterruptedInTheCallback(TestServer server, ServerFolder folder)
      throws Exception {
    Trees.create(folder.local("out"), 3, 300, 5_000);
    try (var sftp = Connections.connect(server, folder)) {
      var interrupted =
          TransferOptions.builder()
              .onFile(
                  outcome -> {
                    outcomes.add(outcome);
                    if (outcomes.size() == 5) {
                      Thread.currentThread().interrupt();
                    }
                  })
              .build();
      try {
        assertThatThrownBy(() -> sftp.getR("out", local.resolve("in"), interrupted))
            .isInstanceOf(InterruptedIOException.class);
      } finally {
        assertThat(Thread.interrupted()).isTrue();
      }
      assertThat(outcomes.size()).isLessThan(300);
      assertThat(copied()).doesNotHaveDuplicates();
      assertThat(sftp.listdir("out")).isNotEmpty();
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = ONCE)
  void isClosedByAnotherThreadWhileTheCallbackBlocks(TestServer server, ServerFolder folder)
      throws Exception {
    Trees.create(folder.local("out"), 3, 100, 5_000);
    var isBlocking = new CountDownLatch(1);
    var isClosed = new CountDownLatch(1);
    try (var sftp = Connections.connect(server, folder)) {
      var closer =
          new Thread(
              () -> {
                awaitQuietly(isBlocking);
                sftp.close();
                isClosed.countDown();
              });
      closer.start();
      var blocking =
          TransferOptions.builder()
              .onFile(
                  outcome -> {
                    outcomes.add(outcome);
                    isBlocking.countDown();
                    awaitQuietly(isClosed);
                  })
              .build();
      assertThatThrownBy(() -> sftp.getR("out", local.resolve("in"), blocking))
          .isInstanceOf(ConnectionException.class);
      closer.join();
    }
    assertThat(outcomes).hasSize(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = ONCE)
  void throwsTheExceptionOfTheCallbackAndKeepsTheConnection(TestServer server, ServerFolder folder)
      throws Exception {
    Trees.create(local.resolve("from"), 3, 300, 5_000);
    var mine = new IOException("mine");
    try (var sftp = Connections.connect(server, folder)) {
      var failing =
          TransferOptions.builder()
              .onFile(
                  outcome -> {
                    outcomes.add(outcome);
                    if (outcomes.size() == 20) {
                      throw mine;
                    }
                  })
              .build();
      assertThatThrownBy(() -> sftp.putR(local.resolve("from"), "t", failing)).isSameAs(mine);
      for (String path : copied()) {
        Trees.assertSameBytes(folder.local("t/" + path), local.resolve("from/" + path));
      }
      assertThat(sftp.exists("t")).isTrue();
    }
    assertThat(outcomes).hasSize(20);
    assertThat(folder.partFiles()).isEmpty();
  }
}
