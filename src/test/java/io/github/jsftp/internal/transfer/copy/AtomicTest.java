package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.testing.MemoryStore;
import io.github.jsftp.testing.MemoryTransfers;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AtomicTest {
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

  private static final TransferOptions IN_PLACE = TransferOptions.builder().atomic(false).build();

  private void denyNewNames() {
    memory
        .server()
        .failWhen(
            request -> request.name().equals("open") && request.path().endsWith(".part"),
            request ->
                MemoryStore.failures().status("put", request.path(), 3, null, Expected.ANY, null));
  }

  private void loseConnectionAt(String name) {
    memory
        .server()
        .failWhen(
            request -> request.name().equals(name),
            request -> MemoryStore.failures().connectionLost("put", request.path(), null));
  }

  @Test
  void writesToATemporarySibling() throws Exception {
    memory.transfers().put(memory.file("a", "hello"), "/r/b", DEFAULTS);
    assertThat(memory.server().paths("open"))
        .singleElement()
        .asString()
        .matches("/r/\\.b\\.jsftp-[a-z0-9]{8}\\.part");
  }

  @Test
  void namesTemporaryFilesByTheOption() throws Exception {
    var options = TransferOptions.builder().temporaryName("tmp-{random}-{name}").build();
    memory.transfers().put(memory.file("a", "hello"), "/r/b", options);
    assertThat(memory.server().paths("open"))
        .singleElement()
        .asString()
        .matches("/r/tmp-[a-z0-9]{8}-b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "write", "fstat", "close", "replace"})
  void leavesTheRemoteFileAloneWhenTheConnectionIsLost(String when) throws Exception {
    memory.store().file("/r/b", "old");
    loseConnectionAt(when);
    Path file = memory.file("a", "new");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .isInstanceOf(ConnectionException.class);
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
  }

  @ParameterizedTest
  @ValueSource(strings = {"open", "read", "fstat"})
  void leavesTheLocalFileAloneWhenTheConnectionIsLost(String when) throws Exception {
    memory.store().file("/r/a", new byte[200_000]);
    Path file = memory.file("b", "old");
    loseConnectionAt(when);
    assertThatThrownBy(() -> memory.transfers().get("/r/a", file, DEFAULTS))
        .isInstanceOf(ConnectionException.class);
    assertThat(file).hasContent("old");
    assertThat(memory.names()).containsExactly("b");
  }

  @Test
  void restrictsTheTemporaryFileUntilItHasTheModeOfTheReplacedFile() throws Exception {
    memory.store().file("/r/b", "old").with("/r/b", AttributeChanges.permissions(0640));
    memory.server().hold(request -> request.name().equals("open"));
    Path file = memory.file("a", "new");
    var put =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return memory.transfers().put(file, "/r/b", DEFAULTS);
              } catch (IOException e) {
                throw new AssertionError(e);
              }
            });
    io.github.jsftp.testing.Eventually.until(
        "the temporary file is there", () -> !memory.server().held().isEmpty());
    String temporary = memory.server().held().get(0).path();
    assertThat(memory.store().info(temporary).mode()).isEqualTo(600);
    memory.server().release();
    put.join();
    assertThat(memory.store().info("/r/b").mode()).isEqualTo(640);
    assertThat(memory.store().text("/r/b")).isEqualTo("new");
  }

  @Test
  void keepsTheModeOfAReplacedLocalFile() throws Exception {
    memory.store().file("/r/a", "new");
    Path file = memory.file("b", "old");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    memory.transfers().get("/r/a", file, DEFAULTS);
    assertThat(file).hasContent("new");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-rw-rw-");
  }

  @Test
  void replacesTheFileThatARemoteLinkPointsTo() throws Exception {
    memory.store().file("/r/sub/real", "old").link("/r/link", "sub/real");
    memory.transfers().put(memory.file("a", "new"), "/r/link", DEFAULTS);
    assertThat(memory.store().info("/r/link").isLink()).isTrue();
    assertThat(memory.store().text("/r/sub/real")).isEqualTo("new");
    assertThat(memory.server().paths("open")).singleElement().asString().startsWith("/r/sub/.real");
  }

  @Test
  void createsTheFileThatADanglingRemoteLinkPointsTo() throws Exception {
    memory.store().directory("/r/sub").link("/r/link", "/r/sub/real");
    memory.transfers().put(memory.file("a", "new"), "/r/link", DEFAULTS);
    assertThat(memory.store().info("/r/link").isLink()).isTrue();
    assertThat(memory.store().text("/r/sub/real")).isEqualTo("new");
  }

  @Test
  void refusesARemoteLinkLoop() throws Exception {
    memory.store().link("/r/link", "other").link("/r/other", "link");
    Path file = memory.file("a", "new");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/link", DEFAULTS))
        .hasMessage("put /r/link: too many levels of symbolic links [me@memory:22]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void replacesTheFileThatALocalLinkPointsTo(boolean dangling) throws Exception {
    memory.store().file("/r/a", "new");
    Files.createDirectory(local.resolve("sub"));
    if (!dangling) {
      memory.file("sub/real", "old");
    }
    Path link = Files.createSymbolicLink(local.resolve("link"), Path.of("sub/real"));
    memory.transfers().get("/r/a", link, DEFAULTS);
    assertThat(link).isSymbolicLink();
    assertThat(local.resolve("sub/real")).hasContent("new");
  }

  @Test
  void suggestsWritingInPlaceIfTheRemoteDirectoryAllowsNoNewFiles() throws Exception {
    memory.store().file("/r/b", "old");
    denyNewNames();
    Path file = memory.file("a", "new");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessage(
            "put /r/b: permission denied: the directory allows no new names; atomic(false) writes"
                + " in place [SSH_FX_PERMISSION_DENIED, me@memory:22]");
    memory.transfers().put(file, "/r/b", IN_PLACE);
    assertThat(memory.store().text("/r/b")).isEqualTo("new");
  }

  @Test
  void reportsThatANewFileIsDenied() throws Exception {
    denyNewNames();
    Path file = memory.file("a", "new");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .isInstanceOf(PermissionDeniedException.class)
        .hasMessage("put /r/b: permission denied [SSH_FX_PERMISSION_DENIED, me@memory:22]");
  }

  private void refuse(String request, int status) {
    memory
        .server()
        .failWhen(
            made -> made.name().equals(request),
            made ->
                MemoryStore.failures()
                    .status("put", made.path(), status, null, Expected.ANY, null));
  }

  @Test
  void suggestsWritingInPlaceIfTheTemporaryFileIsRefused() throws Exception {
    refuse("open", 4);
    Path file = memory.file("a", "new");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .hasMessage(
            "put /r/b: refused by the server, for the temporary file beside it; atomic(false)"
                + " writes without one [SSH_FX_FAILURE, me@memory:22]");
  }

  @ParameterizedTest
  @CsvSource({"3, permission denied", "4, refused by the server", "8, not supported by the server"})
  void suggestsWritingInPlaceIfTheCompleteFileCannotBeRenamed(int status, String problem)
      throws Exception {
    refuse("replace", status);
    Path file = memory.file("a", "new");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .hasMessageStartingWith(
            "put /r/b: "
                + problem
                + ", when the complete file was renamed; atomic(false) writes in place [");
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void mentionsTheServersDiskIfAWriteIsRefused() throws Exception {
    refuse("write", 4);
    Path file = memory.file("a", "new");
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", DEFAULTS))
        .isInstanceOf(TransferException.class)
        .hasMessage(
            "put /r/b: refused to write: is the server's disk or quota full? [SSH_FX_FAILURE,"
                + " me@memory:22]");
  }

  @Test
  void opensTheTargetInPlaceOnlyWhenTheSourceIsOpen() throws Exception {
    memory.store().file("/r/b", "old");
    assertThatThrownBy(() -> memory.transfers().put(local.resolve("no"), "/r/b", IN_PLACE))
        .isInstanceOf(NoSuchFileException.class);
    assertThat(memory.store().text("/r/b")).isEqualTo("old");
    Path file = memory.file("b", "old");
    assertThatThrownBy(() -> memory.transfers().get("/r/no", file, IN_PLACE))
        .isInstanceOf(NoSuchPathException.class);
    assertThat(file).hasContent("old");
  }

  @Test
  void removesAFileThatItCreatedInPlace() throws Exception {
    Path file = memory.file("a", "new");
    memory
        .server()
        .failWhen(
            request -> request.name().equals("write"),
            request ->
                MemoryStore.failures().status("put", request.path(), 4, null, Expected.ANY, null));
    assertThatThrownBy(() -> memory.transfers().put(file, "/r/b", IN_PLACE))
        .isInstanceOf(TransferException.class);
    assertThat(memory.store().names("/r")).isEmpty();
  }

  @Test
  void refusesADeviceAsLocalTarget() {
    memory.store().file("/r/a", "new");
    assertThatThrownBy(() -> memory.transfers().get("/r/a", Path.of("/dev/null"), DEFAULTS))
        .isInstanceOf(FileSystemException.class)
        .hasMessage(
            "/dev/null: is a pipe, a socket or a device: open it yourself and get to a stream");
    assertThat(Files.isRegularFile(Path.of("/dev/null"))).isFalse();
  }
}
