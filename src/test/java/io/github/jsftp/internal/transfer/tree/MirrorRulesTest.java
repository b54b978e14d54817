package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OnError;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MirrorRulesTest {
  private static final TransferOptions MIRROR = mirror().build();

  @TempDir Path local;
  private MemoryTransfers memory;

  @BeforeEach
  void prepare() {
    memory = new MemoryTransfers(local);
  }

  @AfterEach
  void cleanUp() {
    memory.close();
  }

  private static TransferOptions.Builder mirror() {
    return TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true);
  }

  @Test
  void sendsOnlyListingsInASecondUpload() throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 3, 200, 5_000);
    memory.transfers().trees().putR(from, "/r/t", MIRROR);
    int before = memory.server().count();
    var again = memory.transfers().trees().putR(from, "/r/t", MIRROR);
    assertThat(again.transferred()).isZero();
    assertThat(again.skipped()).isEqualTo(200);
    assertThat(othersThanListings(before)).containsExactly("stat /r/t");
  }

  @Test
  void sendsOnlyListingsInASecondDownload() throws Exception {
    Path from = local.resolve("from");
    Trees.create(from, 3, 200, 5_000);
    memory.transfers().trees().putR(from, "/r/t", MIRROR);
    memory.transfers().trees().getR("/r/t", local.resolve("to"), MIRROR);
    int before = memory.server().count();
    var again = memory.transfers().trees().getR("/r/t", local.resolve("to"), MIRROR);
    assertThat(again.transferred()).isZero();
    assertThat(othersThanListings(before))
        .containsExactlyInAnyOrder("stat /r/t", "realpath /r/t", "lstat /r/t");
  }

  private List<String> othersThanListings(int before) {
    return memory.server().requests().stream()
        .skip(before)
        .filter(request -> !List.of("list", "next").contains(request.name()))
        .map(request -> request.name() + " " + request.path())
        .toList();
  }

  @Test
  void deletesOnlyAfterEverythingIsCopied() throws Exception {
    memory.file("from/z", "new");
    memory.store().file("/r/t/a", "old").file("/r/t/dir/b", "old");
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
    List<String> order =
        memory.server().requests().stream()
            .map(request -> request.name())
            .filter(List.of("replace", "remove", "rmdir")::contains)
            .toList();
    assertThat(order).containsExactly("replace", "remove", "remove", "rmdir");
  }

  @Test
  void deletesNothingAfterAFailure() throws Exception {
    memory.file("from/bad", "1");
    memory.file("from/good", "2");
    memory.store().file("/r/t/old", "old").file("/r/t/bad", "other");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("open") && request.path().contains("bad"),
            request ->
                Results.NEW.sftpException(memory.store().details(request.path(), "no"), null));
    assertThatThrownBy(() -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR))
        .isInstanceOf(SftpException.class);
    var going = mirror().onError(OnError.CONTINUE).build();
    assertThatThrownBy(() -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", going))
        .isInstanceOf(TransferException.class)
        .hasMessage(
            "putR /r/t: 1 of 2 failed: bad; extraneous entries were not deleted [me@memory:22]");
    assertThat(memory.store().names("/r/t")).containsExactly("bad", "good", "old");
  }

  @Test
  void continuesAfterARefusedDeletion() throws Exception {
    memory.file("from/a", "1");
    memory.store().file("/r/t/old/kept", "1").file("/r/t/old/other", "1").file("/r/t/zzz", "1");
    memory.server().fail("remove", "/r/t/old/kept", 3);
    var going = mirror().onError(OnError.CONTINUE).build();
    assertThatThrownBy(() -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", going))
        .isInstanceOfSatisfying(
            TransferException.class,
            e -> {
              var report = e.report().orElseThrow();
              assertThat(report.deleted()).isEqualTo(2);
              assertThat(report.failures()).hasSize(1);
              assertThat(report.failures().get(0).path()).isEqualTo("old/kept");
            })
        .hasCauseInstanceOf(PermissionDeniedException.class);
    assertThat(memory.store().names("/r/t")).containsExactly("a", "old");
    assertThat(memory.store().names("/r/t/old")).containsExactly("kept");
  }

  @Test
  void refusesASourceWithNothingToCopy() throws Exception {
    Path empty = Files.createDirectory(local.resolve("empty"));
    memory.store().file("/r/t/a", "1").directory("/r/empty");
    memory.file("to/a", "1");
    assertThatThrownBy(() -> memory.transfers().trees().putR(empty, "/r/t", MIRROR))
        .isInstanceOf(TransferException.class)
        .hasMessage(
            "putR /r/t: %s has nothing to copy, and deleteExtraneous would empty /r/t; "
                    .formatted(empty)
                + "allowEmptySource(true) permits that [me@memory:22]");
    assertThatThrownBy(() -> memory.transfers().trees().putR(empty, "/r/new", MIRROR))
        .isInstanceOf(TransferException.class);
    assertThatThrownBy(
            () -> memory.transfers().trees().getR("/r/empty", local.resolve("to"), MIRROR))
        .isInstanceOf(TransferException.class);
    var none = mirror().filter("*.none").build();
    assertThatThrownBy(() -> memory.transfers().trees().putR(local.resolve("to"), "/r/t", none))
        .isInstanceOf(TransferException.class);
    assertThat(memory.store().names("/r")).containsExactly("empty", "t");
    assertThat(memory.store().names("/r/t")).containsExactly("a");
    assertThat(local.resolve("to/a")).exists();
  }

  @Test
  void emptiesTheTargetIfTheOptionsAllowIt() throws Exception {
    Path empty = Files.createDirectory(local.resolve("empty"));
    memory.store().file("/r/t/a", "1").file("/r/t/b/c", "1");
    var result =
        memory.transfers().trees().putR(empty, "/r/t", mirror().allowEmptySource(true).build());
    assertThat(result.deleted()).isEqualTo(3);
    assertThat(memory.store().names("/r/t")).isEmpty();
  }

  @Test
  void refusesAMissingSourceEvenIfAnEmptyOneIsAllowed() {
    memory.store().file("/r/t/a", "1");
    var options = mirror().allowEmptySource(true).build();
    assertThatThrownBy(() -> memory.transfers().trees().putR(local.resolve("no"), "/r/t", options))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/no", local, options))
        .isInstanceOf(NoSuchPathException.class);
    assertThat(memory.store().names("/r/t")).containsExactly("a");
  }

  @Test
  void keepsEntriesThatTheFilterRejects() throws Exception {
    memory.file("from/a.csv", "1");
    memory.file("from/x/b.txt", "1");
    memory
        .store()
        .file("/r/t/old.csv", "1")
        .file("/r/t/old.txt", "1")
        .file("/r/t/x/old.csv", "1")
        .file("/r/t/mixed/old.csv", "1")
        .file("/r/t/mixed/old.txt", "1")
        .file("/r/t/gone/deep/old.csv", "1")
        .directory("/r/t/empty");
    var options = mirror().filter("*.csv").build();
    var result = memory.transfers().trees().putR(local.resolve("from"), "/r/t", options);
    assertThat(result.deleted()).isEqualTo(6);
    assertThat(memory.store().names("/r/t"))
        .containsExactly("a.csv", "empty", "mixed", "old.txt", "x");
    assertThat(memory.store().names("/r/t/mixed")).containsExactly("old.txt");
    assertThat(memory.store().names("/r/t/x")).isEmpty();
  }

  @Test
  void keepsTemporaryFilesOfNamesInTheSource() throws Exception {
    memory.file("from/a", "1");
    memory
        .store()
        .file("/r/t/.a.jsftp-abcd1234.PART", "1")
        .file("/r/t/.gone.jsftp-abcd1234.PART", "1")
        .file("/r/t/.a.jsftp-abcd.PART", "1");
    var options = mirror().temporaryName(".{name}.jsftp-{random}.PART").build();
    var result = memory.transfers().trees().putR(local.resolve("from"), "/r/t", options);
    assertThat(result.deleted()).isEqualTo(2);
    assertThat(memory.store().names("/r/t")).containsExactly(".a.jsftp-abcd1234.PART", "a");
  }

  @Test
  void keepsEntriesThatMayBeTheFileJustWritten() throws Exception {
    memory.file("from/Readme", "new");
    memory.store().file("/r/t/README", "old");
    var first = memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
    assertThat(first.warnings()).containsExactly("README: not deleted: may be the same as Readme");
    assertThat(memory.store().names("/r/t")).containsExactly("README", "Readme");
    var second = memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
    assertThat(second.warnings()).isEmpty();
    assertThat(memory.store().names("/r/t")).containsExactly("Readme");
  }

  @Test
  void replacesEntriesOfAnotherType() throws Exception {
    memory.file("from/a/b", "1");
    memory.file("from/c", "2");
    memory.file("from/d", "3");
    memory
        .store()
        .file("/r/t/a", "old")
        .file("/r/t/c/x/y", "old")
        .other("/r/t/d")
        .file("/r/out/b", "outside")
        .link("/r/t/e", "/r/out");
    memory.file("from/e/b", "4");
    var result = memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
    assertThat(result.transferred()).isEqualTo(4);
    assertThat(result.deleted()).isEqualTo(6);
    assertThat(memory.store().text("/r/t/a/b")).isEqualTo("1");
    assertThat(memory.store().text("/r/t/c")).isEqualTo("2");
    assertThat(memory.store().text("/r/t/d")).isEqualTo("3");
    assertThat(memory.store().text("/r/t/e/b")).isEqualTo("4");
    assertThat(memory.store().text("/r/out/b")).isEqualTo("outside");
  }

  @Test
  void keepsEntriesOfAnotherTypeThatTheFilterRejects() throws Exception {
    memory.file("from/a/b.csv", "1");
    memory.store().file("/r/t/a", "old").file("/r/u/x.csv/kept.txt", "1");
    var options = mirror().filter("*.csv").build();
    assertThatThrownBy(
            () -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", options))
        .isInstanceOf(NotADirectoryException.class);
    memory.file("other/x.csv", "1");
    assertThatThrownBy(
            () -> memory.transfers().trees().putR(local.resolve("other"), "/r/u", options))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("/r/u/x.csv: is a directory");
    assertThat(memory.store().text("/r/t/a")).isEqualTo("old");
    assertThat(memory.store().text("/r/u/x.csv/kept.txt")).isEqualTo("1");
  }

  @Test
  void followsNoLinkToADirectoryThatTheFilterRejects() throws Exception {
    memory.file("from/a/b.csv", "1");
    memory.store().file("/r/out/old.csv", "outside").link("/r/t/a", "/r/out");
    for (boolean dry : List.of(true, false)) {
      var options = mirror().filter("*.csv").dryRun(dry).build();
      assertThatThrownBy(
              () -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", options))
          .isInstanceOf(PathExistsException.class)
          .hasMessage(
              "putR /r/t/a: is a link in the target of a mirror, which is not followed,"
                  + " and was not deleted [me@memory:22]");
    }
    assertThat(memory.store().names("/r/out")).containsExactly("old.csv");
    assertThat(memory.store().names("/r/t")).containsExactly("a");
  }

  @Test
  void writesThroughNoLinkThatTheOptionsDoNotSelect() throws Exception {
    memory.file("from/a", "a longer text");
    memory.store().file("/r/out", "outside").link("/r/t/a", "/r/out");
    Path outside = memory.file("out", "outside");
    Path to = Files.createDirectory(local.resolve("to"));
    Files.createSymbolicLink(to.resolve("a"), Path.of("../out"));
    memory.store().file("/r/from/a", "a longer text");
    var options = mirror().select(info -> info.isFile()).atomic(false).build();
    assertThatThrownBy(
            () -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", options))
        .isInstanceOf(PathExistsException.class);
    assertThat(memory.store().text("/r/out")).isEqualTo("outside");
    assertThatThrownBy(() -> memory.transfers().trees().getR("/r/from", to, options))
        .isInstanceOf(FileAlreadyExistsException.class)
        .hasMessage(
            to.resolve("a")
                + ": is a link in the target of a mirror, which is not followed,"
                + " and was not deleted");
    assertThat(outside).hasContent("outside");
  }

  @Test
  void replacesLinksThemselvesWithAnyOptions() throws Exception {
    memory.file("from/a", "new");
    memory.file("from/b", "new");
    memory
        .store()
        .file("/r/out", "outside")
        .directory("/r/dir/below")
        .link("/r/t/a", "/r/out")
        .link("/r/t/b", "/r/none")
        .link("/r/t/old", "/r/dir");
    for (boolean atomic : List.of(true, false)) {
      memory.store().link("/r/t/a", "/r/out").link("/r/t/b", "/r/none");
      var options = mirror().atomic(atomic).build();
      memory.transfers().trees().putR(local.resolve("from"), "/r/t", options);
      assertThat(memory.store().names("/r/t")).containsExactly("a", "b");
      assertThat(memory.store().info("/r/t/a").isFile()).isTrue();
      assertThat(memory.store().text("/r/t/b")).isEqualTo("new");
      assertThat(memory.store().text("/r/out")).isEqualTo("outside");
    }
    assertThat(memory.store().names("/r/dir")).containsExactly("below");
  }

  @Test
  void keepsEntriesThatTheSourceHasButThatAreNotCopied() throws Exception {
    memory.store().file("/r/t/a", "1").link("/r/t/dead", "none").other("/r/t/pipe");
    memory.store().link("/r/t/loop", ".");
    for (String name : List.of("dead", "pipe", "loop", "old")) {
      memory.file("to/" + name, "kept");
    }
    memory.transfers().trees().getR("/r/t", local.resolve("to"), MIRROR);
    assertThat(local.resolve("to").toFile().list())
        .containsExactlyInAnyOrder("a", "dead", "pipe", "loop");
  }

  @Test
  void copiesLinksIntoTheMirror() throws Exception {
    memory.store().file("/r/t/a", "1").link("/r/t/l", "a");
    memory.file("to/l/below", "in the way");
    var options = mirror().symlinks(Symlinks.COPY).build();
    var first = memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(first.deleted()).isEqualTo(2);
    assertThat(local.resolve("to/l")).isSymbolicLink();
    var second = memory.transfers().trees().getR("/r/t", local.resolve("to"), options);
    assertThat(second.transferred()).isZero();
    assertThat(second.deleted()).isZero();
  }

  @Test
  void queriesTypesThatTheListingLacks() throws Exception {
    memory.file("from/a/b", "1");
    memory.file("from/c", "1");
    memory.store().file("/r/t/c/old", "1").file("/r/t/x/y", "1").link("/r/t/l", "/r");
    memory.server().hidesTypes = true;
    memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
    assertThat(memory.store().names("/r/t")).containsExactly("a", "c");
    assertThat(memory.store().info("/r/t/c").isFile()).isTrue();
    var again = memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
    assertThat(again.transferred()).isZero();
  }

  @Test
  void deletesWideAndDeepTrees() throws Exception {
    memory.file("from/a", "1");
    for (int i = 0; i < 3_000; i++) {
      memory.store().file("/r/t/wide/" + i, "").directory("/r/t/dirs/" + i);
    }
    memory.store().directory("/r/t/" + "d/".repeat(200) + "d");
    var result = memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
    assertThat(result.deleted()).isEqualTo(6_000 + 2 + 201);
    assertThat(memory.store().names("/r/t")).containsExactly("a");
    assertThat(memory.server().peak()).isLessThanOrEqualTo(300);
  }

  @Test
  void isRefusedForGetDAndPutD() {
    assertThatThrownBy(() -> memory.transfers().trees().getD("/r", local, MIRROR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("deleteExtraneous(true) needs a whole tree: getR or putR, not single files");
    assertThatThrownBy(() -> memory.transfers().trees().putD(local, "/r", MIRROR))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(memory.server().count()).isZero();
  }

  @Test
  void followsNoLinkThatAppearsInPlaceOfADirectory() throws Exception {
    Path from = local.resolve("from");
    Files.createDirectories(from.resolve("d"));
    Files.writeString(from.resolve("d/a"), "text");
    memory.store().directory("/r/t").directory("/r/other").file("/r/other/keep", "keep");
    memory
        .server()
        .failWhen(
            request -> {
              if (request.name().equals("mkdir") && request.path().equals("/r/t/d")) {
                memory.store().link("/r/t/d", "/r/other");
              }
              return false;
            },
            request -> new AssertionError());

    assertThatThrownBy(() -> memory.transfers().trees().putR(from, "/r/t", MIRROR))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("/r/t/d");
    assertThat(memory.store().text("/r/other/keep")).isEqualTo("keep");
    assertThat(memory.store().exists("/r/other/a")).isFalse();
  }
}
