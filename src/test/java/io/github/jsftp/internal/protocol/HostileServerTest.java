package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.VerificationException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ScriptedSftp.Answer;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@LeakCheck
@Timeout(300)
class HostileServerTest {
  private static final byte[] NEW = Trees.bytes(1, 100_000);

  @TempDir Path local;
  private ScriptedSftp script;
  private HostileServer server;
  private Path old;

  @BeforeEach
  void start() throws IOException {
    script = new ScriptedSftp().file("/new", NEW).file("/old", "old");
    server = HostileServer.start(script);
    old = Files.writeString(local.resolve("old"), "old");
  }

  @AfterEach
  void stop() {
    try {
      server.server().awaitIdle();
    } finally {
      server.close();
    }
  }

  private Connection connect() throws IOException {
    return Connection.connect(Connections.options(server.server()).reconnect(false).build());
  }

  static Stream<Arguments> answers() {
    return Stream.of(SftpType.OPEN, SftpType.READ, SftpType.FSTAT)
        .flatMap(
            type ->
                Stream.of(
                        HostileReplies.unknownId(),
                        HostileReplies.wrongType(),
                        HostileReplies.unknownType(),
                        HostileReplies.packetOfLength(0),
                        HostileReplies.packetOfLength(1L << 31),
                        HostileReplies.handleOfLength(257),
                        HostileReplies.moreThanAskedFor(1),
                        HostileReplies.garbage("garbage and more of it"),
                        HostileReplies.hangUp(),
                        HostileReplies.silence())
                    .filter(answer -> type == SftpType.READ || !needsRead(answer))
                    .map(answer -> arguments(type, answer)));
  }

  private static boolean needsRead(Answer answer) {
    return answer.getClass().equals(HostileReplies.moreThanAskedFor(1).getClass());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void keepsTheOldFileAndContinues(SftpType type, Answer answer) throws IOException {
    try (var sftp = connect()) {
      script.on(
          type,
          1,
          (request, channel) -> {
            sftp.timeout(Duration.ofMillis(300)); // only now, since connecting may take longer
            answer.to(request, channel);
          });
      assertThatThrownBy(() -> sftp.get("/new", old)).isInstanceOf(SftpException.class);
      assertThat(old).hasContent("old");
      assertThat(local.toFile().list()).containsExactly("old");
      sftp.timeout(Duration.ofSeconds(20));

      sftp.get("/new", old);

      Trees.assertSameBytes(old, NEW);
      assertThat(sftp.stat("/new").size()).isEqualTo(NEW.length);
    }
  }

  static Stream<Answer> answersToStat() {
    return Stream.of(
        HostileReplies.unknownId(),
        HostileReplies.wrongType(),
        HostileReplies.unknownType(),
        HostileReplies.packetOfLength(0),
        HostileReplies.packetOfLength(1L << 31),
        HostileReplies.garbage("garbage and more of it"),
        HostileReplies.hangUp(),
        HostileReplies.silence());
  }

  @ParameterizedTest
  @MethodSource("answersToStat")
  void completesTheNextRequest(Answer answer) throws IOException {
    try (var sftp = connect()) {
      script.on(SftpType.STAT, script.count(SftpType.STAT) + 1, answer);
      sftp.timeout(Duration.ofSeconds(1));
      assertThatThrownBy(() -> sftp.stat("/new"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("stat /new: ");
      sftp.timeout(Duration.ofSeconds(20));

      assertThat(sftp.stat("/old").size()).isEqualTo(3);
      assertThat(sftp.exists("/none")).isFalse();
    }
  }

  @Test
  void quotesOutputThatPrecedesSftp() {
    script.greeting("Welcome to this host!\n");
    assertThatThrownBy(() -> connect().close())
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("Welcome to this host!");
  }

  @Test
  void downloadsAFileInShortReads() throws IOException {
    script.maxRead(777).file("/tree/a", NEW).file("/tree/b", "b");
    try (var sftp = connect()) {
      sftp.get("/new", old);
      Trees.assertSameBytes(old, NEW);
      sftp.getR("/tree", local.resolve("tree"));
      Trees.assertSameBytes(local.resolve("tree/a"), NEW);
      assertThat(sftp.readBytes("/new")).isEqualTo(NEW);
    }
  }

  @Test
  void noticesAnEarlyEnd() throws IOException {
    script.on(SftpType.READ, 3, HostileReplies.status(1, "End of file"));
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.get("/new", old))
          .isInstanceOf(VerificationException.class)
          .hasMessageContaining("of 100000 bytes were read");
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
    assertThat(old).hasContent("old");
    assertThat(local.toFile().list()).containsExactly("old");
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 8})
  void warnsWhenTimesAreRefused(int status) throws IOException {
    script.onEvery(SftpType.FSETSTAT, HostileReplies.status(status, "no"));
    script.onEvery(SftpType.SETSTAT, HostileReplies.status(status, "no"));
    var options = TransferOptions.builder().preserveMtime(true).build();
    try (var sftp = connect()) {
      var result = sftp.put(old, "/copy", options);
      assertThat(result.warnings()).singleElement().asString().contains("/copy");
      assertThat(content("/copy")).isEqualTo("old");
    }
  }

  @Test
  void worksWithoutFstat() throws IOException {
    script.onEvery(SftpType.FSTAT, HostileReplies.status(8, "Operation unsupported"));
    try (var sftp = connect()) {
      sftp.get("/new", local.resolve("new"));
      Trees.assertSameBytes(local.resolve("new"), NEW);
      sftp.put(local.resolve("new"), "/old");
      assertThat(script.content("/old")).isEqualTo(NEW);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4, 8})
  void keepsTheOldFileWhenRenamingIsRefused(int status) throws IOException {
    script.onEvery(SftpType.RENAME, HostileReplies.status(status, "no"));
    refusesToReplace();
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 3})
  void keepsTheOldFileWhenALaterRenameIsRefused(int step) throws IOException {
    script.on(SftpType.RENAME, step, HostileReplies.status(3, "no"));
    refusesToReplace();
  }

  @Test
  void keepsTheOldFileWhenThePosixRenamingIsRefused() throws IOException {
    script.extension("posix-rename@openssh.com", "1");
    script.onEvery(SftpType.EXTENDED, HostileReplies.status(3, "no"));
    refusesToReplace();
  }

  @Test
  void restoresTheOldFileBeforeAnInterruptedCallReturns() throws IOException {
    Path source = Files.write(local.resolve("new"), NEW);
    Thread caller = Thread.currentThread();
    var waited = new AtomicBoolean();
    var returned = new AtomicBoolean();
    script.on(
        SftpType.RENAME,
        2, // the old file is moved aside
        (request, channel) -> {
          caller.interrupt();
          script.usual(request, channel);
        });
    script.on(SftpType.RENAME, 3, HostileReplies.status(4, "no"));
    script.on(
        SftpType.RENAME,
        4, // it is restored
        (request, channel) -> {
          Eventually.until("the call waits or returns", () -> cleansUp(caller) || returned.get());
          waited.set(!returned.get());
          script.usual(request, channel);
        });
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.put(source, "/old")).isInstanceOf(InterruptedIOException.class);
      returned.set(true);
      assertThat(Thread.interrupted()).isTrue();
      Eventually.until("all is as before", () -> script.names("/").equals(List.of("new", "old")));
    }
    assertThat(waited).isTrue();
    assertThat(content("/old")).isEqualTo("old");
  }

  /** Returns true if a thread waits until a failed call has cleaned up. */
  private static boolean cleansUp(Thread caller) {
    return Stream.of(caller.getStackTrace())
        .anyMatch(frame -> frame.getMethodName().equals("runUninterruptibly"));
  }

  private void refusesToReplace() throws IOException {
    Path source = Files.write(local.resolve("new"), NEW);
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.put(source, "/old"))
          .isInstanceOf(SftpException.class)
          .hasMessageStartingWith("put /old: ");
      assertThat(content("/old")).isEqualTo("old");
      assertThat(script.names("/")).containsExactly("new", "old");
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  @Test
  void keepsTheTargetWhenTheNewFileIsMissing() throws IOException {
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.replace("/none", "/old"))
          .isInstanceOf(NoSuchPathException.class);
      assertThat(content("/old")).isEqualTo("old");
      assertThat(script.names("/")).containsExactly("new", "old");
    }
  }

  @Test
  void reportsThatTheServerMovedTheFileAway() throws IOException {
    script.vanishOnClose();
    try (var sftp = connect()) {
      for (boolean atomic : new boolean[] {true, false}) {
        var options = TransferOptions.builder().atomic(atomic).build();
        assertThatThrownBy(() -> sftp.put(old, "/fresh", options))
            .isInstanceOf(VerificationException.class)
            .hasMessageContaining("the server has moved the file away");
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 14})
  void keepsTheOldFileWhenTheDiskIsFull(int status) throws IOException {
    script.diskFullAfter(50_000, status);
    Path tree = Files.createDirectory(local.resolve("tree"));
    Files.write(tree.resolve("old"), NEW);
    try (var sftp = connect()) {
      assertThatThrownBy(() -> sftp.put(tree.resolve("old"), "/old"))
          .isInstanceOf(TransferException.class)
          .hasMessageStartingWith("put /old: ");
      assertThatThrownBy(() -> sftp.putR(tree, "/"))
          .isInstanceOf(TransferException.class)
          .hasMessageStartingWith("putR /old: ");
      assertThat(content("/old")).isEqualTo("old");
      assertThat(script.names("/")).containsExactly("new", "old");
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  @Test
  @Tag("long")
  void listsAMillionEntriesWithoutHoldingThem() throws IOException {
    int count = 1_000_000;
    script.listing("/many", count, i -> SftpEntry.file("entry-with-quite-a-long-name-" + i, i));
    try (var sftp = connect()) {
      try (var entries = sftp.list("/many")) {
        assertThat(entries.mapToLong(FileInfo::size).sum()).isEqualTo(count * (count - 1L) / 2);
      }
      try (var entries = sftp.list("/many")) {
        assertThat(entries.limit(5)).hasSize(5);
      }
      assertThat(sftp.stat("/new").size()).isEqualTo(NEW.length);
      Eventually.until("all is closed", () -> script.openHandles() == 0);
    }
  }

  @Test
  void failsWhenAListingBreaksOff() throws IOException {
    script.listing("/many", 1000, i -> SftpEntry.file("entry" + i, i));
    script.on(SftpType.READDIR, 5, HostileReplies.hangUp());
    try (var sftp = connect();
        var entries = sftp.list("/many")) {
      assertThatThrownBy(entries::count)
          .isInstanceOf(UncheckedIOException.class)
          .hasCauseInstanceOf(ConnectionException.class);
      assertThat(sftp.stat("/new").size()).isEqualTo(NEW.length);
    }
  }

  private interface Call {
    void on(Connection sftp, Path local) throws IOException;
  }

  static Stream<Call> callsThatList() {
    return Stream.of(
        (sftp, local) -> sftp.listdir("/many"),
        (sftp, local) -> sftp.walkTree("/many", file -> {}, directory -> {}, other -> {}),
        (sftp, local) -> sftp.glob("/many/*"),
        (sftp, local) -> sftp.rmtree("/many"),
        (sftp, local) -> sftp.getR("/many", local.resolve("none")),
        (sftp, local) -> sftp.putR(Files.createDirectory(local.resolve("empty")), "/many"));
  }

  @ParameterizedTest
  @MethodSource("callsThatList")
  void closesTheDirectoryWhenACallIsInterrupted(Call call) throws IOException {
    var caller = Thread.currentThread();
    script.listing("/many", 50_000, i -> SftpEntry.directory("entry" + i));
    script.on(
        SftpType.READDIR,
        3,
        (request, channel) -> {
          caller.interrupt();
          script.usual(request, channel);
        });
    try (var sftp = connect()) {
      assertThatThrownBy(() -> call.on(sftp, local)).isInstanceOf(InterruptedIOException.class);
      assertThat(Thread.interrupted()).isTrue();
      Eventually.until("no handle is left open", () -> script.openHandles() == 0);
    }
  }

  private String content(String path) {
    byte[] bytes = script.content(path);
    return bytes == null ? "missing" : new String(bytes, StandardCharsets.UTF_8);
  }
}
