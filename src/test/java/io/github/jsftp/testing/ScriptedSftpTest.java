package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class ScriptedSftpTest {
  private final ScriptedSftp files = new ScriptedSftp();
  private HostileServer server;
  private Session session;

  @BeforeEach
  void connect() throws Exception {
    server = HostileServer.start(files);
    session = RawJsch.connect(server.port(), server.username(), server.password());
  }

  @AfterEach
  void close() {
    session.disconnect();
    server.server().awaitIdle();
    server.close();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void servesFilesHonestly() throws Exception {
    files.file("/a/b/old", "old content");
    ChannelSftp sftp = RawJsch.sftp(session);
    byte[] big = Trees.bytes(1, 500_000);
    sftp.put(new ByteArrayInputStream(big), "/a/new");
    assertThat(files.content("/a/new")).isEqualTo(big);
    var got = new ByteArrayOutputStream();
    sftp.get("/a/b/old", got);
    assertThat(got.toString(StandardCharsets.UTF_8)).isEqualTo("old content");
    sftp.mkdir("/a/d");
    sftp.rename("/a/b", "/a/d/b");
    assertThat(files.names("/a")).containsExactly("d", "new");
    assertThat(files.names("/a/d/b")).containsExactly("old");
    sftp.chmod(0600, "/a/new");
    assertThat(sftp.stat("/a/new").getPermissions()).isEqualTo(0100600);
    sftp.rm("/a/d/b/old");
    sftp.rmdir("/a/d/b");
    assertThatThrownBy(() -> sftp.lstat("/a/d/b")).isInstanceOf(SftpException.class);
    assertThat(files.openHandles()).isZero();
    assertThat(files.count(SftpType.MKDIR)).isEqualTo(1);
    files.resetCounts();
    assertThat(files.requests()).isZero();
    assertThat(server.channels()).isEqualTo(1);
  }

  @Test
  void listsWhatItIsTold() throws Exception {
    var names = List.of("../../etc/passwd", "a/b", "", "nul\0", "..");
    files.listing("/evil", names.stream().map(name -> SftpEntry.file(name, 1)).toList());
    files.listing("/huge", 20_000, i -> SftpEntry.file("file-" + i, i));
    ChannelSftp sftp = RawJsch.sftp(session);
    assertThat(sftp.ls("/evil"))
        .extracting(ChannelSftp.LsEntry::getFilename)
        .containsExactlyInAnyOrderElementsOf(names);
    var count = new AtomicInteger();
    sftp.ls(
        "/huge",
        entry ->
            count.incrementAndGet() < 20_000
                ? ChannelSftp.LsEntrySelector.CONTINUE
                : ChannelSftp.LsEntrySelector.BREAK);
    assertThat(count).hasValue(20_000);
  }

  @Test
  void refusesWhatItIsTold() throws Exception {
    files.file("/x", "x").on(SftpType.STAT, 2, HostileReplies.status(3, "Permission denied"));
    files.onEvery(SftpType.RENAME, HostileReplies.status(4, "Failure")).diskFullAfter(20_000, 14);
    ChannelSftp sftp = RawJsch.sftp(session);
    sftp.stat("/x");
    assertThatThrownBy(() -> sftp.stat("/x")).hasMessageContaining("Permission denied");
    sftp.stat("/x");
    assertThatThrownBy(() -> sftp.rename("/x", "/y")).isInstanceOf(SftpException.class);
    assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(new byte[200_000]), "/full"))
        .hasMessageContaining("No space left on device");
  }

  @Test
  void movesFilesAwayWhenTheyAreClosed() throws Exception {
    files.vanishOnClose();
    RawJsch.sftp(session).put(new ByteArrayInputStream(utf8("x")), "/x");
    assertThat(files.entry("/x")).isNull();
  }

  @Test
  void runsAScriptForEachChannel() throws Exception {
    try (var two =
        HostileServer.start(
            number -> new ScriptedSftp().file("/number", Integer.toString(number)))) {
      var other = RawJsch.connect(two.port(), two.username(), two.password());
      for (String number : List.of("0", "1")) {
        var got = new ByteArrayOutputStream();
        RawJsch.sftp(other).get("/number", got);
        assertThat(got.toString(StandardCharsets.UTF_8)).isEqualTo(number);
      }
      other.disconnect();
    }
  }

  @Test
  void hangsUp() throws Exception {
    files.on(SftpType.STAT, 1, HostileReplies.hangUp());
    ChannelSftp sftp = RawJsch.sftp(session);
    assertThatThrownBy(() -> sftp.stat("/")).isInstanceOf(SftpException.class);
    Eventually.until("end of the channel", sftp::isClosed);
    assertThat(RawJsch.sftp(session).stat("/").isDir()).isTrue();
  }

  /** Returns what the server sends after one request, without a client or a network. */
  private byte[] replyTo(SftpType type, byte... payload) throws IOException {
    var request = ByteBuffer.allocate(9 + payload.length).putInt(5 + payload.length);
    request.put((byte) type.code()).putInt(3).put(payload);
    var reply = new ByteArrayOutputStream();
    files.run(new ServerChannel(0, new ByteArrayInputStream(request.array()), reply));
    return reply.toByteArray();
  }

  private static byte[] packet(int length, SftpType type, int id, byte... payload) {
    var packet = ByteBuffer.allocate(9 + payload.length).putInt(length);
    return packet.put((byte) type.code()).putInt(id).put(payload).array();
  }

  @Test
  void liesAboutThePacket() throws Exception {
    assertThat(replyTo(SftpType.INIT)).isEqualTo(packet(5, SftpType.VERSION, 3));
    files.onEvery(SftpType.INIT, HostileReplies.packetOfLength(1L << 31));
    assertThat(replyTo(SftpType.INIT)).isEqualTo(packet(Integer.MIN_VALUE, SftpType.VERSION, 3));
    files.onEvery(SftpType.INIT, HostileReplies.silence());
    assertThat(replyTo(SftpType.INIT)).isEmpty();
    files.greeting("Welcome to my .bashrc!\n");
    assertThat(replyTo(SftpType.INIT)).isEqualTo(utf8("Welcome to my .bashrc!\n"));
  }

  @Test
  void liesInAnswers() throws Exception {
    byte[] read = ByteBuffer.allocate(16).putInt(0).putLong(0).putInt(2).array();
    files.onEvery(SftpType.READ, HostileReplies.moreThanAskedFor(1));
    assertThat(replyTo(SftpType.READ, read))
        .isEqualTo(packet(12, SftpType.DATA, 3, new byte[] {0, 0, 0, 3, 0, 0, 0}));
    files.onEvery(SftpType.READ, HostileReplies.noData());
    assertThat(replyTo(SftpType.READ, read))
        .isEqualTo(packet(9, SftpType.DATA, 3, new byte[] {0, 0, 0, 0}));
    files.onEvery(SftpType.READ, HostileReplies.wrongType());
    assertThat(replyTo(SftpType.READ, read)[4]).isEqualTo((byte) SftpType.ATTRS.code());
    files.onEvery(SftpType.READ, HostileReplies.unknownId());
    assertThat(ByteBuffer.wrap(replyTo(SftpType.READ, read)).getInt(5)).isEqualTo(1_000_003);
    files.onEvery(SftpType.READ, HostileReplies.unknownType());
    assertThat(replyTo(SftpType.READ, read)[4]).isEqualTo((byte) 177);
    files.onEvery(SftpType.OPEN, HostileReplies.handleOfLength(257));
    assertThat(replyTo(SftpType.OPEN)).hasSize(4 + 5 + 4 + 257);
    files.onEvery(SftpType.OPEN, HostileReplies.garbage("?"));
    assertThat(replyTo(SftpType.OPEN)).containsExactly('?');
  }

  @Test
  void readsShort() throws Exception {
    files.file("/x", "0123456789").maxRead(3);
    var got = new ByteArrayOutputStream();
    RawJsch.sftp(session).get("/x", got);
    assertThat(got.toString(StandardCharsets.UTF_8)).isEqualTo("0123456789");
    assertThat(files.count(SftpType.READ)).isGreaterThanOrEqualTo(4);
  }

  @Test
  void renamesOverFilesWhenItSaysSo() throws Exception {
    files.file("/x", "x").file("/y", "y").extension("posix-rename@openssh.com", "1");
    RawJsch.sftp(session).rename("/x", "/y");
    assertThat(files.content("/y")).isEqualTo(utf8("x"));
    assertThat(files.entry("/x")).isNull();
    assertThat(files.count(SftpType.EXTENDED)).isEqualTo(1);
  }
}
