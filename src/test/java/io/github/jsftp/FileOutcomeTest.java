package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.internal.results.Results;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FileOutcomeTest {
  private static final FileInfo FILE = info("/srv/dir/a.txt", FileInfo.Type.FILE);

  @ParameterizedTest
  @CsvSource({
    "COPIED, dir/a.txt, 1234, 'copy dir/a.txt (1,234 bytes)'",
    "COPIED, one, 1, copy one (1 byte)",
    "COPIED, empty, 0, copy empty (0 bytes)",
    "LINKED, b, 0, link b -> a.txt",
    "CREATED, dir, 0, make dir/",
    "CREATED, '', 0, make ./",
    "SKIPPED, c, 0, skip c",
    "DELETED, old.txt, 0, delete old.txt",
    "RENAMED, x, 0, rename x -> /target",
    "CHANGED, x, 0, chmod x",
    "FAILED, x, 0, fail x: no space"
  })
  void isDescribedOnOneLine(Kind kind, String path, long bytes, String line) {
    var failure = kind == Kind.FAILED ? new IOException("no space") : null;

    var outcome =
        Results.NEW.fileOutcome(kind, path, "/source", "/target", FILE, bytes, "a.txt", failure);

    assertThat(outcome).hasToString(line);
  }

  @Test
  void showsThatADirectoryIsDeleted() {
    var dir = info("/srv/dir", FileInfo.Type.DIRECTORY);

    assertThat(Results.NEW.fileOutcome(Kind.DELETED, "dir", "", "/srv/dir", dir, 0, null, null))
        .hasToString("delete dir/");
    assertThat(Results.NEW.fileOutcome(Kind.DELETED, "dir", "", "/srv/dir", null, 0, null, null))
        .hasToString("delete dir");
  }

  @Test
  void hidesControlCharactersThatWouldReachATerminal() {
    assertThat(
            Results.NEW.fileOutcome(Kind.LINKED, "a\nb", "/a\nb", "/t", FILE, 0, "\u001b[2J", null))
        .hasToString("link a?b -> ?[2J");
  }

  @Test
  void namesTheTypeOfAFailureWithoutAMessage() {
    assertThat(
            Results.NEW.fileOutcome(Kind.FAILED, "a", "", "/a", null, 0, null, new IOException()))
        .hasToString("fail a: java.io.IOException");
  }

  @Test
  void hasWhatItWasCreatedWith() {
    var failure = new IOException("no");

    var failed =
        Results.NEW.fileOutcome(Kind.FAILED, "a", "/source/a", "/t/a", FILE, 7, null, failure);
    var bare = Results.NEW.fileOutcome(Kind.DELETED, "a", "", "/t/a", null, 0, null, null);

    assertThat(failed.kind()).isEqualTo(Kind.FAILED);
    assertThat(failed.path()).isEqualTo("a");
    assertThat(failed.source()).isEqualTo("/source/a");
    assertThat(failed.target()).isEqualTo("/t/a");
    assertThat(failed.info()).contains(FILE);
    assertThat(failed.bytes()).isEqualTo(7);
    assertThat(failed.failure()).contains(failure);
    assertThat(bare.source()).isEmpty();
    assertThat(bare.info()).isEmpty();
    assertThat(bare.failure()).isEmpty();
  }

  @Test
  void survivesSerialization() throws Exception {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ObjectOutputStream(bytes)) {
      out.writeObject(
          Results.NEW.fileOutcome(
              Kind.FAILED, "a", "/s", "/t", FILE, 7, null, new IOException("no")));
    }

    var in = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()));
    var read = (FileOutcome) in.readObject();

    assertThat(read).hasToString("fail a: no");
    assertThat(read.info()).contains(FILE);
    assertThat(read.target()).isEqualTo("/t");
  }

  private static FileInfo info(String path, FileInfo.Type type) {
    return Results.NEW.fileInfo(path, type, 12, 644, 1000, 100, Instant.EPOCH, Instant.EPOCH, null);
  }
}
