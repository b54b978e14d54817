package io.github.jsftp.internal.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.OnError;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Errors of local files whose names contain terminal control characters. */
final class LocalErrorsTest {
  private static final String EVIL = "\u001b]0;evil\u0007\u009b31m\u2028x";

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

  /** Fails if the stack trace of a failure contains control characters. */
  private static void assertPrintable(Throwable failure, Class<? extends Throwable> type) {
    assertThat(failure).isInstanceOf(type);
    var trace = new StringWriter();
    failure.printStackTrace(new PrintWriter(trace, true));
    assertThat(trace.toString().lines())
        .noneMatch(line -> line.strip().chars().anyMatch(Character::isISOControl));
    assertThat(trace.toString()).doesNotContain("\u001b", "\u0085", "\u009b", "\u2028");
  }

  private Throwable failureOf(TransferOptions options) {
    return catchThrowable(
        () -> memory.transfers().trees().getR("/r/t", local.resolve("to"), options));
  }

  @Test
  void showsNoControlCharactersOfNamesThatTheDiskRefuses() throws Exception {
    var defaults = TransferOptions.defaults();
    memory.store().file("/r/t/" + EVIL + "x".repeat(300), "text");
    assertPrintable(failureOf(defaults), FileSystemException.class);
    var going = TransferOptions.builder().onError(OnError.CONTINUE).build();
    assertPrintable(failureOf(going), TransferException.class);
    Throwable inPlace = failureOf(TransferOptions.builder().atomic(false).build());
    assertPrintable(inPlace, FileSystemException.class);
    assertThat(inPlace).hasMessageContaining("?]0;evil??31m?x").hasMessageContaining("too long");
  }

  @Test
  void showsNoControlCharactersOfExistingFiles() throws Exception {
    memory.store().directory("/r/t/" + EVIL);
    Path inTheWay = memory.file("to/" + EVIL, "a file");
    assertPrintable(failureOf(TransferOptions.defaults()), NotDirectoryException.class);
    memory.store().rmdir("/r/t/" + EVIL).join();
    memory.store().file("/r/t/" + EVIL, "text");
    var fail = TransferOptions.builder().existing(Existing.FAIL).build();
    assertPrintable(failureOf(fail), FileAlreadyExistsException.class);
    Files.delete(inTheWay);
    Files.createDirectory(inTheWay);
    assertPrintable(failureOf(TransferOptions.defaults()), FileSystemException.class);
  }

  @Test
  void showsNoControlCharactersOfInvalidNamesAndLinks() {
    memory.store().link("/r/t/" + EVIL, EVIL + "\0");
    var copying = TransferOptions.builder().symlinks(Symlinks.COPY).build();
    assertPrintable(failureOf(copying), FileSystemException.class);
    assertPrintable(
        catchThrowable(() -> LocalNames.child(local, EVIL + "\0")), FileSystemException.class);
    assertPrintable(
        catchThrowable(() -> LocalNames.child(local, "../" + EVIL)), FileSystemException.class);
  }
}
