package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.Inbox;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The number of round trips of each operation, counted and not timed: see {@link
 * FaultProxy#roundTrips} and {@link FaultProxy#inRounds}. A garbage collection and the like may
 * still make something late; therefore each operation has ten attempts.
 */
@OnEachServer
@Timeout(400)
@Tag("long-on-openssh")
class RoundTripsTest {
  private static final Duration SILENCE = Duration.ofMillis(20);
  private static final int MAX_DOUBLINGS = 5;
  private static final int ATTEMPTS = 10;
  private static final int REQUESTS = 128; // in flight on a channel, by default
  private static final byte[] SMALL = Trees.bytes(1, 1024);

  private static final TransferOptions MIRROR =
      TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();

  @TempDir Path local;
  private TestServer server;
  private ServerFolder folder;
  private FaultProxy proxy;
  private Duration silence = SILENCE;

  private interface Action {
    void on(Connection sftp, int attempt) throws IOException;
  }

  private interface Fresh {
    void on(Connection sftp) throws IOException;
  }

  private interface Attempt {
    long roundTrips(int number) throws IOException;
  }

  @BeforeEach
  void start(TestServer shared, ServerFolder fresh) throws IOException {
    server = shared;
    folder = fresh;
    proxy = FaultProxy.to(server);
    Files.write(folder.local("small"), SMALL);
    Files.write(local.resolve("small"), SMALL);
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  private Connection connect() throws IOException {
    return Connection.connect(Connections.options(server, proxy.port()).build());
  }

  /** Runs an action that has already run on the same connection. */
  private void assertTakes(int most, Action action) throws IOException {
    try (var sftp = connect()) {
      action.on(sftp, 0);
      assertFewest(most, attempt -> count(sftp, attempt, action));
    }
  }

  private long count(Connection sftp, int attempt, Action action) throws IOException {
    proxy.inRounds(silence);
    long before = proxy.roundTrips();
    action.on(sftp, attempt);
    long count = proxy.roundTrips() - before;
    proxy.inRounds(Duration.ZERO);
    return count;
  }

  /** Repeats with longer silences, in case a side is busy and the system does not tell. */
  private void assertFewest(int most, Attempt action) throws IOException {
    var counts = new ArrayList<Long>();
    while (counts.size() < ATTEMPTS && counts.stream().noneMatch(count -> count <= most)) {
      silence = SILENCE.multipliedBy(1L << Math.min(counts.size(), MAX_DOUBLINGS));
      counts.add(action.roundTrips(counts.size() + 1));
    }
    assertThat(counts).as("round trips in each attempt").anyMatch(count -> count <= most);
  }

  private Path smallFiles(int number) throws IOException {
    return smallFiles(local.resolve("tree"), number);
  }

  private static Path smallFiles(Path tree, int number) throws IOException {
    Files.createDirectories(tree);
    for (int i = 0; i < number; i++) {
      Files.write(tree.resolve("file-" + i), SMALL);
    }
    return tree;
  }

  @Test
  void connectsGetsAFileAndClosesInTen() throws IOException {
    // OpenSSH accepts nothing on a channel, not even INIT, before it has started SFTP.
    int most = server.is(TestServer.Kind.OPENSSH) ? 10 : 9;
    assertFewest(
        most,
        attempt -> {
          proxy.inRounds(silence);
          long before = proxy.roundTrips();
          try (var sftp = connect()) {
            sftp.get(folder.path("small"), local.resolve("small"));
          }
          return proxy.roundTrips() - before;
        });
    Trees.assertSameBytes(local.resolve("small"), SMALL);
  }

  @Test
  void downloadsASmallFileInTwo() throws IOException {
    assertTakes(2, (sftp, attempt) -> sftp.get(folder.path("small"), local.resolve("small")));
  }

  @Test
  void getsABigFileInStepsOfItsRequestsAndNotOfJschsWindow() throws IOException {
    int mebibytes = 16;
    byte[] bytes = Trees.bytes(1, mebibytes << 20);
    Files.write(folder.local("big"), bytes);
    Path target = local.resolve("big");
    proxy.inRounds(SILENCE); // fewer requests are in flight to a nearby server
    try (var sftp =
        Connection.connect(Connections.options(server, proxy.port()).maxChannels(1).build())) {
      assertFewest(
          mebibytes, // twice as many would be JSch's
          attempt -> count(sftp, attempt, (open, number) -> open.get(folder.path("big"), target)));
    }
    Trees.assertSameBytes(target, bytes);
  }

  @Test
  void uploadsASmallFileInFour() throws IOException {
    assertTakes(
        4, (sftp, attempt) -> sftp.put(local.resolve("small"), folder.path("new" + attempt)));
  }

  @Test
  void replacesASmallFileInFour() throws IOException {
    assertTakes(4, (sftp, attempt) -> sftp.put(local.resolve("small"), folder.path("small")));
  }

  @Test
  void completesARequestInOne() throws IOException {
    assertTakes(1, (sftp, attempt) -> sftp.stat(folder.path("small")));
    assertTakes(1, (sftp, attempt) -> sftp.exists(folder.path("small")));
    assertTakes(1, (sftp, attempt) -> sftp.mkdir(folder.path("dir" + attempt)));
  }

  @Test
  void completesTheFirstRequestInFour() throws IOException {
    assertFewest(
        4,
        attempt -> {
          try (var sftp = connect()) {
            return count(sftp, attempt, (fresh, number) -> fresh.stat(folder.path("small")));
          }
        });
  }

  @Test
  void listsASmallDirectoryInTwo() throws IOException {
    assertTakes(2, (sftp, attempt) -> sftp.listdir(folder.path()));
  }

  @Test
  void walksInTwoForEachLevel() throws IOException {
    for (int i = 0; i < 10; i++) {
      Files.createDirectories(folder.local("dir" + i + "/below"));
    }
    assertTakes(
        6,
        (sftp, attempt) -> sftp.walkTree(folder.path(), file -> {}, directory -> {}, other -> {}));
  }

  @Test
  void takesAFileFromAnInboxInNine() throws IOException {
    Files.createDirectory(folder.local("inbox"));
    try (var sftp = connect()) {
      var inbox =
          Inbox.of(sftp, folder.path("inbox"))
              .unchangedFor(Duration.ZERO)
              .handler((info, file) -> {})
              .archive("done")
              .journal(local.resolve("journal"))
              .build();
      inbox.poll();
      assertFewest(
          9,
          attempt -> {
            Files.write(folder.local("inbox/" + attempt), SMALL);
            return count(sftp, attempt, (connection, number) -> inbox.poll());
          });
    }
  }

  @Test
  void copiesFewFilesConcurrently() throws IOException {
    Path few = smallFiles(16);
    assertTakes(5, (sftp, attempt) -> sftp.putR(few, folder.path("tree" + attempt)));
    assertTakes(
        4, (sftp, attempt) -> sftp.getR(folder.path("tree0"), local.resolve("back" + attempt)));
  }

  @Test
  void movesFilesInTwoMoreForDownloads() throws IOException {
    TransferOptions move = TransferOptions.builder().removeSource(true).build();
    assertTakes(
        5,
        (sftp, attempt) ->
            sftp.putR(
                smallFiles(local.resolve("out" + attempt), 16), folder.path("in" + attempt), move));
    assertTakes(
        6,
        (sftp, attempt) -> {
          smallFiles(folder.local("out" + attempt), 16);
          sftp.getR(folder.path("out" + attempt), local.resolve("in" + attempt), move);
        });
  }

  @Test
  void selectsAndReportsFilesForNothing() throws IOException {
    Path few = smallFiles(16);
    var reported = new AtomicInteger();
    var options =
        TransferOptions.builder()
            .select(FileInfo::isFile)
            .newest(15)
            .order(Comparator.comparing(FileInfo::size))
            .limit(14)
            .onFile(outcome -> reported.incrementAndGet())
            .build();
    assertTakes(5, (sftp, attempt) -> sftp.putR(few, folder.path("tree" + attempt), options));
    assertTakes(
        4,
        (sftp, attempt) ->
            sftp.getR(folder.path("tree0"), local.resolve("back" + attempt), options));
    assertThat(reported.get() % 15).isZero(); // fourteen files and their directory
  }

  @Test
  void copiesToAnotherServerInAsManyAsADownloadOrAnUpload() throws IOException {
    try (var nearby = Connection.connect(Connections.options(server).build())) {
      nearby.putR(smallFiles(16), folder.path("tree"));
      String tree = folder.path("tree");
      assertTakes(4, (sftp, attempt) -> sftp.copyToR(tree, nearby, folder.path("down" + attempt)));
      assertTakes(5, (sftp, attempt) -> nearby.copyToR(tree, sftp, folder.path("up" + attempt)));
    }
  }

  @Test
  void copiesManyFilesWithManyRequestsInFlight() throws IOException {
    int files = 128;
    Path many = smallFiles(files);
    // Four requests for each file, with a limited number in flight on each channel.
    int most = 4 * files / REQUESTS;
    assertTakes(5 + most, (sftp, attempt) -> sftp.putR(many, folder.path("tree" + attempt)));
    assertTakes(
        4 + most,
        (sftp, attempt) -> sftp.getR(folder.path("tree0"), local.resolve("back" + attempt)));
    assertTakes(
        4 + most,
        (sftp, attempt) -> sftp.readTree(folder.path("tree0"), (file, in) -> in.readAllBytes()));
  }

  @Test
  void mirrorsAnUnchangedTreeForItsListings() throws IOException {
    Path tree = smallFiles(40);
    Files.createDirectory(tree.resolve("below"));
    Files.write(tree.resolve("below/file"), SMALL);
    assertTakes(5, (sftp, attempt) -> sftp.putR(tree, folder.path("tree"), MIRROR));
    assertTakes(4, (sftp, attempt) -> sftp.getR(folder.path("tree"), tree, MIRROR));
  }

  @Test
  void listsAheadOfManyUnchangedFiles() throws IOException {
    Path tree = Files.createDirectory(local.resolve("tree"));
    for (int i = 0; i < 1_600; i++) {
      Path directory = tree.resolve("dir" + i % 40);
      Files.createDirectories(directory);
      Files.createFile(directory.resolve("file" + i));
    }
    assertTakes(8, (sftp, attempt) -> sftp.putR(tree, folder.path("tree"), MIRROR));
  }

  @Test
  void changesManyPathsInFewRoundTripsPerWindowOfRequests() throws IOException {
    int files = 2 * REQUESTS;
    int most = 2 * files / REQUESTS; // replies come in turns, so the next requests do, too
    List<String> names = new ArrayList<>();
    Map<String, String> newNames = new LinkedHashMap<>();
    for (int i = 0; i < files; i++) {
      names.add("f" + i);
      newNames.put("f" + i, "new" + i);
    }
    try (var sftp =
        Connection.connect(
            Connections.options(server, proxy.port())
                .defaultPath(folder.path())
                .maxChannels(1)
                .build())) {
      assertFewest(most, number -> countOfAll(names, sftp, open -> open.statAll(names)));
      assertFewest(most, number -> countOfAll(names, sftp, open -> open.chmodAll(names, 600)));
      assertFewest(most, number -> countOfAll(names, sftp, open -> open.removeAll(names)));
      // A rename checks both names first.
      assertFewest(2 * most, number -> countOfAll(names, sftp, open -> open.renameAll(newNames)));
    }
  }

  private long countOfAll(List<String> names, Connection sftp, Fresh action) throws IOException {
    for (String name : names) {
      Files.write(folder.local(name), SMALL);
      Files.deleteIfExists(folder.local("new" + name.substring(1)));
    }
    return count(sftp, 0, (open, number) -> action.on(open));
  }

  @Test
  void downloadsAListOfFilesInOneMoreThanATree() throws IOException {
    Path few = smallFiles(16);
    assertTakes(6, (sftp, attempt) -> sftp.putAll(files(few), folder.path("tree" + attempt)));
    try (var sftp = connect()) {
      List<FileInfo> listed = sftp.listdirAttr(folder.path("tree0"));
      assertTakes(5, (again, attempt) -> again.getAll(listed, local.resolve("back" + attempt)));
    }
  }

  private static List<Path> files(Path dir) throws IOException {
    try (Stream<Path> paths = Files.list(dir)) {
      return paths.toList();
    }
  }
}
