package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Quirk;
import io.github.jsftp.testing.QuirkyServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@OnEachServer
@Timeout(300)
@Tag("long-on-openssh")
class InboxTest {
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final int PAGE = 4096;

  @TempDir Path local;
  private final List<String> handled = new ArrayList<>();
  private Instant time = NOON;
  private Connection sftp;
  private ServerFolder folder;

  @BeforeEach
  void connect(TestServer server, ServerFolder remote) throws IOException {
    folder = remote;
    sftp = Connections.connect(server, remote);
    Files.createDirectory(folder.local("outbox"));
  }

  @AfterEach
  void close() {
    sftp.close();
  }

  private Inbox.Builder inbox() {
    return inbox("journal");
  }

  /** An inbox for files that are complete at once, and whose clock is the test's. */
  private Inbox.Builder inbox(String journal) {
    return Inbox.of(sftp, "outbox")
        .journal(local.resolve(journal))
        .temporaryDirectory(local.resolve("downloads"))
        .unchangedFor(Duration.ZERO)
        .clock(() -> time)
        .handler(this::handle);
  }

  private void handle(FileInfo info, Path file) throws IOException {
    assertThat(info.path()).isEqualTo(folder.path("outbox/" + info.name()));
    assertThat(file.getFileName()).hasToString(info.name());
    handled.add(info.name() + "=" + Files.readString(file));
  }

  private Path put(String name) throws IOException {
    return Files.writeString(folder.local("outbox/" + name), "of " + name);
  }

  private void put(String name, int age) throws IOException {
    Files.setLastModifiedTime(put(name), FileTime.from(NOON.minusSeconds(age)));
  }

  /** All files below the folder, and directories that are empty. */
  private List<String> tree() throws IOException {
    var names = new TreeSet<String>();
    try (var paths = Files.walk(folder.local("outbox"))) {
      for (Path path : paths.toList()) {
        boolean isEmpty = Files.isDirectory(path) && path.toFile().list().length == 0;
        if (!Files.isDirectory(path) || isEmpty) {
          names.add(folder.local("outbox").relativize(path) + (isEmpty ? "/" : ""));
        }
      }
    }
    return List.copyOf(names);
  }

  private static String[] moves(InboxReport report) {
    return report.outcomes().stream().map(FileOutcome::toString).toArray(String[]::new);
  }

  @Test
  void handlesEachCompleteFileOnceAndArchivesIt() throws IOException {
    put("b.csv", 10);
    put("a.csv", 10);
    put("old.csv", 20);
    put("other.txt");
    put(".hidden.csv");
    Files.createDirectory(folder.local("outbox/dir.csv"));
    var inbox = inbox().names("*.csv").archive("done/{date}").build();

    InboxReport report = inbox.poll();
    InboxReport second = inbox.poll();

    assertThat(handled).containsExactly("old.csv=of old.csv", "a.csv=of a.csv", "b.csv=of b.csv");
    assertThat(tree())
        .containsExactly(
            ".hidden.csv",
            "dir.csv/",
            "done/2026-03-01/a.csv",
            "done/2026-03-01/b.csv",
            "done/2026-03-01/old.csv",
            "other.txt");
    assertThat(report.handled()).isEqualTo(3);
    assertThat(moves(report))
        .containsExactly(
            "rename old.csv -> " + folder.path("outbox/done/2026-03-01/old.csv"),
            "rename a.csv -> " + folder.path("outbox/done/2026-03-01/a.csv"),
            "rename b.csv -> " + folder.path("outbox/done/2026-03-01/b.csv"));
    assertThat(report.warnings()).isEmpty();
    assertThat(report).hasToString("3 handled, 0 failed, 0 waiting");
    assertThat(second).hasToString("0 handled, 0 failed, 0 waiting");
    assertThat(local.resolve("downloads")).isEmptyDirectory();
  }

  @Test
  void deletesHandledFiles() throws IOException {
    put("a.csv");

    InboxReport report = inbox().removeSource(true).build().poll();

    assertThat(handled).containsExactly("a.csv=of a.csv");
    assertThat(moves(report)).containsExactly("delete a.csv");
    assertThat(tree()).containsExactly("/");
  }

  @Test
  void waitsUntilAFileIsUnchangedBetweenTwoPolls() throws IOException {
    put("a.csv");
    var builder = inbox().unchangedFor(Duration.ofSeconds(30)).archive("done");

    assertThat(builder.build().poll()).hasToString("0 handled, 0 failed, 1 waiting");
    time = time.plusSeconds(29);
    assertThat(builder.build().poll().waiting()).isEqualTo(1);
    Files.writeString(folder.local("outbox/a.csv"), "and more of a.csv");
    time = time.plusSeconds(10);
    assertThat(builder.build().poll().waiting()).isEqualTo(1);
    time = time.plusSeconds(29);
    assertThat(builder.build().poll().waiting()).isEqualTo(1);
    time = time.plusSeconds(1);
    assertThat(builder.build().poll().handled()).isEqualTo(1);

    assertThat(handled).containsExactly("a.csv=and more of a.csv");
  }

  @Test
  void waitsAgainIfAFileHadDisappearedOrTheClockWentBack() throws IOException {
    put("a.csv", 0);
    var inbox = inbox().unchangedFor(Duration.ofSeconds(30)).archive("done").build();

    inbox.poll();
    Files.delete(folder.local("outbox/a.csv"));
    time = time.plusSeconds(60);
    inbox.poll();
    put("a.csv", 0);
    assertThat(inbox.poll().waiting()).isEqualTo(1);
    time = time.minusSeconds(3600);
    assertThat(inbox.poll().waiting()).isEqualTo(1);
    time = time.plusSeconds(30);
    assertThat(inbox.poll().handled()).isEqualTo(1);
  }

  @Test
  void waitsHalfAMinuteByDefault() throws IOException {
    put("a.csv");
    var inbox =
        Inbox.of(sftp, folder.path("outbox"))
            .journal(local.resolve("journal"))
            .clock(() -> time)
            .handler(this::handle)
            .archive("done")
            .build();

    assertThat(inbox.poll().waiting()).isEqualTo(1);
    time = time.plusSeconds(30);
    assertThat(inbox.poll().handled()).isEqualTo(1);
  }

  @Test
  void takesFilesThatHaveADoneFileWhichGoesAlong() throws IOException {
    put("a.csv");
    put("a.csv.done");
    put("b.csv");
    put("bad.csv");
    put("bad.csv.done");
    put("lonely.csv.done");
    var builder =
        Inbox.of(sftp, "outbox")
            .journal(local.resolve("journal"))
            .doneFile("{name}.done")
            .handler(
                (info, file) -> {
                  if (info.name().equals("bad.csv")) {
                    throw new IOException("no such customer");
                  }
                  handle(info, file);
                });

    InboxReport report = builder.archive("done").build().poll();

    assertThat(handled).containsExactly("a.csv=of a.csv");
    assertThat(tree())
        .containsExactly(
            "b.csv",
            "done/a.csv",
            "done/a.csv.done",
            "failed/bad.csv",
            "failed/bad.csv.done",
            "failed/bad.csv.reason.txt",
            "lonely.csv.done");
    assertThat(report).hasToString("1 handled, 1 failed, 1 waiting");
    assertThat(report.warnings())
        .containsExactly("lonely.csv.done: there is no file that it marks as complete");
  }

  @Test
  void takesWhatAnUploadMarksAsComplete() throws IOException {
    Path file = Files.writeString(local.resolve("a.csv"), "uploaded");
    var options = TransferOptions.builder().createParents(true).doneFile("{name}.done").build();
    sftp.put(file, "outbox/sub/a.csv", options);
    var inbox =
        Inbox.of(sftp, "outbox/sub")
            .journal(local.resolve("journal"))
            .doneFile("{name}.done")
            .handler((info, download) -> handled.add(Files.readString(download)))
            .removeSource(true)
            .build();

    inbox.poll();

    assertThat(handled).containsExactly("uploaded");
    assertThat(tree()).containsExactly("sub/");
  }

  @Test
  void deletesTheDoneFileWithItsFile() throws IOException {
    put("a.csv");
    put("a.csv.ok");

    inbox().doneFile("{name}.ok").removeSource(true).build().poll();

    assertThat(handled).hasSize(1);
    assertThat(tree()).containsExactly("/");
  }

  @Test
  void numbersTheDoneFileLikeItsFile() throws IOException {
    var inbox = inbox().doneFile("{name}.ok").archive("done").build();
    for (int i = 0; i < 2; i++) {
      put("a.csv");
      put("a.csv.ok");
      inbox.poll();
    }

    assertThat(tree())
        .containsExactly("done/a.1.csv", "done/a.1.csv.ok", "done/a.csv", "done/a.csv.ok");
  }

  @Test
  void measuresTheAgeOfFilesByTheClockOfTheServer() throws IOException {
    Instant now = Instant.now();
    Files.setLastModifiedTime(put("old.csv"), FileTime.from(now.minusSeconds(3000)));
    Files.setLastModifiedTime(put("new.csv"), FileTime.from(now.minusSeconds(60)));
    time = now.plus(Duration.ofDays(3650)); // this machine's clock is wrong
    var inbox =
        Inbox.of(sftp, "outbox")
            .journal(local.resolve("journal"))
            .clock(() -> time)
            .olderThan(Duration.ofMinutes(30))
            .handler(this::handle)
            .archive("done")
            .build();

    InboxReport report = inbox.poll();

    assertThat(handled).containsExactly("old.csv=of old.csv");
    assertThat(report.waiting()).isEqualTo(1);
    assertThat(tree()).containsExactly("done/old.csv", "new.csv");
  }

  @Test
  void movesAFileWhoseHandlerThrowsWithTheReasonBesideIt() throws IOException {
    put("a.csv", 30);
    put("b.csv", 20);
    put("c.csv", 10);
    var inbox =
        inbox()
            .failed("failed/{date}")
            .archive("done")
            .handler(
                (info, file) -> {
                  switch (info.name()) {
                    case "a.csv" -> throw new SocketTimeoutException("read\ntimed out");
                    case "b.csv" -> throw new IllegalStateException();
                    default -> handle(info, file);
                  }
                })
            .build();

    InboxReport report = inbox.poll();

    assertThat(handled).containsExactly("c.csv=of c.csv");
    assertThat(report).hasToString("1 handled, 2 failed, 0 waiting");
    assertThat(report.failures().get(0).failure().orElseThrow())
        .isInstanceOf(SocketTimeoutException.class);
    assertThat(report.failures().get(1).failure().orElseThrow())
        .hasCauseInstanceOf(IllegalStateException.class);
    assertThat(folder.local("outbox/failed/2026-03-01/a.csv")).hasContent("of a.csv");
    assertThat(folder.local("outbox/failed/2026-03-01/a.csv.reason.txt"))
        .hasContent("SocketTimeoutException: read?timed out");
    assertThat(folder.local("outbox/failed/2026-03-01/b.csv.reason.txt"))
        .hasContent("IllegalStateException");
    assertThat(inbox.poll()).hasToString("0 handled, 0 failed, 0 waiting");
  }

  @Test
  void movesAFileWhoseHandlerEndsWithAnErrorAndThrowsTheError() throws IOException {
    put("a.csv", 20);
    put("b.csv", 10);
    var inbox =
        inbox()
            .archive("done")
            .handler(
                (info, file) -> {
                  if (info.name().equals("a.csv")) {
                    throw new StackOverflowError("too deep");
                  }
                  handle(info, file);
                })
            .build();

    assertThat(catchThrowable(inbox::poll)).isInstanceOf(StackOverflowError.class);
    assertThat(inbox.poll()).hasToString("1 handled, 0 failed, 0 waiting");

    assertThat(tree()).containsExactly("done/b.csv", "failed/a.csv", "failed/a.csv.reason.txt");
  }

  @Test
  void shortensALongReason() throws IOException {
    put("a.csv");

    inbox()
        .archive("done")
        .handler(
            (info, file) -> {
              throw new IOException("x".repeat(1_000_000));
            })
        .build()
        .poll();

    assertThat(folder.local("outbox/failed/a.csv.reason.txt")).hasSize(4001);
  }

  @Test
  void endsIfTheHandlerIsInterruptedAndHandsItTheFileAgain() throws IOException {
    put("a.csv");
    var builder = inbox().archive("done");
    var interrupted =
        builder
            .handler(
                (info, file) -> {
                  Thread.currentThread().interrupt();
                  new CountDownLatch(1).await();
                })
            .build();

    assertThat(catchThrowable(interrupted::poll))
        .isInstanceOf(InterruptedIOException.class)
        .hasMessage(
            folder.path("outbox/a.csv")
                + ": the handler was interrupted; the next poll hands it the file again");
    assertThat(Thread.interrupted()).isTrue();
    InboxReport report = builder.handler(this::handle).build().poll();

    assertThat(handled).containsExactly("a.csv=of a.csv");
    assertThat(report.repeated()).containsExactly(folder.path("outbox/a.csv"));
    assertThat(tree()).containsExactly("done/a.csv");
  }

  @Test
  void archivesWithoutHandlingAgainIfTheThreadIsInterruptedAfterwards() throws IOException {
    put("a.csv");
    var builder = inbox().archive("done");
    var interrupted =
        builder
            .handler(
                (info, file) -> {
                  handle(info, file);
                  Thread.currentThread().interrupt();
                })
            .build();

    assertThat(catchThrowable(interrupted::poll)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    InboxReport report = builder.handler(this::handle).build().poll();

    assertThat(handled).containsExactly("a.csv=of a.csv");
    assertThat(report.handled()).isZero();
    assertThat(moves(report))
        .containsExactly("rename a.csv -> " + folder.path("outbox/done/a.csv"));
  }

  @Test
  void letsTheHandlerKeepItsFile() throws IOException {
    put("a.csv");
    Path kept = local.resolve("kept.csv");

    inbox().removeSource(true).handler((info, file) -> Files.move(file, kept)).build().poll();

    assertThat(kept).hasContent("of a.csv");
    assertThat(local.resolve("downloads")).isEmptyDirectory();
  }

  @Test
  void neverReplacesAnArchivedFile() throws IOException {
    var inbox = inbox().archive("done").build();
    for (int i = 0; i < 6; i++) {
      Files.writeString(folder.local("outbox/a.tar.gz"), "number " + i);
      inbox.poll();
    }

    assertThat(handled).hasSize(6);
    assertThat(tree())
        .containsExactly(
            "done/a.1.tar.gz",
            "done/a.2.tar.gz",
            "done/a.3.tar.gz",
            "done/a.4.tar.gz",
            "done/a.5.tar.gz",
            "done/a.tar.gz");
    assertThat(folder.local("outbox/done/a.tar.gz")).hasContent("number 0");
    assertThat(folder.local("outbox/done/a.5.tar.gz")).hasContent("number 5");
  }

  @Test
  void fillsTheTokensOfTheArchive() throws IOException {
    put("{date} {name}.csv");

    inbox().archive("../archive/{date:yyyy/MM}/{name}-{time}").build().poll();

    try (var files = Files.list(folder.local("archive/2026/03"))) {
      assertThat(files).singleElement().asString().matches(".*/\\{date} \\{name}\\.csv-\\d{6}");
    }
  }

  @Test
  @EnabledOnServer(
      value = TestServer.Kind.OPENSSH,
      reason = "MINA's rename copies to another file system")
  @EnabledOnOs(value = OS.LINUX, disabledReason = "needs a second file system")
  void copiesAndDeletesIfTheArchiveIsOnAnotherFileSystem() throws IOException {
    Path elsewhere = Files.createTempDirectory(Path.of("/dev/shm"), "jsftp-inbox-test-");
    try {
      put("a.csv", 100);
      put("a.csv.done");
      Files.writeString(elsewhere.resolve("a.csv"), "already there");
      var inbox = inbox().doneFile("{name}.done").archive(elsewhere.toString()).build();

      InboxReport report = inbox.poll();

      assertThat(elsewhere.resolve("a.1.csv")).hasContent("of a.csv");
      assertThat(Files.getLastModifiedTime(elsewhere.resolve("a.1.csv")).toInstant())
          .isEqualTo(NOON.minusSeconds(100));
      assertThat(elsewhere.resolve("a.csv")).hasContent("already there");
      assertThat(elsewhere.resolve("a.1.csv.done")).hasContent("of a.csv.done");
      try (var files = Files.list(elsewhere)) {
        assertThat(files).hasSize(3);
      }
      assertThat(tree()).containsExactly("/");
      assertThat(report.warnings())
          .singleElement()
          .asString()
          .startsWith("a.csv: copied and deleted, since the server refused to rename it: rename ");
    } finally {
      try (var files = Files.walk(elsewhere)) {
        files.sorted(Comparator.reverseOrder()).forEach(file -> file.toFile().delete());
      }
    }
  }

  /** A claim whose handler had ended, and that a killed poll was copying to done/a.csv. */
  private void beginCopy() throws IOException {
    String id = "0123456789abcdef";
    put(".a.csv.jsftp-claim-" + id, 100);
    Files.createDirectory(folder.local("outbox/done"));
    List<String> lines =
        List.of(
            "jsftp-inbox-1\t" + folder.path("outbox"),
            "claim\t" + id + "\ta.csv\t\t38\t" + NOON.minusSeconds(100) + "\ta.csv",
            "begin\t" + id,
            "handled\t" + id,
            "target\t" + id + "\t" + folder.path("outbox/done/a.csv"),
            "part\t" + id + "\t" + folder.path("outbox/done/.part"));
    Files.write(local.resolve("journal"), lines);
  }

  @Test
  void deletesTheSourceOfACopyThatWasCompleteBeforeTheKill() throws IOException {
    beginCopy();
    put("done/a.csv", 100);
    Files.writeString(folder.local("outbox/done/a.csv"), "of .a.csv.jsftp-claim-0123456789abcdef");
    Files.setLastModifiedTime(
        folder.local("outbox/done/a.csv"), FileTime.from(NOON.minusSeconds(100)));

    InboxReport report = inbox().archive("done").build().poll();

    assertThat(handled).isEmpty();
    assertThat(tree()).containsExactly("done/a.csv");
    assertThat(moves(report))
        .containsExactly("rename a.csv -> " + folder.path("outbox/done/a.csv"));
  }

  @Test
  void startsACopyAgainThatWasNotComplete() throws IOException {
    beginCopy();
    put("done/.part");

    inbox().archive("done").build().poll();

    assertThat(handled).isEmpty();
    assertThat(tree()).containsExactly("done/a.csv");
    assertThat(folder.local("outbox/done/a.csv"))
        .hasContent("of .a.csv.jsftp-claim-0123456789abcdef");
  }

  @Test
  void remembersFilesOfAFolderThatItLeavesUnchanged() throws IOException {
    put("a.csv", 30);
    put("bad.csv", 20);
    FileTime before = Files.getLastModifiedTime(folder.local("outbox"));
    var builder =
        Inbox.of(sftp, "outbox")
            .remember(local.resolve("remembered"))
            .unchangedFor(Duration.ZERO)
            .handler(
                (info, file) -> {
                  handle(info, file);
                  if (info.name().equals("bad.csv")) {
                    throw new IOException("bad");
                  }
                });

    InboxReport report = builder.build().poll();
    builder.build().poll();

    assertThat(handled).containsExactly("a.csv=of a.csv", "bad.csv=of bad.csv");
    assertThat(moves(report)).containsExactly("copy a.csv (8 bytes)", "fail bad.csv: bad");
    assertThat(tree()).containsExactly("a.csv", "bad.csv");
    assertThat(Files.getLastModifiedTime(folder.local("outbox"))).isEqualTo(before);

    put("a.csv", 10);
    assertThat(builder.build().poll()).hasToString("1 handled, 0 failed, 0 waiting");
    assertThat(builder.build().poll()).hasToString("0 handled, 0 failed, 0 waiting");
  }

  @Test
  void leavesClaimsOfOthersAloneUntilTheyAreAbandoned() throws IOException {
    put(".a.csv.jsftp-claim-0123456789abcdef");
    var builder = inbox().archive("done").claimTimeout(Duration.ofMinutes(10));

    assertThat(builder.build().poll())
        .hasToString("0 handled, 0 failed, 0 waiting, 1 claimed by others");
    time = time.plusSeconds(599);
    assertThat(builder.build().poll().claimedByOthers()).isEqualTo(1);
    time = time.plusSeconds(1);
    InboxReport report = builder.build().poll();

    assertThat(handled).containsExactly("a.csv=of .a.csv.jsftp-claim-0123456789abcdef");
    assertThat(report.repeated()).containsExactly(folder.path("outbox/a.csv"));
    assertThat(tree()).containsExactly("done/a.csv");
  }

  @Test
  void takesOverAnAbandonedClaimWithItsDoneFile() throws IOException {
    put(".a.csv.jsftp-claim-0123456789abcdef");
    put(".a.csv.done.jsftp-claim-0123456789abcdef");
    put("b.csv"); // its poller was killed between the two renames
    put(".b.csv.done.jsftp-claim-0123456789abcdef");
    put(".c.csv.done.jsftp-claim-0123456789abcdef");
    var inbox =
        inbox()
            .archive("done")
            .doneFile("{name}.done")
            .claimTimeout(Duration.ofMinutes(10))
            .build();

    assertThat(inbox.poll()).hasToString("0 handled, 0 failed, 1 waiting, 1 claimed by others");
    time = time.plusSeconds(600);
    InboxReport report = inbox.poll();

    assertThat(handled).hasSize(2);
    assertThat(tree())
        .containsExactly(
            ".c.csv.done.jsftp-claim-0123456789abcdef",
            "done/a.csv",
            "done/a.csv.done",
            "done/b.csv",
            "done/b.csv.done");
    assertThat(report.warnings())
        .containsExactly(
            ".c.csv.done.jsftp-claim-0123456789abcdef is left over from a killed poll;"
                + " its file is gone");
  }

  @Test
  void reportsAClaimThatVanishesWhileItIsHandled() throws IOException {
    put("a.csv", 20);
    put("b.csv", 10);
    var inbox =
        inbox()
            .archive("done")
            .handler(
                (info, file) -> {
                  handle(info, file);
                  if (info.name().equals("a.csv")) {
                    try (var files = Files.list(folder.local("outbox"))) {
                      for (Path path : files.filter(p -> p.toString().contains("claim")).toList()) {
                        Files.delete(path);
                      }
                    }
                  }
                })
            .build();

    InboxReport report = inbox.poll();

    assertThat(report).hasToString("2 handled, 1 failed, 0 waiting");
    assertThat(report.failures().get(0).path()).isEqualTo("a.csv");
    assertThat(report.failures().get(0).failure().orElseThrow())
        .isInstanceOf(NoSuchPathException.class);
    assertThat(report.warnings())
        .containsExactly(
            "a.csv: the claimed file vanished after it was handled: another poller has taken it"
                + " over, or somebody has removed it");
    assertThat(tree()).containsExactly("done/b.csv");
    assertThat(inbox.poll()).hasToString("0 handled, 0 failed, 0 waiting");
  }

  @Test
  void leavesAFileThatChangesBeforeItIsClaimed() throws IOException {
    put("a.csv", 20);
    put("b.csv", 10);
    var inbox =
        inbox()
            .archive("done")
            .handler(
                (info, file) -> {
                  handle(info, file);
                  Files.writeString(folder.local("outbox/b.csv"), "a longer content than before");
                })
            .build();

    assertThat(inbox.poll()).hasToString("1 handled, 0 failed, 1 waiting");
    assertThat(tree()).containsExactly("b.csv", "done/a.csv");
  }

  @Test
  void handlesNamesOfAllKinds() throws IOException {
    List<String> names =
        List.of("{name}", "a b", "\u00e4\u20ac\ud83d\ude00", "new\nline%41", "tab\t*", "-x'\"");
    for (String name : names) {
      put(name);
    }
    String tooLong = "x".repeat(240);
    put(tooLong);

    InboxReport report = inbox().archive("done").build().poll();

    assertThat(handled)
        .containsExactlyInAnyOrderElementsOf(
            names.stream().map(name -> name + "=of " + name).toList());
    assertThat(report.failures())
        .singleElement()
        .asString()
        .endsWith(": its name is too long to claim");
    assertThat(tree()).hasSize(names.size() + 1).contains(tooLong, "done/{name}");
  }

  @Test
  void choosesOrdersAndLimits() throws IOException {
    for (int i = 0; i < 5; i++) {
      put("f" + i);
    }
    var inbox =
        inbox()
            .select(info -> !info.name().equals("f3"))
            .order(Comparator.comparing(FileInfo::name).reversed())
            .limit(2)
            .archive("done")
            .build();

    assertThat(inbox.poll().handled()).isEqualTo(2);
    assertThat(handled).containsExactly("f4=of f4", "f2=of f2");
    assertThat(inbox.poll().handled()).isEqualTo(2);
    assertThat(inbox.poll().handled()).isZero();
    assertThat(tree()).containsExactly("done/f0", "done/f1", "done/f2", "done/f4", "f3");
  }

  @Test
  void doesNothingWhileAnotherPollUsesTheJournal() throws IOException {
    put("a.csv");
    List<InboxReport> nested = new ArrayList<>();
    var second = inbox().archive("done").build();
    var inbox = inbox().archive("done").handler((info, file) -> nested.add(second.poll())).build();

    InboxReport report = inbox.poll();

    assertThat(nested).singleElement().hasToString("busy");
    assertThat(nested.get(0).busy()).isTrue();
    assertThat(report.handled()).isEqualTo(1);
    assertThat(second.poll().busy()).isFalse();
  }

  @Test
  void claimsNothingIfTheArchiveCannotBeCreated() throws IOException {
    put("a.csv");
    put("file");

    assertThatThrownBy(() -> inbox().names("*.csv").archive("file/done").build().poll())
        .isInstanceOf(SftpException.class);

    assertThat(handled).isEmpty();
    assertThat(tree()).containsExactly("a.csv", "file");
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.MINA, reason = "the server is not asked for anything")
  void claimsNothingIfThereIsNoLocalDirectoryForDownloads() throws IOException {
    put("a.csv");
    Path inTheWay = Files.createFile(local.resolve("file"));
    var inbox = inbox().temporaryDirectory(inTheWay).archive("done").build();

    assertThatThrownBy(inbox::poll)
        .isInstanceOf(FileSystemException.class)
        .hasMessage(inTheWay + ": not a local directory");

    assertThat(handled).isEmpty();
    assertThat(tree()).containsExactly("a.csv");
  }

  @Test
  void keepsAHandledFileClaimedUntilItCanBeArchived() throws IOException {
    put("a.csv");
    var inbox =
        inbox()
            .archive("done")
            .handler(
                (info, file) -> {
                  handle(info, file);
                  Files.delete(folder.local("outbox/done"));
                  Files.createFile(folder.local("outbox/done"));
                })
            .names("*.csv")
            .build();

    InboxReport first = inbox.poll();
    InboxReport second = inbox.poll();
    Files.delete(folder.local("outbox/done"));
    InboxReport third = inbox.poll();

    assertThat(first).hasToString("1 handled, 1 failed, 0 waiting");
    assertThat(second).hasToString("0 handled, 1 failed, 0 waiting");
    assertThat(third).hasToString("0 handled, 0 failed, 0 waiting");
    assertThat(moves(third)).containsExactly("rename a.csv -> " + folder.path("outbox/done/a.csv"));
    assertThat(handled).hasSize(1);
    assertThat(tree()).containsExactly("done/a.csv");
  }

  @Test
  void replacesNothingByTheReasonOfAFailure() throws IOException {
    var inbox =
        inbox()
            .archive("done")
            .handler(
                (info, file) -> {
                  throw new IOException("bad");
                })
            .build();
    put("a.csv.reason.txt");
    inbox.poll();
    put("a.csv");
    inbox.poll();

    assertThat(tree())
        .containsExactly(
            "done/",
            "failed/a.1.csv",
            "failed/a.1.csv.reason.txt",
            "failed/a.csv.reason.txt",
            "failed/a.csv.reason.txt.reason.txt");
    assertThat(folder.local("outbox/failed/a.csv.reason.txt")).hasContent("of a.csv.reason.txt");
  }

  @Test
  void replacesNothingByADoneFile() throws IOException {
    Files.createDirectory(folder.local("outbox/done"));
    put("done/a.csv.ok");
    put("a.csv");
    put("a.csv.ok");

    inbox().doneFile("{name}.ok").archive("done").build().poll();

    assertThat(tree()).containsExactly("done/a.1.csv", "done/a.1.csv.ok", "done/a.csv.ok");
    assertThat(folder.local("outbox/done/a.csv.ok")).hasContent("of done/a.csv.ok");
  }

  @Test
  void movesAFileToWhereAKilledPollHasPutItsDoneFile() throws IOException {
    String id = "0123456789abcdef";
    put(".a.csv.jsftp-claim-" + id);
    Files.createDirectory(folder.local("outbox/yesterday"));
    put("yesterday/a.csv.ok");
    List<String> lines =
        List.of(
            "jsftp-inbox-1\t" + folder.path("outbox"),
            "claim\t" + id + "\ta.csv\ta.csv.ok\t38\t" + NOON + "\ta.csv",
            "handled\t" + id,
            "target\t" + id + "\t" + folder.path("outbox/yesterday/a.csv"));
    Files.write(local.resolve("journal"), lines);

    inbox().doneFile("{name}.ok").archive("today").build().poll();

    assertThat(handled).isEmpty();
    assertThat(tree()).containsExactly("yesterday/a.csv", "yesterday/a.csv.ok");
  }

  @Test
  void leavesTheClaimsOfAnotherInboxWithTheSameJournal() throws IOException {
    put("a.csv");
    put("b.xml");
    var csv = inbox().names("*.csv").archive("csv");
    var interrupted =
        csv.handler(
                (info, file) -> {
                  throw new InterruptedException();
                })
            .build();
    assertThat(catchThrowable(interrupted::poll)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();

    InboxReport report = inbox().names("*.xml").archive("xml").build().poll();
    assertThat(handled).containsExactly("b.xml=of b.xml");
    assertThat(report.warnings()).singleElement().asString().startsWith("a.csv: stays claimed");

    csv.handler(this::handle).build().poll();
    assertThat(tree()).containsExactly("csv/a.csv", "xml/b.xml");
    assertThat(handled).hasSize(2);
  }

  @Test
  void leavesADirectoryWhosePathTheLocaleCannotExpress() throws IOException {
    put("a.csv");
    String impossible = "temporary\t/tmp/%0000"; // a path with NUL has the same exception
    Files.writeString(
        local.resolve("journal"),
        "jsftp-inbox-1\t" + folder.path("outbox") + "\n" + impossible + "\n");

    assertThat(inbox().archive("done").build().poll().handled()).isEqualTo(1);
  }

  @Test
  void continuesIfTheHandlerDeletesTheDirectoryOfItsFile() throws IOException {
    put("a.csv");
    put("b.csv");
    var inbox =
        inbox()
            .archive("done")
            .handler(
                (info, file) -> {
                  handle(info, file);
                  Files.delete(file);
                  Files.delete(file.getParent());
                })
            .build();

    assertThat(inbox.poll().handled()).isEqualTo(2);
  }

  @ParameterizedTest
  @EnumSource(names = {"BARE_LISTINGS", "NO_SIZES", "NO_TIMES"})
  void processesFilesOfServersThatSendFewAttributes(Quirk quirk) throws IOException {
    try (var server = QuirkyServer.start(quirk);
        Connection other = server.connect()) {
      Path outbox = Files.createDirectory(server.home().resolve("outbox"));
      Files.createDirectory(outbox.resolve("done"));
      Files.writeString(outbox.resolve("a.csv"), "content");
      InboxReport first = quick(other).remember(local.resolve("remembered")).build().poll();
      quick(other).journal(local.resolve("journal")).archive("done").build().poll();

      assertThat(handled).containsExactly("content", "content");
      assertThat(first.outcomes()).singleElement().asString().doesNotContain("-1");
      assertThat(outbox.resolve("done/a.csv")).exists();
    }
  }

  private Inbox.Builder quick(Connection other) {
    return Inbox.of(other, "outbox")
        .unchangedFor(Duration.ZERO)
        .handler((info, file) -> handled.add(Files.readString(file)));
  }

  @Test
  void reportsWhyTheHandlerFailedIfTheFileCannotBeMovedEither() throws IOException {
    put("a.csv");
    put("failed");
    var inbox =
        inbox()
            .names("a*")
            .archive("done")
            .handler(
                (info, file) -> {
                  throw new IOException("no such customer");
                })
            .build();

    for (int i = 0; i < 2; i++) {
      InboxReport report = inbox.poll();
      assertThat(report.failed()).isEqualTo(1);
      assertThat(report.warnings())
          .containsExactly("a.csv: its handler failed before: IOException: no such customer");
    }
  }

  @Test
  void callsNoHandlerIfTheDiskOfTheJournalIsFull() throws IOException {
    put("a.csv");
    Path disk = Files.createDirectory(local.resolve("disk"));
    assumeTrue(mounts(disk), "a small file system takes root");
    try {
      Path journal = disk.resolve("remembered");
      String header = "jsftp-inbox-1\t" + folder.path("outbox") + "\ntemporary\t";
      Files.writeString(journal, header + "/".repeat(PAGE - header.length() - 1) + "\n");
      Files.write(disk.resolve("full"), new byte[PAGE]);
      var inbox =
          Inbox.of(sftp, "outbox")
              .remember(journal)
              .unchangedFor(Duration.ZERO)
              .handler(this::handle)
              .build();

      assertThatThrownBy(inbox::poll)
          .isInstanceOf(FileSystemException.class)
          .hasMessageStartingWith(journal + ": the journal can't be written: ");
      assertThat(handled).isEmpty();
      Files.delete(disk.resolve("full"));
      assertThat(inbox.poll().handled()).isEqualTo(1);
    } finally {
      Users.run("umount", disk.toString());
    }
  }

  /** Mounts a file system with room for two pages. */
  private static boolean mounts(Path disk) {
    try {
      Users.run("mount", "-t", "tmpfs", "-o", "size=" + 2 * PAGE, "none", disk.toString());
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void refusesTheJournalOfAnotherInboxAndOneThatIsDamaged() throws IOException {
    var inbox = inbox().archive("done").build();
    inbox.poll();
    Files.createDirectory(folder.local("other"));
    var other =
        Inbox.of(sftp, "other")
            .journal(local.resolve("journal"))
            .handler(this::handle)
            .removeSource(true)
            .build();

    assertThatThrownBy(other::poll)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining("is the journal of the inbox " + folder.path("outbox") + ", not of ");

    Files.writeString(local.resolve("journal"), "handled\tnobody\n", StandardOpenOption.APPEND);
    assertThatThrownBy(inbox::poll)
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(": line 2 of this journal is damaged;");

    Files.writeString(local.resolve("journal"), "something else\n");
    assertThatThrownBy(inbox::poll).hasMessageEndingWith("is not the journal of an inbox");
  }

  @ParameterizedTest
  @ValueSource(strings = {"archive", "failed"})
  void isRefusedIfADirectoryLeadsBackToTheInbox(String option) throws IOException {
    put("a.csv");
    Files.createSymbolicLink(folder.local("outbox/back"), folder.local("outbox"));
    var inbox =
        inbox()
            .archive(option.equals("archive") ? "back" : "done")
            .failed(option.equals("failed") ? "back" : "failed")
            .handler(
                (info, file) -> {
                  handle(info, file);
                  throw new IOException("bad");
                })
            .build();

    for (int i = 0; i < 2; i++) {
      assertThatThrownBy(inbox::poll)
          .isInstanceOf(FileSystemException.class)
          .hasMessage(
              folder.path("outbox/back")
                  + ": leads back to the inbox, where each file would be processed again");
    }
    assertThat(handled).hasSize(option.equals("failed") ? 1 : 0);
    if (option.equals("archive")) {
      assertThat(folder.local("outbox/a.csv")).exists();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void reportsAFileAsRepeatedIfAPollInBetweenHasLeftIt(boolean remembers) throws IOException {
    put("a.csv");
    var builder = quick(sftp);
    if (remembers) {
      builder.remember(local.resolve("journal"));
    } else {
      builder.journal(local.resolve("journal")).archive("done");
    }
    var interrupted =
        builder
            .handler(
                (info, file) -> {
                  throw new InterruptedException();
                })
            .build();
    assertThat(catchThrowable(interrupted::poll)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    builder.handler(this::handle);

    InboxReport between = builder.select(file -> append(file.name())).build().poll();
    InboxReport last = builder.select(file -> true).build().poll();

    assertThat(between.waiting()).isEqualTo(1);
    assertThat(between.repeated()).isEmpty();
    assertThat(last.repeated()).containsExactly(folder.path("outbox/a.csv"));
    assertThat(handled).hasSize(1);
  }

  /** Appends to a file that has been listed, under its name or that of its claim. */
  private boolean append(String name) {
    try (var entries = Files.list(folder.local("outbox"))) {
      for (Path entry : entries.filter(file -> file.toString().contains(name)).toList()) {
        Files.writeString(entry, "more", StandardOpenOption.APPEND);
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void resumesFirstWhateverTheOrderAndTheLimit() throws IOException {
    put("b.csv");
    var builder = inbox().archive("done").limit(1).order(Comparator.comparing(FileInfo::name));
    var interrupted =
        builder
            .handler(
                (info, file) -> {
                  throw new InterruptedException();
                })
            .build();
    assertThat(catchThrowable(interrupted::poll)).isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    put("a.csv");

    builder.handler(this::handle).build().poll();

    assertThat(handled).containsExactly("b.csv=of b.csv");
  }

  @Test
  void warnsOfFilesThatTheServerReportsAsEmpty() throws IOException {
    try (var server = QuirkyServer.start(Quirk.ZERO_SIZES);
        Connection other = server.connect()) {
      Path outbox = Files.createDirectory(server.home().resolve("outbox"));
      Files.writeString(outbox.resolve("a.csv"), "content");

      InboxReport report =
          quick(other).journal(local.resolve("journal")).archive("done").build().poll();

      assertThat(handled).isEmpty();
      assertThat(report.waiting()).isEqualTo(1);
      assertThat(report.warnings())
          .containsExactly("a.csv: waits, since it has content although the server reports size 0");
    }
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "sftp-server -R refuses to write")
  void pointsToTheOptionForReadOnlyFolders() throws IOException {
    put("a.csv");
    try (var server = OpenSshServer.start("ForceCommand internal-sftp -R");
        var other = Connection.connect(Connections.options(server).build())) {
      var inbox =
          Inbox.of(other, folder.path("outbox"))
              .journal(local.resolve("journal"))
              .unchangedFor(Duration.ZERO)
              .handler(this::handle);

      assertThatThrownBy(() -> inbox.archive("done").build().poll())
          .isInstanceOf(PermissionDeniedException.class)
          .hasMessageContaining("; remember(..) is for read-only folders [");
    }
    assertThat(handled).isEmpty();
  }
}
