package io.github.jsftp.internal.protocol;

import static io.github.jsftp.internal.protocol.TestClient.get;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.protocol.channel.Transport;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.testing.HostileReplies;
import io.github.jsftp.testing.HostileServer;
import io.github.jsftp.testing.ScriptedSftp;
import io.github.jsftp.testing.ScriptedSftp.Answer;
import io.github.jsftp.testing.ServerChannel;
import io.github.jsftp.testing.SftpEntry;
import io.github.jsftp.testing.SftpRequest;
import io.github.jsftp.testing.SftpType;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
final class HostileAnswersTest {
  private static final TestClient.Settings USUAL = TestClient.Settings.USUAL;

  private ScriptedSftp script;
  private HostileServer server;

  @BeforeEach
  void start() throws IOException {
    script = new ScriptedSftp().file("/file", "hello").directory("/dir");
    server = HostileServer.start(script);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  static Stream<Arguments> answers() {
    return Stream.of(
        arguments(SftpType.LSTAT, HostileReplies.unknownId(), "which is not pending"),
        arguments(SftpType.LSTAT, HostileReplies.wrongType(), "data that was not requested"),
        arguments(
            SftpType.LSTAT, HostileReplies.unknownType(), "a reply of type 177 instead of 105"),
        arguments(SftpType.LSTAT, HostileReplies.status(0, "fine"), "status OK instead of"),
        arguments(SftpType.LSTAT, HostileReplies.packetOfLength(0), "a packet of 0 bytes"),
        arguments(SftpType.LSTAT, HostileReplies.packetOfLength(4), "a packet of 4 bytes"),
        arguments(
            SftpType.LSTAT,
            HostileReplies.packetOfLength(0xFFFF_FFFFL),
            "a packet of 4294967295 bytes"),
        arguments(
            SftpType.LSTAT, HostileReplies.packetOfLength(1 << 20), "a packet of 1048576 bytes"),
        arguments(SftpType.LSTAT, truncated(), "beyond the end of its packet"),
        arguments(SftpType.READ, HostileReplies.wrongType(), "a reply of type 105 instead of 103"),
        arguments(
            SftpType.READ, HostileReplies.moreThanAskedFor(1), "6 bytes of data instead of 1 to 5"),
        arguments(SftpType.READ, HostileReplies.noData(), "0 bytes of data instead of 1 to"),
        arguments(SftpType.OPEN, HostileReplies.handleOfLength(257), "a handle of 257 bytes"),
        arguments(SftpType.READDIR, count(1_000_000_000), "a count of 1000000000"),
        arguments(SftpType.READDIR, count(-1), "a count of 4294967295"));
  }

  private static Answer truncated() {
    return (request, channel) ->
        channel.packet(
            105, ByteBuffer.allocate(12).putInt(request.id()).putInt(1).putInt(7).array());
  }

  private static Answer count(int count) {
    return (request, channel) ->
        channel.packet(104, ByteBuffer.allocate(8).putInt(request.id()).putInt(count).array());
  }

  @ParameterizedTest
  @MethodSource("answers")
  void abortsTheChannelAndContinuesOnANewOne(SftpType type, Answer answer, String words)
      throws IOException {
    script.on(type, 1, answer);
    try (var testClient = TestClient.to(server)) {
      assertThatThrownBy(() -> ask(testClient, type))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("the server breaks the protocol: ")
          .hasMessageContaining(words);

      assertThat(get(testClient.sftp.lstat("/file")).size()).isEqualTo(5);
      assertThat(server.channels()).isEqualTo(2);
    }
  }

  private static void ask(TestClient testClient, SftpType type) throws IOException {
    switch (type) {
      case LSTAT -> get(testClient.sftp.lstat("/file"));
      case READDIR -> testClient.list("/dir");
      default -> TestClient.read(testClient.open("/file", OpenFlag.READ), 0, 5);
    }
  }

  @Test
  void failsPendingRequestsWhenTheChannelIsCut() throws IOException {
    script.onEvery(SftpType.STAT, HostileReplies.silence());
    script.onEvery(SftpType.RMDIR, HostileReplies.hangUp());
    try (var testClient = TestClient.to(server)) {
      CompletableFuture<?> waiting = testClient.sftp.stat("/file");
      CompletableFuture<?> cut = testClient.sftp.rmdir("/dir");

      for (CompletableFuture<?> each : List.of(waiting, cut)) {
        assertThatThrownBy(() -> get(each))
            .isInstanceOf(ConnectionException.class)
            .hasMessageContaining("connection lost: the server ended the SFTP channel");
      }
      assertThat(get(testClient.sftp.lstat("/file")).size()).isEqualTo(5);
    }
  }

  @Test
  void failsWhenDataIsCutInTheMiddle() throws IOException {
    script.on(
        SftpType.READ,
        1,
        (request, channel) -> {
          var part = ByteBuffer.allocate(10).putInt(request.id()).putInt(5).put((byte) 'h');
          channel.packet(14, 103, Arrays.copyOf(part.array(), part.position()));
          throw new IOException("cut");
        });
    try (var testClient = TestClient.to(server)) {
      var handle = testClient.open("/file", OpenFlag.READ);
      assertThatThrownBy(() -> get(handle.read(0, ByteBuffer.allocate(5))))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("read /file: connection lost");
    }
  }

  @Test
  void failsWhenTheServerDoesNotReplyInTime() throws IOException {
    script.on(SftpType.STAT, 1, HostileReplies.silence());
    var limit = new AtomicReference<>(Duration.ofSeconds(2));
    try (var testClient = TestClient.to(server, USUAL, limit::get)) {
      assertThatThrownBy(() -> get(testClient.sftp.stat("/file")))
          .isInstanceOf(OperationTimeoutException.class)
          .hasMessage("stat /file: no response from the server for 2 s [me@host:22]");
      limit.set(TestClient.LONG);

      assertThat(get(testClient.sftp.stat("/file")).size()).isEqualTo(5);
    }
  }

  @Test
  void keepsAnIdleChannel() throws IOException {
    var limit = new AtomicReference<>(TestClient.LONG);
    var looks = new AtomicLong();
    Supplier<Duration> timeout =
        () -> {
          looks.incrementAndGet();
          return limit.get();
        };
    try (var testClient = TestClient.to(server, USUAL, timeout)) {
      get(testClient.sftp.lstat("/file"));
      limit.set(Duration.ofMillis(1));
      long before = looks.get();
      io.github.jsftp.testing.Eventually.until("many looks", () -> looks.get() > before + 10);
      limit.set(TestClient.LONG);

      assertThat(get(testClient.sftp.lstat("/file")).size()).isEqualTo(5);
      assertThat(server.channels()).isEqualTo(1);
    }
  }

  @Test
  void failsToStartIfTheServerDoesNotReply() {
    script.onEvery(SftpType.INIT, HostileReplies.silence());
    script.onEvery(SftpType.REALPATH, HostileReplies.silence());

    assertThatThrownBy(() -> TestClient.to(server, USUAL.connectTimeout(Duration.ofSeconds(5))))
        .isInstanceOf(ConnectionException.class)
        .hasMessage("connect: timed out while waiting for SFTP to begin [me@host:22]");
  }

  @Test
  void quotesWhatTheShellPrintsBeforeSftp() {
    script.greeting("Welcome to host!\n");

    assertThatThrownBy(() -> TestClient.to(server))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining(
            "connect: received \"Welcome to host!\" where SFTP should start: a shell such as"
                + " nologin, a start-up file such as .bashrc or a forced command prints it [");
  }

  @Test
  void quotesTheTextAloneIfAPacketFollowsIt() {
    script.greeting("Welcome to host!\n\0\0\0\5\2");

    assertThatThrownBy(() -> TestClient.to(server))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining(
            "connect: received \"Welcome to host!\" where SFTP should start: a shell such as"
                + " nologin, a start-up file such as .bashrc or a forced command prints it [");
  }

  @Test
  void quotesNoControlCharactersInCausesEither() {
    script.greeting("\u009b31mWelcome\u2028to host!\n");

    assertThatThrownBy(() -> TestClient.to(server))
        .isInstanceOf(ConnectionException.class)
        .satisfies(
            failure -> {
              for (Throwable each = failure; each != null; each = each.getCause()) {
                assertThat(each.toString()).doesNotContain("\u009b", "\u2028");
              }
            });
  }

  @ParameterizedTest
  @ValueSource(ints = {2, 4, 6})
  void rejectsAnotherVersion(int version) {
    script.onEvery(SftpType.INIT, (request, channel) -> channel.version(version));

    assertThatThrownBy(() -> TestClient.to(server))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("it speaks version " + version + " of SFTP, not 3");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../../etc/passwd", "/etc/passwd", "a/b", "a\0b", ""})
  void rejectsInvalidNames(String name) throws IOException {
    script.listing("/dir", List.of(SftpEntry.file("good", 1), SftpEntry.file(name, 1)));
    try (var testClient = TestClient.to(server)) {
      assertThatThrownBy(() -> testClient.list("/dir"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("it lists the unsafe name \"" + name.replace('\0', '?') + '"');
      assertThat(server.channels()).isEqualTo(1);
    }
  }

  @Test
  void parsesRepliesInPiecesOfAnySize() throws IOException {
    script.listing("/many", 300, i -> SftpEntry.file("entry-" + i, i));
    for (int piece : new int[] {1, 2, 3, 5, 7, 13, 4096}) {
      try (var testClient = TestClient.to(server, USUAL.links(links -> inPieces(links, piece)))) {
        var handle = testClient.open("/file", OpenFlag.READ);
        assertThat(TestClient.read(handle, 0, 10)).isEqualTo("hello".getBytes(UTF_8));
        get(handle.close());
        assertThat(testClient.list("/many")).hasSize(300);
      }
    }
  }

  private static Transport.Source inPieces(Transport.Source links, int piece) {
    return new Transport.Source() {
      @Override
      public Transport open(OutputStream replies) throws IOException {
        return links.open(
            new FilterOutputStream(replies) {
              @Override
              public void write(byte[] bytes, int offset, int length) throws IOException {
                for (int at = 0; at < length; at += piece) {
                  // A separate array, so that the parser can't read the rest of the packet from it.
                  int end = Math.min(length, at + piece);
                  out.write(Arrays.copyOfRange(bytes, offset + at, offset + end));
                }
              }
            });
      }

      @Override
      public boolean cutSilent(Duration limit) {
        return links.cutSilent(limit);
      }

      @Override
      public Throwable whyLost() {
        return links.whyLost();
      }
    };
  }

  @Test
  void requestsTheRestOfAShortRead() throws IOException {
    script.maxRead(2);
    try (var testClient = TestClient.to(server)) {
      assertThat(TestClient.read(testClient.open("/file", OpenFlag.READ), 0, 10))
          .isEqualTo("hello".getBytes(UTF_8));
    }
  }

  @Test
  void replacesInStepsWithoutTheExtension() throws IOException {
    script.file("/new", "new");
    try (var testClient = TestClient.to(server)) {
      get(testClient.sftp.replace("/new", "/file", "/aside"));

      assertThat(script.content("/file")).isEqualTo("new".getBytes(UTF_8));
      assertThat(script.content("/new")).isNull();
    }
  }

  @Test
  void keepsToTheMaximumOfRequestsInFlight() throws IOException {
    script.onEvery(SftpType.STAT, HostileReplies.silence());
    var sent = new AtomicLong();
    var settings = USUAL.requests(3).channels(1).links(links -> counted(links, sent));
    try (var testClient = TestClient.to(server, settings)) {
      sent.set(0);
      for (int i = 0; i < 10; i++) {
        testClient.sftp.stat("/file");
      }
      io.github.jsftp.testing.Eventually.until(
          "3 requests", () -> script.count(SftpType.STAT) >= 3);
      awaitRestingSender();
      assertThat(sent).hasValue(3 * BYTES_OF_STAT);
    }
  }

  @Test
  void reducesRequestsInFlightToASlowServer() throws IOException {
    script.onEvery(
        SftpType.STAT,
        (request, channel) -> {
          LockSupport.parkNanos(35_000_000);
          script.usual(request, channel);
        });
    var sent = new AtomicLong();
    var settings = USUAL.channels(2).links(links -> counted(links, sent));
    try (var testClient = TestClient.to(server, settings)) {
      for (int i = 0; i < 50; i++) {
        get(testClient.sftp.lstat("/file")); // until a reply has been fast
      }
      var answers = new ArrayList<CompletableFuture<FileInfo>>();
      Runnable ask =
          () -> {
            answers.removeIf(CompletableFuture::isDone);
            while (answers.size() < 20) {
              answers.add(testClient.sftp.stat("/file"));
            }
          };
      do {
        until("fewer requests", ask, () -> testClient.sftp.maxInFlight() < 64);
        for (CompletableFuture<FileInfo> answer : answers) {
          get(answer);
        }
      } while (testClient.sftp.maxInFlight() == 64); // the last replies may have come in a burst
      script.onEvery(SftpType.STAT, HostileReplies.silence());
      int before = script.count(SftpType.STAT);
      int most = testClient.sftp.maxInFlight();
      awaitRestingSender();
      sent.set(0);
      for (int i = 0; i < 100; i++) {
        testClient.sftp.stat("/file");
      }
      io.github.jsftp.testing.Eventually.until(
          "requests come", () -> script.count(SftpType.STAT) >= before + most);
      awaitRestingSender();
      assertThat(sent).hasValue(most * BYTES_OF_STAT);
      assertThat(server.channels()).isEqualTo(1);
    }
  }

  private static final long BYTES_OF_STAT = 4L + 1 + 4 + 4 + "/file".length();

  /** Waits until the sending thread is idle, since it may send no more. */
  private static void awaitRestingSender() {
    io.github.jsftp.testing.Eventually.until(
        "the sender rests",
        () ->
            Thread.getAllStackTraces().entrySet().stream()
                .filter(entry -> entry.getKey().getName().startsWith("jsftp-send-"))
                .allMatch(
                    entry ->
                        Stream.of(entry.getValue())
                            .anyMatch(
                                frame -> frame.getMethodName().equals("awaitUninterruptibly"))));
  }

  private static Transport.Source counted(Transport.Source links, AtomicLong sent) {
    return new Transport.Source() {
      @Override
      public Transport open(OutputStream replies) throws IOException {
        Transport transport = links.open(replies);
        OutputStream out = transport.requests();
        return new Transport() {
          @Override
          public OutputStream requests() {
            return new FilterOutputStream(out) {
              @Override
              public void write(int oneByte) throws IOException {
                sent.incrementAndGet();
                out.write(oneByte);
              }

              @Override
              public void write(byte[] bytes, int offset, int length) throws IOException {
                sent.addAndGet(length);
                out.write(bytes, offset, length);
              }
            };
          }

          @Override
          public CompletableFuture<Void> accepted() {
            return transport.accepted();
          }

          @Override
          public void close() {
            transport.close();
          }
        };
      }

      @Override
      public boolean cutSilent(Duration limit) {
        return links.cutSilent(limit);
      }

      @Override
      public Throwable whyLost() {
        return links.whyLost();
      }
    };
  }

  private static void until(String what, Runnable act, BooleanSupplier condition) {
    io.github.jsftp.testing.Eventually.until(
        what,
        () -> {
          act.run();
          return condition.getAsBoolean();
        });
  }

  @Test
  void opensMoreChannelsWhileAllAreBusyAndKeepsOneForRequestsOneByOne() throws IOException {
    script.onEvery(SftpType.STAT, HostileReplies.silence());
    try (var testClient = TestClient.to(server, USUAL.requests(2).channels(3))) {
      get(testClient.sftp.lstat("/file"));
      script.onEvery(SftpType.LSTAT, this::answerSlowly);
      until(
          "three channels",
          () -> press(testClient),
          () -> server.channels() == 3 && testClient.sftp.maxInFlight() == 6);
    }
    try (var testClient = TestClient.to(server, USUAL.requests(1).channels(3))) {
      for (int i = 0; i < 10; i++) {
        testClient.sftp.stat("/file");
      }
      assertThat(testClient.sftp.maxStripes(0)).isEqualTo(1);
      assertThat(testClient.sftp.maxInFlight()).isEqualTo(1);
    }
  }

  @Test
  void opensAtMostFourChannelsToANearbyServer() throws IOException {
    script.onEvery(SftpType.STAT, HostileReplies.silence());
    try (var testClient = TestClient.to(server, USUAL.requests(2).channels(8))) {
      io.github.jsftp.testing.Eventually.until("it counts as near", () -> countsAsNear(testClient));
      script.onEvery(SftpType.LSTAT, this::answerSlowly);
      until("four channels", () -> press(testClient), () -> testClient.sftp.maxInFlight() == 8);
      press(testClient);
      io.github.jsftp.testing.Eventually.until("none is opened", HostileAnswersTest::opensNothing);
      assertThat(server.channels()).isEqualTo(4);
    }
  }

  /** Answers so slowly that a further channel is worth its cost. */
  private void answerSlowly(SftpRequest request, ServerChannel channel) throws IOException {
    LockSupport.parkNanos(15_000_000);
    script.usual(request, channel);
  }

  private static boolean countsAsNear(TestClient testClient) {
    try {
      get(testClient.sftp.lstat("/file"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return testClient.sftp.maxStripes(0) == 4;
  }

  /** Fills the channel with the lowest load, on which a reply has been slow. */
  private static void press(TestClient testClient) {
    testClient.sftp.lstat("/file");
    testClient.sftp.stat("/file");
    testClient.sftp.stat("/file");
  }

  private static boolean opensNothing() {
    return Thread.getAllStackTraces().keySet().stream()
        .noneMatch(thread -> thread.getName().startsWith("jsftp-open"));
  }
}
