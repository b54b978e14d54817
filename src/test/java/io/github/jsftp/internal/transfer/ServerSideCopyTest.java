package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MemoryServer;
import io.github.jsftp.testing.MemoryStore;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies with the same result, whether or not the server supports copying. */
@ParameterizedClass
@ValueSource(booleans = {true, false})
class ServerSideCopyTest {
  private final MemoryStore store = MemoryStore.create(17);
  private final Transfers transfers = new Transfers(store, Backoff.NEVER, Runnable::run);
  private final byte[] bytes = new byte[300_000];

  ServerSideCopyTest(boolean onTheServer) {
    store.server().copiesData = onTheServer;
  }

  @BeforeEach
  void fill() {
    new Random(1).nextBytes(bytes);
    store.file("/dir/from", bytes).with("/dir/from", AttributeChanges.permissions(0640));
  }

  @Test
  void copiesAFileWithItsPermissions() throws IOException {
    copy("/dir/from", "/dir/to");
    assertThat(store.bytes("/dir/to")).isEqualTo(bytes);
    assertThat(store.info("/dir/to").mode()).isEqualTo(640);
    assertThat(store.names("/dir")).containsExactly("from", "to");
    assertThat(store.server().count("read") == 0).isEqualTo(store.server().copiesData);
    awaitNothingOpen();
  }

  @Test
  void copiesAnEmptyFile() throws IOException {
    store.file("/dir/from", "");
    copy("/dir/from", "/dir/to");
    assertThat(store.bytes("/dir/to")).isEmpty();
  }

  @Test
  void copiesAFileWhoseSizeIsNotReported() throws IOException {
    store.server().sizes = size -> -1;
    copy("/dir/from", "/dir/to");
    assertThat(store.bytes("/dir/to")).isEqualTo(bytes);
    assertThat(store.names("/dir")).containsExactly("from", "to");
    awaitNothingOpen();
  }

  @Test
  void failsIfTheServerReportsEveryFileAsEmpty() {
    store.file("/dir/to", "old");
    store.server().sizes = size -> 0;
    assertThatThrownBy(() -> copy("/dir/from", "/dir/to"))
        .hasMessageContaining("300000 bytes were sent, but the server has 0");
    assertThat(store.text("/dir/to")).isEqualTo("old");
    awaitNothingOpen();
  }

  @Test
  void keepsThePermissionsOfAReplacedFile() throws IOException {
    store.file("/dir/to", "old").with("/dir/to", AttributeChanges.permissions(0600));
    copy("/dir/from", "/dir/to");
    assertThat(store.bytes("/dir/to")).isEqualTo(bytes);
    assertThat(store.info("/dir/to").mode()).isEqualTo(600);
  }

  @Test
  void replacesTheFileThatALinkLeadsTo() throws IOException {
    store.file("/other/real", "old").link("/dir/to", "../other/real");
    copy("/dir/from", "/dir/to");
    assertThat(store.info("/dir/to").isLink()).isTrue();
    assertThat(store.bytes("/other/real")).isEqualTo(bytes);
    assertThat(store.names("/other")).containsExactly("real");
  }

  @Test
  void copiesTheFileThatALinkLeadsTo() throws IOException {
    store.link("/dir/link", "from");
    copy("/dir/link", "/dir/to");
    assertThat(store.info("/dir/to").isFile()).isTrue();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void refusesToCopyAFileOntoItself(boolean serverResolvesLinks) {
    store.server().resolvesLinks = serverResolvesLinks;
    store.link("/dir/link", "from");
    assertThatThrownBy(() -> copy("/dir/from", "/dir/link"))
        .isInstanceOf(SftpException.class)
        .hasMessage("copy /dir/from: is the same file as /dir/link [me@memory:22]");
    assertThatThrownBy(() -> copy("/dir/from", "/dir/../dir/from"))
        .hasMessageContaining("is the same file as");
    assertThat(store.bytes("/dir/from")).isEqualTo(bytes);
  }

  @Test
  void refusesDirectories() {
    assertThatThrownBy(() -> copy("/dir", "/to"))
        .hasMessage("copy /dir: is a directory; copy takes files only [me@memory:22]");
    assertThatThrownBy(() -> copy("/dir/from", "/dir"))
        .hasMessage("copy /dir: is a directory; copy takes files only [me@memory:22]");
  }

  @Test
  void refusesADanglingLink() {
    store.link("/dir/dead", "none");
    assertThatThrownBy(() -> copy("/dir/from", "/dir/dead"))
        .hasMessage("copy /dir/dead: is a dangling symbolic link [me@memory:22]");
  }

  @Test
  void namesTheSideThatIsMissing() {
    assertThatThrownBy(() -> copy("/dir/none", "/dir/to"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("copy /dir/none: no such file");
    assertThatThrownBy(() -> copy("/dir/from", "/none/to"))
        .isInstanceOf(NoSuchPathException.class)
        .hasMessageStartingWith("copy /none/to: no such file");
    awaitNothingOpen();
  }

  @Test
  void leavesTheTargetAndNoPartBehindWhenItFails() {
    store.file("/dir/to", "old");
    store
        .server()
        .failWhen(
            request -> request.name().equals("copyData") || request.name().equals("write"),
            request ->
                MemoryStore.failures()
                    .status("copy", request.path(), 14, null, Failures.Expected.ANY, null));
    assertThatThrownBy(() -> copy("/dir/from", "/dir/to"))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("no space left");
    assertThat(store.text("/dir/to")).isEqualTo("old");
    assertThat(store.names("/dir")).containsExactly("from", "to");
    awaitNothingOpen();
  }

  @Test
  void leavesNoPartBehindAfterAnInterrupt() throws Exception {
    interruptedBy(Thread::interrupt);
  }

  @Test
  void leavesNoPartBehindWhenTheConnectionIsClosed() throws Exception {
    interruptedBy(copying -> transfers.end(operation -> new IOException("closed")));
  }

  @Test
  void isClosedOnlyWhenNoPartIsLeft() throws Exception {
    endWhenHeld(Set.of("copyData", "write", "remove"), Thread::interrupt);
    var closing = new Thread(() -> transfers.end(operation -> new IOException("closed")));
    closing.start();
    Eventually.until(
        "it waits or has ended",
        () ->
            closing.getState() == Thread.State.TIMED_WAITING
                || closing.getState() == Thread.State.TERMINATED);
    assertThat(closing.isAlive()).isTrue();
    store.server().release();
    closing.join();
    awaitNothingOpen();
  }

  @Test
  void removesThePartOnceItIsOpen() throws Exception {
    endWhenHeld(ServerSideCopyTest::isOpenOfPart, Thread::interrupt);
    assertThat(store.server().count("remove")).isZero();
    store.server().release();
    Eventually.until("the part is gone", () -> store.names("/dir").equals(List.of("from")));
    awaitNothingOpen();
  }

  private void interruptedBy(Consumer<Thread> end) throws Exception {
    store.file("/dir/to", "old");
    endWhenHeld(Set.of("copyData", "write"), end);
    assertThat(store.text("/dir/to")).isEqualTo("old");
    Eventually.until("the part is gone", () -> store.names("/dir").equals(List.of("from", "to")));
    store.server().release();
    awaitNothingOpen();
  }

  private void endWhenHeld(Set<String> requests, Consumer<Thread> end) throws Exception {
    endWhenHeld(request -> requests.contains(request.name()), end);
  }

  private void endWhenHeld(Predicate<MemoryServer.Request> requests, Consumer<Thread> end)
      throws Exception {
    store.server().hold(requests);
    var failure = new CompletableFuture<Throwable>();
    var copying =
        new Thread(
            () -> failure.complete(catchThrowable(() -> copy("/dir/from", "/dir/to"))), "copying");
    copying.start();
    while (store.server().held().isEmpty()) {
      Thread.onSpinWait();
    }
    end.accept(copying);
    assertThat(failure.get()).isInstanceOf(IOException.class);
  }

  private static boolean isOpenOfPart(MemoryServer.Request request) {
    return request.name().startsWith("open") && request.path().endsWith(".part");
  }

  private void copy(String from, String to) throws IOException {
    transfers.copy(from, to);
  }

  private void awaitNothingOpen() {
    while (store.server().inFlight() > 0 || store.server().open() > 0) {
      Thread.onSpinWait();
    }
  }
}
