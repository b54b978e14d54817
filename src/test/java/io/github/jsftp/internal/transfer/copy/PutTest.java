package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
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
    memory.store().directory("/r/dir/a");
    Path file = memory.file("a", "hello");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/dir", DEFAULTS))
        .isInstanceOf(SftpException.class)
        .hasMessage("put /r/dir/a: is a directory [me@memory:22]");
    var stream = new ByteArrayInputStream(new byte[1]);
    assertThatThrownBy(() -> memory.transfers().put(stream, "/r/dir", DEFAULTS))
        .isInstanceOf(SftpException.class)
        .hasMessage("put /r/dir: is a directory [me@memory:22]");
    assertThat(memory.server().count("open")).isZero();
  }

  @Test
  void putsAFileIntoADirectoryUnderItsOwnName() throws Exception {
    memory.store().directory("/r/dir").link("/r/link", "dir").link("/r/dir/c", "../other");
    var seen = new ArrayList<String>();
    var options = TransferOptions.builder().progress(p -> seen.add(p.file())).build();
    var result = memory.transfers().put(memory.file("a", "hello"), "/r/dir", options);
    assertThat(result.target()).isEqualTo("/r/dir/a");
    assertThat(seen).last().isEqualTo("a");
    memory.transfers().put(memory.file("b", "by link"), "/r/link/.", DEFAULTS);
    memory.transfers().put(memory.file("c", "through link"), "/r/link", DEFAULTS);
    assertThat(memory.store().text("/r/dir/a")).isEqualTo("hello");
    assertThat(memory.store().text("/r/dir/b")).isEqualTo("by link");
    assertThat(memory.store().text("/r/other")).isEqualTo("through link");
    memory.server().fail("write", "/r/dir/a", 4);
    var fail = TransferOptions.builder().existing(Existing.FAIL).build();
    assertThatThrownBy(() -> memory.transfers().put(local.resolve("a"), "/r/dir", fail))
        .isInstanceOf(PathExistsException.class)
        .hasMessage("put /r/dir/a: already exists [me@memory:22]");
    var inPlace = TransferOptions.builder().atomic(false).build();
    assertThatThrownBy(() -> memory.transfers().put(local.resolve("a"), "/r/dir", inPlace))
        .isInstanceOfSatisfying(
            TransferException.class, e -> assertThat(e.target()).isEqualTo("/r/dir/a"))
        .hasMessageContaining("/r/dir/a: refused to write");
  }

  @Test
  void refusesATilde() {
    Path file = Path.of("~", "file");
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> memory.transfers().put(file, "/r/a", DEFAULTS),
            () -> memory.transfers().get("/r/a", file, DEFAULTS),
            () -> memory.transfers().trees().putR(file, "/r/a", DEFAULTS),
            () -> memory.transfers().trees().putD(file, "/r/a", DEFAULTS),
            () -> memory.transfers().trees().getR("/r/a", file, DEFAULTS),
            () -> memory.transfers().trees().getD("/r/a", file, DEFAULTS))) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              file
                  + ": Java does not expand ~; write Path.of(System.getProperty(\"user.home\"),"
                  + " ..), or ./~ for a file of that name");
    }
    assertThat(memory.server().count()).isZero();
    assertThatThrownBy(() -> memory.transfers().put(Path.of("./~/no"), "/r/a", DEFAULTS))
        .isInstanceOf(NoSuchFileException.class);
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
        .hasMessage(local.resolve("no") + ": no such local file or directory");
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void refusesALocalDirectory() {
    assertThatThrownBy(() -> memory.transfers().put(local, "/r/b", DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(local + ": is a directory: use putR");
  }

  @Test
  void reportsTheStatusOfARefusedWrite() throws Exception {
    Path file = Trees.file(local.resolve("a"), 1, 500_000);
    memory
        .server()
        .failWhen(
            request -> request.name().equals("write") && request.number() > 6,
            request ->
                MemoryStore.failures().status("put", request.path(), 14, null, Expected.ANY, null));
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
                MemoryStore.failures().status("put", request.path(), 15, null, Expected.ANY, null));
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
                MemoryStore.failures().status("put", request.path(), 3, null, Expected.ANY, null));
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
  void readsFilesOfReportedSizeZeroToTheEnd() throws Exception {
    memory.transfers().put(Path.of("/proc/version"), "/r/b", DEFAULTS);
    assertThat(memory.store().bytes("/r/b"))
        .isEqualTo(Files.readAllBytes(Path.of("/proc/version")));
  }

  @Test
  void readsTheSizeByPathIfTheServerHasNoFstat() throws Exception {
    memory
        .server()
        .failWhen(
            request -> request.name().equals("fstat"),
            request ->
                MemoryStore.failures().status("put", request.path(), 8, null, Expected.ANY, null));
    memory.transfers().put(memory.file("a", "hello"), "/r/b", DEFAULTS);
    assertThat(memory.store().text("/r/b")).isEqualTo("hello");
    assertThat(memory.server().count("stat")).isEqualTo(1);
  }
}
