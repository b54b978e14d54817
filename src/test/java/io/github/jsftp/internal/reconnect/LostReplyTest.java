package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ScriptedSftp.Answer;
import io.github.jsftp.testing.ServerChannel;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpRequest;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The reply to one request of a transfer is lost; the request itself has or has not taken effect.
 */
@Timeout(300)
class LostReplyTest {
  private static final byte[] BYTES = Trees.bytes(7, 200_000);
  private static final String POSIX_RENAME = "posix-rename@openssh.com";

  @TempDir Path local;
  private final AtomicInteger reads = new AtomicInteger();
  private final AtomicBoolean isCut = new AtomicBoolean();
  private final Set<ServerChannel> readers = ConcurrentHashMap.newKeySet();
  private ScriptedSftp script;
  private HostileServer server;

  @BeforeEach
  void start() throws IOException {
    script = new ScriptedSftp().directory("/d").file("/d/old", "old").file("/s/big", BYTES);
    server = HostileServer.start(script);
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
    return Connection.connect(Connections.options(server.server()).build());
  }

  /** Whether the request takes effect. */
  enum Fate {
    DONE,
    NOT_DONE;

    private Answer in(ScriptedSftp script) {
      return this == DONE ? HostileReplies.lost(script) : HostileReplies.hangUp();
    }
  }

  static Stream<Arguments> stepsOfAnUpload() {
    return Stream.of(
            SftpType.LSTAT,
            SftpType.OPEN,
            SftpType.WRITE,
            SftpType.FSETSTAT,
            SftpType.FSTAT,
            SftpType.CLOSE,
            SftpType.RENAME,
            SftpType.REMOVE,
            SftpType.EXTENDED)
        .flatMap(type -> Stream.of(Fate.values()).map(fate -> arguments(type, fate)));
  }

  @ParameterizedTest
  @MethodSource("stepsOfAnUpload")
  void uploadsOverAFile(SftpType type, Fate fate) throws IOException {
    if (type == SftpType.EXTENDED) {
      script.extension(POSIX_RENAME, "1");
    }
    Path source = Files.write(local.resolve("source"), BYTES);
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(type, 1, fate.in(script));
      var options = TransferOptions.builder().preserveMtime(true).build();

      TransferResult result = sftp.put(source, "/d/old", options);

      assertThat(result.attempts()).isEqualTo(2);
      assertThat(script.content("/d/old")).isEqualTo(BYTES);
      assertThat(script.names("/d")).containsExactly("old");
      assertThat(script.entry("/d/old").modified())
          .isEqualTo((int) Files.getLastModifiedTime(source).toInstant().getEpochSecond());
    }
  }

  @ParameterizedTest
  @EnumSource
  void uploadsAStreamInPlace(Fate fate) throws IOException {
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(SftpType.OPEN, 1, fate.in(script));
      script.on(SftpType.WRITE, 3, fate.in(script));
      script.on(SftpType.CLOSE, 1, fate.in(script));
      var options = TransferOptions.builder().atomic(false).build();

      TransferResult result = sftp.put(new ByteArrayInputStream(BYTES), "/d/old", options);

      assertThat(result.attempts()).isEqualTo(4);
      assertThat(script.content("/d/old")).isEqualTo(BYTES);
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SftpType.class,
      names = {"OPEN", "READ", "FSTAT"})
  void downloadsAFile(SftpType type) throws IOException {
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(type, 1, HostileReplies.hangUp());
      var bytes = new ByteArrayOutputStream();

      TransferResult result = sftp.get("/s/big", bytes);

      assertThat(result.attempts()).isEqualTo(2);
      assertThat(bytes.toByteArray()).isEqualTo(BYTES);
    }
  }

  static Stream<Arguments> stepsAfterADownload() {
    return Stream.of(SftpType.LSTAT, SftpType.STAT, SftpType.REMOVE)
        .flatMap(type -> Stream.of(Fate.values()).map(fate -> arguments(type, fate)));
  }

  @ParameterizedTest
  @MethodSource("stepsAfterADownload")
  void movesAFile(SftpType type, Fate fate) throws IOException {
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(type, 1, fate.in(script));
      Path target = local.resolve("big");
      var move = TransferOptions.builder().removeSource(true).build();

      TransferResult result = sftp.get("/s/big", target, move);

      assertThat(result.attempts()).isEqualTo(2);
      assertThat(result.warnings()).isEmpty();
      Trees.assertSameBytes(target, BYTES);
      assertThat(script.names("/s")).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void listsADirectoryFromTheStart(int reply) throws IOException {
    for (int i = 0; i < 250; i++) {
      script.file("/many/" + i, "x");
    }
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(SftpType.READDIR, reply, HostileReplies.hangUp());

      assertThat(sftp.listdir("/many")).hasSize(250).doesNotHaveDuplicates();

      script.resetCounts();
      script.on(SftpType.READDIR, reply, HostileReplies.hangUp());
      sftp.getR("/many", local);
      assertThat(local.toFile().list()).hasSize(250);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void restartsAStreamOnlyBeforeItsFirstEntry(int reply) throws IOException {
    for (int i = 0; i < 250; i++) {
      script.file("/many/" + i, "x");
    }
    try (var sftp = connect()) {
      script.on(SftpType.READDIR, reply, HostileReplies.hangUp());
      try (var entries = sftp.list("/many")) {
        if (reply == 1) {
          assertThat(entries).hasSize(250);
        } else {
          assertThatThrownBy(() -> entries.forEach(entry -> {}))
              .hasCauseInstanceOf(ConnectionException.class);
        }
      }
      assertThat(sftp.listdir("/many")).hasSize(250);
    }
  }

  private interface Action {
    void on(Connection sftp) throws IOException;
  }

  static Stream<Arguments> removals() {
    return Stream.of(Fate.values())
        .flatMap(
            fate ->
                Stream.of(
                    arguments(fate, SftpType.REMOVE, (Action) sftp -> sftp.remove("/d/old")),
                    arguments(fate, SftpType.RMDIR, (Action) sftp -> sftp.rmdir("/e")),
                    arguments(fate, SftpType.REMOVE, (Action) sftp -> sftp.rmtree("/d")),
                    arguments(fate, SftpType.RMDIR, (Action) sftp -> sftp.rmtree("/d")),
                    arguments(
                        fate, SftpType.RENAME, (Action) sftp -> sftp.rename("/d/old", "/d/new")),
                    arguments(
                        fate, SftpType.RENAME, (Action) sftp -> sftp.replace("/d/old", "/d/new")),
                    arguments(
                        fate, SftpType.REMOVE, (Action) sftp -> sftp.removeAll(List.of("/d/old"))),
                    arguments(
                        fate,
                        SftpType.RENAME,
                        (Action) sftp -> sftp.renameAll(Map.of("/d/old", "/d/new")))));
  }

  @ParameterizedTest
  @MethodSource("removals")
  void takesEffectOnceIfTheEffectIsVisible(Fate fate, SftpType type, Action action)
      throws IOException {
    script.directory("/e");
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(type, 1, fate.in(script));

      action.on(sftp);

      assertThat(script.count(type)).isEqualTo(fate == Fate.DONE ? 1 : 2);
    }
  }

  @Test
  void acceptsARenameThatTakesEffectWhileItIsRepeated() throws IOException {
    var late = new AtomicReference<SftpRequest>();
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(
          SftpType.RENAME,
          1,
          (request, channel) -> {
            late.set(request);
            throw new EOFException("told to hang up");
          });
      script.on(
          SftpType.LSTAT,
          5, // of the new name, just before the repetition
          (request, channel) -> {
            script.usual(late.get(), channel.unheard());
            script.usual(request, channel);
          });

      sftp.rename("/d/old", "/d/new");

      assertThat(script.content("/d/new")).asString().isEqualTo("old");
    }
  }

  @Test
  void failsIfItIsUnknownWhoCreatedTheDirectory() throws IOException {
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(SftpType.MKDIR, 1, HostileReplies.hangUp());
      sftp.mkdir("/lock");
      assertThat(script.count(SftpType.MKDIR)).isEqualTo(2);

      script.on(SftpType.MKDIR, 3, HostileReplies.lost(script));
      assertThatThrownBy(() -> sftp.mkdir("/other"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("mkdir /other: connection lost, and unknown whether this");
      assertThat(script.count(SftpType.MKDIR)).isEqualTo(3);

      script.resetCounts();
      script.on(SftpType.OPEN, 1, HostileReplies.lost(script));
      assertThatThrownBy(
              () -> sftp.open("/file", StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("unknown whether this call created it");
    }
  }

  @Test
  void createsDirectoriesThatMayExist() throws IOException {
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(SftpType.MKDIR, 1, HostileReplies.lost(script));
      script.on(SftpType.MKDIR, 4, HostileReplies.lost(script));

      sftp.makedirs("/p/q/r", 750);

      assertThat(sftp.stat("/p").mode()).isEqualTo(750);
      assertThat(sftp.stat("/p/q/r").mode()).isEqualTo(750);
      Trees.create(local, 3, 10, 1000);
      script.resetCounts();
      script.on(SftpType.MKDIR, 1, HostileReplies.lost(script));
      sftp.putR(local, "/t");
    }
  }

  @Test
  void reportsThatNeitherNameExists() throws IOException {
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(SftpType.RENAME, 1, (request, channel) -> vanish());

      assertThatThrownBy(() -> sftp.rename("/d/old", "/d/new"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("rename /d/old: connection lost")
          .hasMessageContaining("unknown whether it was renamed: neither name is there now");
    }
  }

  private void vanish() throws IOException {
    script.onEvery(
        SftpType.LSTAT, (request, channel) -> channel.status(request.id(), 2, "No such file"));
    throw new IOException("told to hang up");
  }

  @Test
  void failsIfAcknowledgedWritesAreMissing() throws IOException {
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(SftpType.WRITE, 5, HostileReplies.hangUp());
      // As after a crash of the server: the file exists but is shorter.
      script.on(
          SftpType.FSTAT,
          1,
          (request, channel) -> channel.attrs(request.id(), SftpEntry.file("part", 1)));

      assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(BYTES), "/d/old"))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("the server has only");
      assertThat(script.content("/d/old")).asString().isEqualTo("old");
    }
  }

  @Test
  void continuesWithAFileThatIsAlreadyReadOnly() throws IOException {
    Path source = Files.write(local.resolve("source"), BYTES);
    Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("r--r--r--"));
    try (var sftp = connect()) {
      script.resetCounts();
      script.on(SftpType.WRITE, 3, HostileReplies.hangUp());
      script.on(SftpType.OPEN, 2, HostileReplies.status(3, "Permission denied"));
      var options = TransferOptions.builder().preserveMode(true).build();

      sftp.put(source, "/d/old", options);

      assertThat(script.content("/d/old")).isEqualTo(BYTES);
      assertThat(script.entry("/d/old").mode() & 0777).isEqualTo(0444);
    }
  }

  @Test
  void opensSeveralChannelsForABigFileAgain() throws IOException {
    byte[] bytes = Trees.bytes(1, 17_000_000);
    script.file("/s/big", bytes);
    try (var sftp = connect()) {
      script.onEvery(SftpType.READ, this::cutWhenSpread);

      // Not into a stream, where one channel would wait for the data of another.
      TransferResult result = sftp.get("/s/big", local.resolve("big"));

      assertThat(result.attempts()).isGreaterThan(1);
      Trees.assertSameBytes(local.resolve("big"), bytes);
      assertThat(readers).hasSizeGreaterThan(2);
    }
  }

  /** Blocks each channel until others read too; then cuts all of them, once. */
  private void cutWhenSpread(SftpRequest request, ServerChannel channel) throws IOException {
    boolean wasCut = isCut.get();
    if (reads.incrementAndGet() > (wasCut ? 100 : 5)) {
      readers.add(channel);
      Eventually.until("several channels read", () -> readers.size() > 2 || isCut.get() != wasCut);
    }
    if (readers.size() > 2 && isCut.compareAndSet(false, true)) {
      readers.clear();
      reads.set(0);
      server.server().disconnectAll();
    } else {
      script.usual(request, channel);
    }
  }

  @Test
  void neverReopensAFileFromOpen() throws IOException {
    try (var sftp = connect();
        var file = sftp.open("/d/old", StandardOpenOption.READ)) {
      assertThat(file.size()).isEqualTo(3);
      script.resetCounts();
      script.on(SftpType.FSTAT, 1, HostileReplies.hangUp());

      assertThatThrownBy(() -> file.size())
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining("the file must be opened again");
      assertThatThrownBy(() -> file.read(ByteBuffer.allocate(1)))
          .isInstanceOf(ConnectionException.class);
      assertThat(sftp.readString("/d/old")).isEqualTo("old");
    } catch (ConnectionException closing) {
      assertThat(closing).hasMessageContaining("the file must be opened again");
    }
  }
}
