package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.OnError;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Names that some file systems consider equal. */
final class SimilarNamesTest {
  private static final Instant TIME = Instant.parse("2024-01-02T03:04:05Z");
  private static final TransferOptions MIRROR =
      TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();
  private static final TransferOptions GOING = MIRROR.toBuilder().onError(OnError.CONTINUE).build();

  @TempDir Path local;

  private static TransferOptions existing(Existing choice) {
    return TransferOptions.builder().existing(choice).onError(OnError.CONTINUE).build();
  }

  private static FileSystem fileSystem(String system) {
    return Jimfs.newFileSystem(
        system.equals("windows") ? Configuration.windows() : Configuration.osX());
  }

  private static Path work(FileSystem files) throws IOException {
    return Files.createDirectories(files.getPath("work").toAbsolutePath());
  }

  private static List<String> names(Path dir) throws IOException {
    var names = new ArrayList<String>();
    try (var paths = Files.newDirectoryStream(dir)) {
      paths.forEach(path -> names.add(path.getFileName().toString()));
    }
    return names;
  }

  @Test
  void uploadsOnlyTheFirstOfTwoFilesInAList() throws Exception {
    try (var memory = new MemoryTransfers(local)) {
      memory.server().ignoreCase();
      var files = List.of(memory.file("x/A.txt", "first"), memory.file("y/a.txt", "second"));

      assertThatThrownBy(
              () -> memory.transfers().trees().putAll(files, "/r/t", TransferOptions.defaults()))
          .isInstanceOf(PathExistsException.class)
          .hasMessageStartingWith("putAll /r/t/a.txt: the target considers this name equal");
      assertThat(memory.store().text("/r/t/A.txt")).isEqualTo("first");
    }
  }

  @ParameterizedTest
  @EnumSource(Existing.class)
  void uploadsOnlyTheFirstOfTwoNamesThatAreEqualOnTheServer(Existing choice) throws Exception {
    try (var memory = new MemoryTransfers(local)) {
      memory.server().ignoreCase();
      memory.file("from/A.txt", "first");
      memory.file("from/a.txt", "second");
      for (int i = 0; i < 100; i++) {
        memory.file("from/other" + i, "text");
      }
      assertThatThrownBy(
              () ->
                  memory.transfers().trees().putR(local.resolve("from"), "/r/t", existing(choice)))
          .isInstanceOfSatisfying(TransferException.class, e -> assertFailed(e, "a.txt", 101))
          .hasCauseInstanceOf(PathExistsException.class)
          .rootCause()
          .hasMessage(
              "putR /r/t/a.txt: the target considers this name equal to that of another"
                  + " entry of the source, which was copied first; rename one of them [me@memory:22]");
      assertThat(memory.store().text("/r/t/A.txt")).isEqualTo("first");
    }
  }

  private static void assertFailed(TransferException failure, String name, int transferred) {
    TreeResult report = failure.report().orElseThrow();
    assertThat(report.failures()).extracting(FileOutcome::path).containsExactly(name);
    assertThat(report.transferred()).isEqualTo(transferred);
  }

  @Test
  void mirrorsDirectoriesWithEqualNamesOnTheServerWithoutDeleting() throws Exception {
    try (var memory = new MemoryTransfers(local)) {
      memory.server().ignoreCase();
      memory.file("from/Lib/x", "first");
      memory.file("from/lib/y", "second");
      for (int i = 0; i < 3; i++) {
        assertThatThrownBy(
                () -> memory.transfers().trees().putR(local.resolve("from"), "/r/t", GOING))
            .isInstanceOfSatisfying(
                TransferException.class,
                e -> {
                  TreeResult report = e.report().orElseThrow();
                  assertThat(report.failures())
                      .extracting(FileOutcome::path)
                      .containsExactly("lib");
                  assertThat(report.deleted()).isZero();
                });
        assertThat(memory.store().names("/r/t/Lib")).containsExactly("x");
      }
    }
  }

  @Test
  void uploadsBothOfTwoNamesThatDifferOnTheServer() throws Exception {
    try (var memory = new MemoryTransfers(local)) {
      memory.file("from/A.txt", "first");
      memory.file("from/a.txt", "second");
      memory.file("from/Lib/x", "first");
      memory.file("from/lib/y", "second");
      memory.store().file("/r/t/LIB/z", "old").file("/r/t/a.TXT", "old");
      memory.transfers().trees().putR(local.resolve("from"), "/r/t", TransferOptions.defaults());
      assertThat(memory.store().names("/r/t"))
          .containsExactly("A.txt", "LIB", "Lib", "a.TXT", "a.txt", "lib");
      assertThat(memory.store().text("/r/t/A.txt")).isEqualTo("first");
      assertThat(memory.store().text("/r/t/a.txt")).isEqualTo("second");
      var again = memory.transfers().trees().putR(local.resolve("from"), "/r/t", MIRROR);
      assertThat(again.deleted()).isEqualTo(3);
      assertThat(memory.store().names("/r/t")).containsExactly("A.txt", "Lib", "a.txt", "lib");
    }
  }

  @Test
  void findsExistingRemoteEntriesUnderAnotherSpelling() throws Exception {
    try (var memory = new MemoryTransfers(local)) {
      memory.server().ignoreCase();
      Path file = memory.file("from/Lib/readme", "text");
      Files.setLastModifiedTime(file, FileTime.from(TIME));
      memory
          .store()
          .file("/r/t/LIB/README", "same")
          .with("/r/t/LIB/README", AttributeChanges.times(TIME, TIME));
      Path from = local.resolve("from");
      assertThat(memory.transfers().trees().putR(from, "/r/t", existing(Existing.SKIP)).skipped())
          .isEqualTo(1);
      assertThatThrownBy(
              () -> memory.transfers().trees().putR(from, "/r/t", existing(Existing.FAIL)))
          .hasCauseInstanceOf(PathExistsException.class);
      TreeResult mirrored = memory.transfers().trees().putR(from, "/r/t", MIRROR);
      assertThat(mirrored.skipped()).isEqualTo(1);
      assertThat(mirrored.deleted()).isZero();
      assertThat(mirrored.warnings()).isEmpty();
      Files.writeString(file, "newer text");
      memory.transfers().trees().putR(from, "/r/t", MIRROR);
      assertThat(memory.store().names("/r/t")).containsExactly("LIB");
      assertThat(memory.store().names("/r/t/LIB")).containsExactly("README");
      assertThat(memory.store().text("/r/t/LIB/README")).isEqualTo("newer text");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"windows", "osX"})
  void downloadsOnlyTheFirstOfTwoNamesThatAreEqualLocally(String system) throws Exception {
    try (FileSystem files = fileSystem(system);
        var memory = new MemoryTransfers(work(files))) {
      memory.store().file("/r/t/A.txt", "first").file("/r/t/a.txt", "second");
      memory.store().file("/r/t/Lib/x", "first").file("/r/t/lib/y", "second");
      Path to = work(files).resolve("to");
      for (Existing choice :
          List.of(Existing.OVERWRITE, Existing.OVERWRITE, Existing.SKIP, Existing.UPDATE)) {
        assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", to, existing(choice)))
            .isInstanceOfSatisfying(
                TransferException.class,
                e ->
                    assertThat(e.report().orElseThrow().failures())
                        .extracting(FileOutcome::path)
                        .containsExactly("a.txt", "lib"))
            .hasCauseInstanceOf(FileAlreadyExistsException.class);
        assertThat(names(to)).containsExactly("A.txt", "Lib");
        assertThat(Files.readString(to.resolve("A.txt"))).isEqualTo("first");
        assertThat(names(to.resolve("Lib"))).containsExactly("x");
      }
      assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", to, GOING))
          .isInstanceOf(TransferException.class);
      assertThat(names(to.resolve("Lib"))).containsExactly("x");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"windows", "osX"})
  void findsExistingLocalEntriesUnderAnotherSpelling(String system) throws Exception {
    try (FileSystem files = fileSystem(system);
        var memory = new MemoryTransfers(work(files))) {
      memory
          .store()
          .file("/r/t/readme", "text")
          .with("/r/t/readme", AttributeChanges.times(TIME, TIME));
      Path to = work(files).resolve("to");
      Path file = memory.file("to/README", "same");
      Files.setLastModifiedTime(file, FileTime.from(TIME));
      assertThat(memory.transfers().trees().getR("/r/t", to, existing(Existing.SKIP)).skipped())
          .isEqualTo(1);
      assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", to, existing(Existing.FAIL)))
          .hasCauseInstanceOf(FileAlreadyExistsException.class);
      TreeResult mirrored = memory.transfers().trees().getR("/r/t", to, MIRROR);
      assertThat(mirrored.skipped()).isEqualTo(1);
      assertThat(mirrored.deleted()).isZero();
      assertThat(Files.readString(file)).isEqualTo("same");
    }
  }

  @Test
  void considersComposedAndDecomposedNamesSimilar() throws Exception {
    String decomposed = "cafe\u0301";
    try (FileSystem files = fileSystem("osX");
        var memory = new MemoryTransfers(work(files))) {
      memory.store().file("/r/t/" + decomposed, "text").file("/r/t/dir" + decomposed + "/x", "y");
      memory.store().with("/r/t/" + decomposed, AttributeChanges.times(TIME, TIME));
      Path to = work(files).resolve("to");
      assertThat(memory.transfers().trees().getR("/r/t", to, MIRROR).transferred()).isEqualTo(2);
      TreeResult again = memory.transfers().trees().getR("/r/t", to, MIRROR);
      assertThat(again.skipped()).isEqualTo(2);
      assertThat(again.deleted()).isZero();
      memory.store().file("/r/t/caf\u00e9", "other");
      assertThatThrownBy(() -> memory.transfers().trees().getR("/r/t", to, GOING))
          .isInstanceOfSatisfying(TransferException.class, e -> assertFailed(e, "caf\u00e9", 0));
      assertThat(Files.readString(to.resolve(decomposed))).isEqualTo("text");
    }
  }

  @Test
  void distinguishesManyNames() {
    var names = new SimilarNames();
    for (int i = 0; i < 20_000; i++) {
      assertThat(names.add(SimilarNames.key("File-" + i + ".TXT"))).isTrue();
    }
    for (int i = 0; i < 20_000; i++) {
      assertThat(names.mayContain(SimilarNames.key("file-" + i + ".txt."))).isTrue();
      assertThat(names.mayContain(SimilarNames.key("other-" + i))).isFalse();
    }
  }

  @Test
  void considersNamesSimilarThatAreEqualInSomeFileSystem() {
    assertThat(List.of("Stra\u00dfe", "STRASSE", "strasse. .", "stra\u200dsse"))
        .allSatisfy(name -> assertThat(SimilarNames.key(name)).isEqualTo("strasse"));
    assertThat(SimilarNames.key("e\u0301A")).isEqualTo(SimilarNames.key("\u00c9a"));
    assertThat(SimilarNames.key("a.b")).isNotEqualTo(SimilarNames.key("ab"));
  }
}
