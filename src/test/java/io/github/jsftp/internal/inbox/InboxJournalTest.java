package io.github.jsftp.internal.inbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class InboxJournalTest {
  private static final Instant TIME = Instant.parse("2026-03-01T12:00:00Z");

  @TempDir Path dir;
  private Path file;

  @BeforeEach
  void name() {
    file = dir.resolve("state/journal");
  }

  private InboxJournal open() throws IOException {
    return InboxJournal.open(file, "/outbox");
  }

  private static Version version(String name) {
    return new Version(name, 7, TIME);
  }

  private static List<String> text(InboxNotes notes) {
    return notes.lines().stream().map(line -> String.join(" ", line)).toList();
  }

  @Test
  void keepsEverythingForTheNextPoll() throws IOException {
    String odd = "tab\t line\n percent%41 \ud800 \u20ac";
    List<String> before;
    try (var journal = open()) {
      journal.note(InboxNotes.seen(new InboxNotes.Look(version(odd), TIME)));
      journal.note(InboxNotes.FOREIGN, TIME.toString(), ".a.jsftp-claim-x");
      journal.note(InboxNotes.claimed(new Claim("1", "a", "a.done", version("a"))));
      journal.note(InboxNotes.claimed(new Claim("2", "b", null, version("b"))));
      journal.note(InboxNotes.BEGIN, "1");
      journal.noteDurably(InboxNotes.HANDLED, "1");
      journal.note(InboxNotes.TARGET, "1", "/done/a");
      journal.note(InboxNotes.PART, "1", "/done/.a.part");
      journal.noteDurably(InboxNotes.FAILED, "2", "no\nreason");
      journal.note(InboxNotes.remember(version("c"), InboxNotes.HANDLED));
      journal.note(InboxNotes.TEMPORARY, "/tmp/x");
      journal.check();
      before = text(journal.notes());
    }

    assertThat(before).hasSize(11);
    try (var journal = open()) {
      assertThat(text(journal.notes())).isEqualTo(before);
      assertThat(journal.notes().look(odd)).isNotNull();
      Claim claim = journal.notes().claim("1");
      assertThat(claim.outcome).isEqualTo(Claim.Outcome.HANDLED);
      assertThat(claim.begun).isTrue();
      assertThat(claim.doneSource).isEqualTo("a.done");
      assertThat(journal.notes().claim("2").reason).isEqualTo("no\nreason");
    }
  }

  @Test
  void dropsALineThatWasBeingWrittenAtAKill() throws IOException {
    try (var journal = open()) {
      journal.note(InboxNotes.claimed(new Claim("1", "a", null, version("a"))));
      journal.note(InboxNotes.HANDLED, "1");
    }
    byte[] whole = Files.readAllBytes(file);
    int lines = 3;
    for (int length = whole.length - 1; length >= 0; length--) {
      Files.write(file, Arrays.copyOf(whole, length));
      try (var journal = open()) {
        journal.note(InboxNotes.TEMPORARY, "/tmp/x");
      }
      try (var journal = open()) {
        assertThat(journal.notes().temporaries()).as("%d bytes", length).containsExactly("/tmp/x");
        lines = Math.min(lines, 1 + journal.notes().lines().size());
      }
    }
    assertThat(lines).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a file of the user", "one line\nand a half", "100%\n"})
  void refusesAnotherFileAndLeavesItUnchanged(String content) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);

    assertThatThrownBy(this::open)
        .isInstanceOf(FileSystemException.class)
        .hasMessageEndingWith("is not the journal of an inbox");
    assertThat(file).hasContent(content);
  }

  @Test
  void followsALinkInsteadOfReplacingIt() throws IOException {
    Files.createDirectories(file.getParent());
    Path target = dir.resolve("target");
    Files.createSymbolicLink(file, target);

    try (var journal = open()) {
      journal.note(InboxNotes.TEMPORARY, "/tmp/x");
      assertThat(InboxJournal.open(target, "/outbox")).isNull();
    }

    assertThat(file).isSymbolicLink();
    try (var journal = InboxJournal.open(target, "/outbox")) {
      assertThat(journal.notes().temporaries()).containsExactly("/tmp/x");
    }
  }

  @Test
  void isInUseIfAnotherClassLoaderOfThisProgramHoldsItsLock() throws IOException {
    open().close();
    Path lockFile = dir.toRealPath().resolve("state/journal.lock");
    try (var channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
        var lock = channel.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(open()).isNull();
    }
    open().close();
  }

  @Test
  void tellsWhyItCannotBeOpened() throws IOException {
    Files.createDirectories(file);
    assertThatThrownBy(this::open)
        .isInstanceOf(FileSystemException.class)
        .hasMessage(file + ": is not a file");

    file = dir.resolve("other");
    Files.createDirectory(dir.resolve("other.lock"));
    assertThatThrownBy(this::open)
        .isInstanceOf(FileSystemException.class)
        .hasMessageStartingWith(file + ": the journal can't be opened: ");

    Path inTheWay = Files.createFile(dir.resolve("file"));
    file = inTheWay.resolve("journal");
    assertThatThrownBy(this::open)
        .isInstanceOf(FileSystemException.class)
        .hasMessage(inTheWay + ": not a local directory");
  }

  @Test
  void dropsTheLinesOfFinishedFilesOnceItHasGrown() throws IOException {
    for (int poll = 0; poll < 3; poll++) {
      try (var journal = open()) {
        journal.note(InboxNotes.claimed(new Claim("open" + poll, "x", null, version("x"))));
        for (int i = 0; i < 1000; i++) {
          String id = poll + "-" + i;
          journal.note(InboxNotes.claimed(new Claim(id, "a", null, version("a"))));
          journal.note(InboxNotes.END, id);
        }
      }
    }

    assertThat(Files.readAllLines(file)).hasSizeLessThan(2100);
    try (var journal = open()) {
      assertThat(journal.notes().claims())
          .extracting(claim -> claim.id)
          .containsExactly("open0", "open1", "open2");
    }
    assertThat(Files.readAllLines(file)).hasSize(4);
  }

  @Test
  void forgetsTheOldestVersionsThatAreNoLongerThere() throws IOException {
    try (var journal = open()) {
      Set<Version> present = new HashSet<>(Set.of(version("0"), version("2")));
      for (int i = 0; i < 6; i++) {
        journal.note(InboxNotes.remember(version("" + i), InboxNotes.HANDLED));
      }
      journal.note(InboxNotes.remember(version("1"), InboxNotes.HANDLED)); // the newest again

      journal.notes().forget(3, present);

      assertThat(journal.notes().remembers(version("0"))).isTrue();
      assertThat(journal.notes().remembers(version("1"))).isTrue();
      assertThat(journal.notes().remembers(version("2"))).isTrue();
      assertThat(journal.notes().remembers(version("3"))).isFalse();
      assertThat(journal.notes().remembers(version("4"))).isFalse();
      assertThat(journal.notes().remembers(version("5"))).isFalse();

      for (int i = 0; i < 6; i++) {
        present.add(version("" + i));
      }
      journal.notes().forget(0, present);
      assertThat(journal.notes().remembers(version("0"))).isTrue();
    }
  }

  @Test
  void isForOnePollAtATime() throws IOException {
    try (var journal = open()) {
      assertThat(open()).isNull();
      assertThat(InboxJournal.open(file.resolveSibling("../state/journal"), "/outbox")).isNull();
      assertThat(journal.notes().claims()).isEmpty();
    }
    try (var journal = open()) {
      assertThat(journal).isNotNull();
    }
    Files.writeString(file, "damage\n", StandardOpenOption.APPEND);
    try (var journal = open()) {
      throw new AssertionError(journal);
    } catch (IOException e) {
      assertThat(e).hasMessageContaining("damaged");
    }
    Files.delete(file);
    try (var journal = open()) {
      assertThat(journal).isNotNull();
    }
  }
}
