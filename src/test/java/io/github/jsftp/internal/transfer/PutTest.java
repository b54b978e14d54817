package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.pipeline.Failures.Wanted;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PutTest {
  private static final TransferOptions DEFAULTS = TransferOptions.defaults();

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

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 32_767, 32_768, 32_769, 65_536, 1_000_000, 20_000_000})
  void uploadsFilesOfAnySize(int size) throws Exception {
    Path file = Trees.file(local.resolve("a"), size, size);
    var result = memory.transfers().put(file, "/r/b", DEFAULTS);
    assertThat(memory.store().bytes("/r/b")).isEqualTo(Files.readAllBytes(file));
    assertThat(result.bytes()).isEqualTo(size);
    assertThat(result.source()).isEqualTo(file.toString());
    assertThat(result.target()).isEqualTo("/r/b");
    assertThat(result.skipped()).isFalse();
    assertThat(result.warnings()).isEmpty();
    assertThat(memory.store().names("/r")).containsExactly("b");
  }

  @Test
  void needsFourRoundTripsForASmallFile() throws Exception {
    memory.transfers().put(memory.file("a", "hello"), "/r/b", DEFAULTS);
    assertThat(memory.server().requests().stream().map(request -> request.name()))
        .containsExactly("lstat", "open", "write", "fstat", "close", "replace");
  }

  @Test
  void refusesADirectoryAsTargetBeforeAnythingIsWritten() throws Exception {
    memory.store().directory("/r/dir");
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/dir", DEFAULTS))
        .isInstanceOf(SftpException.class)
        .hasMessage("put /r/dir: is a directory [me@memory:22]");
    assertThat(memory.server().count("open")).isZero();
  }

  @Test
  void namesTheTargetWhenItsDirectoryIsMissing() throws Exception {
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/no/b", DEFAULTS))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessage("put /r/no/b: no such file or directory [SSH_FX_NO_SUCH_FILE, me@memory:22]");
  }

  @Test
  void namesAMissingLocalFile() {
    assertThatThrownBy(() -> memory.transfers().put(local.resolve("no"), "/r/b", DEFAULTS))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(local.resolve("no").toString());
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void refusesALocalDirectory() {
    assertThatThrownBy(() -> memory.transfers().put(local, "/r/b", DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(local + ": is a directory: use putR");
  }

  @Test
  void saysWithWhichStatusAWriteWasRefused() throws Exception {
    Path file = Trees.file(local.resolve("a"), 1, 500_000);
    memory
        .server()
        .failWhen(
            request -> request.name().equals("write") && request.number() > 6,
            request ->
                MemoryStore.failures().status("put", request.path(), 14, null, Wanted.ANY, null));
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .isInstanceOf(TransferException.class)
        .hasMessage(
            "put /r/b: no space left on the server"
                + " [SSH_FX_NO_SPACE_ON_FILESYSTEM, me@memory:22]");
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void countsARefusedCloseAsAFailure() throws Exception {
    Path file = memory.file("a", "hello");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("close"),
            request ->
                MemoryStore.failures().status("put", request.path(), 15, null, Wanted.ANY, null));
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .isInstanceOf(TransferException.class)
        .hasMessageContaining("put /r/b: quota exceeded");
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void keepsTimeAndModeWhenAsked() throws Exception {
    Path file = memory.file("a", "hello");
    var time = Instant.parse("2020-02-29T12:00:00Z");
    Files.setLastModifiedTime(file, FileTime.from(time));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
    var options = TransferOptions.builder().preserveMtime(true).preserveMode(true).build();
    memory.transfers().put(file, "/r/b", options);
    FileInfo info = memory.store().info("/r/b");
    assertThat(info.modified()).isEqualTo(time);
    assertThat(info.mode()).isEqualTo(640);
  }

  @Test
  void warnsWhenAttributesAreRefused() throws Exception {
    memory
        .server()
        .failWhen(
            request -> request.name().equals("fsetAttributes"),
            request ->
                MemoryStore.failures().status("put", request.path(), 3, null, Wanted.ANY, null));
    var options = TransferOptions.builder().preserveMtime(true).build();
    var result = memory.transfers().put(memory.file("a", "hello"), "/r/b", options);
    assertThat(memory.store().text("/r/b")).isEqualTo("hello");
    assertThat(result.warnings())
        .singleElement()
        .asString()
        .startsWith("/r/b: attributes not set: ")
        .contains("permission denied");
  }

  @Test
  void readsToTheEndWhatCallsItselfEmpty() throws Exception {
    memory.transfers().put(Path.of("/proc/version"), "/r/b", DEFAULTS);
    assertThat(memory.store().bytes("/r/b"))
        .isEqualTo(Files.readAllBytes(Path.of("/proc/version")));
  }

  @Test
  void asksForTheSizeByPathWhereTheServerHasNoFstat() throws Exception {
    memory
        .server()
        .failWhen(
            request -> request.name().equals("fstat"),
            request ->
                MemoryStore.failures().status("put", request.path(), 8, null, Wanted.ANY, null));
    memory.transfers().put(memory.file("a", "hello"), "/r/b", DEFAULTS);
    assertThat(memory.store().text("/r/b")).isEqualTo("hello");
    assertThat(memory.server().count("stat")).isEqualTo(1);
  }
}
