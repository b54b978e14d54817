package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SftpServer
class TestSftpServerFaultsTest {
  private static final byte[] MEGABYTE = Trees.bytes(1, 1 << 20);

  private final TestSftpServer server;

  TestSftpServerFaultsTest(TestSftpServer server) {
    this.server = server;
  }

  @BeforeEach
  void clean() throws IOException {
    try (var files = Files.list(server.root())) {
      files.forEach(Folders::delete);
    }
    Files.writeString(server.root().resolve("a.txt"), "hello");
    Files.write(server.root().resolve("big"), MEGABYTE);
  }

  private ConnectionOptions.Builder options() {
    return server.options().toBuilder();
  }

  private Connection connect() throws IOException {
    return Connection.connect(server.options());
  }

  private Session jsch() throws JSchException {
    return RawJsch.connect(server.port(), server.username(), server.password());
  }

  @Test
  void delaysLoginsAndKeepsTheOrderOfRequests() throws Exception {
    server.delay(Duration.ofDays(1));
    var patient = CompletableFuture.supplyAsync(this::connectUnchecked);
    Eventually.until("the login is held back", () -> server.held() > 0);
    server.delay(Duration.ofMillis(3));
    try (Connection sftp = patient.get()) {
      sftp.put(new ByteArrayInputStream(MEGABYTE), "copy");
      server.delay(Duration.ZERO);
      sftp.put(new ByteArrayInputStream(MEGABYTE), "copy2");
    }
    assertThat(server.root().resolve("copy")).hasBinaryContent(MEGABYTE);
    assertThat(server.root().resolve("copy2")).hasBinaryContent(MEGABYTE);
  }

  @Test
  void delaysAnswersUntilReset() throws Exception {
    Session session = jsch();
    ChannelSftp sftp = RawJsch.sftp(session);
    server.delay(Duration.ofDays(1));
    var size =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return sftp.stat("/a.txt").getSize();
              } catch (com.jcraft.jsch.SftpException e) {
                throw new AssertionError(e);
              }
            });
    Eventually.until("the request is held back", () -> server.held() > 0);
    assertThat(size).isNotDone();
    server.reset();
    assertThat(size.get()).isEqualTo(5);
    session.disconnect();
  }

  @Test
  void cutsAnUploadAfterSoManyBytes() throws Exception {
    try (Connection sftp = Connection.connect(options().reconnect(false).build())) {
      server.cutAfter(300_000);
      assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(MEGABYTE), "copy"))
          .isInstanceOf(ConnectionException.class);
    }
    assertThat(server.root().resolve("copy")).doesNotExist();
  }

  @Test
  void keepsWhatWasWrittenBeforeTheCut() throws Exception {
    Session session = jsch();
    server.cutAfter(300_000);
    assertThatThrownBy(() -> RawJsch.sftp(session).put(new ByteArrayInputStream(MEGABYTE), "/copy"))
        .isInstanceOf(com.jcraft.jsch.SftpException.class);
    Eventually.until("the end of the session", () -> !session.isConnected());
    assertThat(server.root().resolve("copy")).hasSize(300_000);
  }

  @Test
  void cutsOnceSoThatATransferSurvives() throws Exception {
    try (Connection sftp = connect()) {
      server.cutAfter(300_000);
      var out = new ByteArrayOutputStream();
      sftp.get("big", out);
      assertThat(out.toByteArray()).isEqualTo(MEGABYTE);
      server.cutAfter(0);
      sftp.put(new ByteArrayInputStream(MEGABYTE), "copy");
      assertThat(server.root().resolve("copy")).hasBinaryContent(MEGABYTE);
    }
  }

  @ParameterizedTest
  @EnumSource(Operation.class)
  void failsEachOperation(Operation operation) throws Exception {
    Files.createSymbolicLink(server.root().resolve("link"), Path.of("a.txt"));
    Files.createDirectory(server.root().resolve("d"));
    try (Connection sftp = connect()) {
      Fault fault = server.fail(operation, Status.PERMISSION_DENIED);
      assertThatThrownBy(() -> run(operation, sftp))
          .isInstanceOfSatisfying(SftpException.class, e -> assertThat(e.status()).hasValue(3))
          .hasMessageContaining("permission denied");
      assertThat(fault.count()).isPositive();
      server.reset();
      run(operation, sftp);
    }
  }

  private static void run(Operation operation, Connection sftp) throws IOException {
    switch (operation) {
      case OPEN, READ -> sftp.readString("a.txt");
      case WRITE -> sftp.writeString("b.txt", "b");
      case CLOSE -> {
        try (var file = sftp.open("b.txt", StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
          file.write(ByteBuffer.wrap(new byte[] {1}));
        }
      }
      case STAT -> sftp.stat("a.txt");
      case SET_ATTRIBUTES -> sftp.chmod("a.txt", 600);
      case LIST -> sftp.listdir();
      case MKDIR -> sftp.mkdir("e");
      case RMDIR -> sftp.rmdir("d");
      case REMOVE -> sftp.remove("a.txt");
      case RENAME -> sftp.rename("a.txt", "c.txt");
      case LINK -> sftp.symlink("a.txt", "link2");
      case READLINK -> sftp.readlink("link");
      case REALPATH -> sftp.normalize("d/..");
    }
  }

  @ParameterizedTest
  @EnumSource(Status.class)
  void failsWithEachStatus(Status status) throws Exception {
    server.fail(Operation.MKDIR, status);
    try (Connection sftp = connect()) {
      assertThatThrownBy(() -> sftp.mkdir("d"))
          .isInstanceOfSatisfying(
              SftpException.class, e -> assertThat(e.status()).hasValue(status.code()))
          .hasMessageContaining("SSH_FX_" + status);
    }
  }

  @Test
  void failsForRawJschToo() throws Exception {
    server.fail(Operation.OPEN, Status.NO_SPACE_ON_FILESYSTEM).on("/in/**");
    Session session = jsch();
    ChannelSftp sftp = RawJsch.sftp(session);
    sftp.mkdir("/in");
    assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(MEGABYTE), "/in/a"))
        .isInstanceOfSatisfying(
            com.jcraft.jsch.SftpException.class, e -> assertThat(e.id).isEqualTo(14))
        .hasMessageContaining("No space left on device");
    session.disconnect();
  }

  @Test
  void failsOnlyForAPathAndOnlySoOften() throws Exception {
    try (Connection sftp = connect()) {
      Fault fault = server.fail(Operation.WRITE, Status.QUOTA_EXCEEDED).on("/*a.csv*").times(2);
      sftp.writeString("b.csv", "b");
      assertThatThrownBy(() -> sftp.writeString("a.csv", "1")).hasMessageContaining("QUOTA");
      assertThatThrownBy(() -> sftp.writeString("a.csv", "2")).hasMessageContaining("QUOTA");
      sftp.writeString("a.csv", "3");
      assertThat(fault.count()).isEqualTo(2);
      assertThat(server.root().resolve("a.csv")).hasContent("3");
      fault.times(1);
      assertThatThrownBy(() -> sftp.writeString("a.csv", "4")).hasMessageContaining("QUOTA");
      sftp.writeString("a.csv", "5");
    }
  }

  @Test
  void comparesGlobsWithAbsolutePaths() throws Exception {
    Files.createDirectory(server.root().resolve("d"));
    Files.createFile(server.root().resolve("d/b.txt"));
    try (Connection sftp = connect()) {
      server.fail(Operation.STAT, Status.PERMISSION_DENIED).on("/?.txt");
      sftp.stat("d/b.txt");
      sftp.stat("d/../big");
      assertThatThrownBy(() -> sftp.stat("d/../a.txt"))
          .isInstanceOf(PermissionDeniedException.class);
      server.reset();
      server.fail(Operation.RENAME, Status.PERMISSION_DENIED).on("/new");
      sftp.rename("big", "bigger");
      assertThatThrownBy(() -> sftp.rename("a.txt", "new"))
          .isInstanceOf(PermissionDeniedException.class);
      sftp.rename("a.txt", "other");
    }
  }

  @Test
  void comparesGlobsByCharacter() throws Exception {
    server.fail(Operation.MKDIR, Status.PERMISSION_DENIED).on("/😀?[a]\\E{b}");
    try (Connection sftp = connect()) {
      assertThatThrownBy(() -> sftp.mkdir("😀😀[a]\\E{b}"))
          .isInstanceOf(PermissionDeniedException.class);
      sftp.mkdir("😀😀[a]E{b}");
    }
  }

  @Test
  void staysMuteUntilReset() throws Exception {
    var options = options().reconnect(false).timeout(Duration.ofMillis(200)).build();
    try (Connection sftp = Connection.connect(options)) {
      server.mute();
      assertThatThrownBy(() -> sftp.stat("a.txt")).isInstanceOf(OperationTimeoutException.class);
    }
    var hasty = options().connectTimeout(Duration.ofMillis(200)).build();
    assertThatThrownBy(() -> Connection.connect(hasty)).isInstanceOf(SftpException.class);
    var patient = CompletableFuture.supplyAsync(this::connectUnchecked);
    Eventually.until("it is accepted", () -> server.openConnections() > 0);
    assertThat(patient).isNotDone();
    server.reset();
    try (Connection sftp = patient.get()) {
      assertThat(sftp.readString("a.txt")).isEqualTo("hello");
    }
  }

  private Connection connectUnchecked() {
    try {
      return connect();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void limitsTheChannelsOfAConnection() throws Exception {
    server.limitChannels(1);
    Session session = jsch();
    RawJsch.sftp(session);
    assertThatThrownBy(() -> RawJsch.sftp(session)).isInstanceOf(JSchException.class);
    Session other = jsch();
    RawJsch.sftp(other);
    other.disconnect();
    server.reset();
    RawJsch.sftp(session);
    session.disconnect();

    server.limitChannels(1);
    try (Connection sftp = connect()) {
      sftp.put(new ByteArrayInputStream(MEGABYTE), "copy");
      assertThat(sftp.stat("copy").size()).isEqualTo(MEGABYTE.length);
    }
    server.limitChannels(0);
    assertThatThrownBy(() -> connect().close()).isInstanceOf(SftpException.class);
  }

  @Test
  void disconnectsAll() throws Exception {
    try (Connection sftp = connect();
        Connection strict = Connection.connect(options().reconnect(false).build())) {
      server.disconnectAll();
      assertThat(sftp.readString("a.txt")).isEqualTo("hello");
      assertThatThrownBy(() -> strict.readString("a.txt")).isInstanceOf(ConnectionException.class);
    }
  }

  @Test
  void renamesAsOpenSshOrAsOtherServers() throws Exception {
    Session session = jsch();
    Files.writeString(server.root().resolve("b.txt"), "world");
    var usual = RawJsch.sftp(session);
    assertThat(usual.getExtension("posix-rename@openssh.com")).isNotNull();
    usual.rename("/a.txt", "/b.txt");
    assertThat(server.root().resolve("b.txt")).hasContent("hello");

    server.quirks(Quirk.NO_POSIX_RENAME);
    Files.writeString(server.root().resolve("a.txt"), "again");
    var plain = RawJsch.sftp(session);
    assertThat(plain.getExtension("posix-rename@openssh.com")).isNull();
    assertThat(plain.getExtension("fsync@openssh.com")).isNotNull();
    assertThatThrownBy(() -> plain.rename("/a.txt", "/b.txt"))
        .isInstanceOf(com.jcraft.jsch.SftpException.class);
    assertThatThrownBy(() -> usual.rename("/a.txt", "/b.txt"))
        .isInstanceOf(com.jcraft.jsch.SftpException.class);

    server.quirks(Quirk.NO_EXTENSIONS, Quirk.RENAME_REPLACES);
    plain.rename("/a.txt", "/b.txt");
    assertThat(server.root().resolve("b.txt")).hasContent("again");
    assertThat(RawJsch.sftp(session).getExtension("fsync@openssh.com")).isNull();
    session.disconnect();
  }

  @Test
  void replacesFilesWithoutPosixRename() throws Exception {
    server.quirks(Quirk.NO_EXTENSIONS);
    try (Connection sftp = connect()) {
      sftp.writeString("a.txt", "new");
    }
    assertThat(server.root().resolve("a.txt")).hasContent("new");
  }

  @Test
  void changesAttributesInItsAnswers() throws Exception {
    try (Connection sftp = connect()) {
      assertThat(sftp.stat("a.txt").size()).isEqualTo(5);
      server.quirks(Quirk.NO_SIZES, Quirk.NO_TIMES, Quirk.NO_SIZES);
      assertThat(sftp.stat("a.txt").size()).isEqualTo(-1);
      assertThat(sftp.listdirAttr()).hasSize(2).allMatch(info -> info.size() == -1);
      server.quirks();
      assertThat(sftp.stat("a.txt").size()).isEqualTo(5);
    }
  }

  @Test
  void takesNamesThatDifferInCaseForOne() throws Exception {
    server.quirks(Quirk.CASE_INSENSITIVE);
    try (Connection sftp = connect()) {
      assertThat(sftp.readString("A.TXT")).isEqualTo("hello");
      sftp.mkdir("D");
      assertThat(sftp.exists("d")).isTrue();
      sftp.writeString("d/b.txt", "b");
      assertThat(server.root().resolve("D/b.txt")).hasContent("b");
    }
  }

  @AfterAll
  static void endsWithAServerThatIsOpen(TestSftpServer server) {
    assertThat(server.isClosed()).isFalse();
  }
}
