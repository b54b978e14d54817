package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import org.junit.jupiter.api.Test;

@OnEachServer
class LifecycleTest {

  /** An endless stream that signals when the first byte is read. */
  private static final class Endless extends InputStream {
    final CountDownLatch begun = new CountDownLatch(1);

    @Override
    public int read() {
      begun.countDown();
      return 'x';
    }

    @Override
    public int read(byte[] bytes, int offset, int length) {
      begun.countDown();
      return length;
    }
  }

  @Test
  void saysThatThereIsNoSftp(TestServer usual) throws IOException {
    try (TestServer server =
        switch (usual.kind()) {
          case MINA -> MinaServer.start(mina -> mina.setSubsystemFactories(List.of()));
          case OPENSSH -> OpenSshServer.start("Subsystem other /bin/false");
        }) {
      assertThatThrownBy(() -> Connection.connect(Connections.options(server).build()))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith(
              "connect: the server has no SFTP subsystem; if it has the program, sftpServer(");
    }
  }

  @Test
  void closesTwice(TestServer server, ServerFolder folder) throws IOException {
    var sftp = Connections.connect(server, folder);
    assertThat(sftp.isConnected()).isTrue();

    sftp.close();
    sftp.close();

    assertThat(sftp.isConnected()).isFalse();
  }

  @Test
  void saysThatItIsClosed(TestServer server, ServerFolder folder) throws IOException {
    var sftp = Connections.connect(server, folder);
    sftp.stat(".");
    sftp.close();

    assertThatThrownBy(() -> sftp.stat("."))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the connection is closed");
    assertThatThrownBy(() -> sftp.listdir())
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the connection is closed");
    assertThatThrownBy(() -> sftp.execute("true"))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("the connection is closed");
  }

  @Test
  void endsWhatOtherThreadsAreDoing(TestServer server, ServerFolder folder) throws Exception {
    Files.writeString(folder.local("f"), "before");
    boolean tidy = false;
    for (int i = 0;
        i < 3 && !tidy;
        i++) { // on a busy machine the cleanup may exceed its time limit
      endAnUpload(server, folder);
      server.awaitIdle();
      tidy = folder.partFiles().isEmpty();
      for (String part : folder.partFiles()) {
        Files.delete(folder.local(part));
      }
    }
    assertThat(tidy).isTrue();
  }

  private static void endAnUpload(TestServer server, ServerFolder folder) throws Exception {
    var source = new Endless();
    var sftp = Connections.connect(server, folder);
    var upload =
        CompletableFuture.supplyAsync(
            () -> catchThrowable(() -> sftp.put(source, "f")),
            command -> new Thread(command).start());
    source.begun.await();

    sftp.close();

    assertThat(upload.get()).isInstanceOf(ConnectionException.class);
    assertThat(folder.local("f")).hasContent("before");
  }

  @Test
  void honoursAnInterruptInATransfer(TestServer server, ServerFolder folder) throws Exception {
    Files.writeString(folder.local("f"), "before");
    var source = new Endless();
    try (var sftp = Connections.connect(server, folder)) {
      var flag = new CompletableFuture<Boolean>();
      var thread =
          new Thread(
              () -> {
                assertThatThrownBy(() -> sftp.put(source, "f"))
                    .isInstanceOf(InterruptedIOException.class);
                flag.complete(Thread.currentThread().isInterrupted());
              });
      thread.setUncaughtExceptionHandler((t, e) -> flag.completeExceptionally(e));
      thread.start();
      source.begun.await();

      thread.interrupt();

      assertThat(flag.get()).isTrue();
      thread.join();
      Eventually.until("nothing is beside it", () -> List.of("f").equals(names(folder)));
      assertThat(folder.local("f")).hasContent("before");
      assertThat(sftp.listdir()).containsExactly("f");
    }
  }

  private static List<String> names(ServerFolder folder) {
    return List.of(folder.local().toFile().list());
  }

  @Test
  void worksOnAfterAnInterrupt(TestServer server, ServerFolder folder) throws Exception {
    Files.writeString(folder.local("f"), "text");
    try (var sftp = Connections.connect(server, folder)) {
      for (int i = 0; i < 20; i++) {
        var begun = new CountDownLatch(1);
        var thrown = new CompletableFuture<Throwable>();
        var thread =
            new Thread(() -> thrown.complete(catchThrowable(() -> statForever(sftp, begun))));
        thread.start();
        begun.await();
        thread.interrupt();

        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(sftp.stat("f").size()).isEqualTo(4);
        assertThatThrownBy(() -> sftp.stat("missing")).isInstanceOf(NoSuchPathException.class);
      }
    }
  }

  private static void statForever(Connection sftp, CountDownLatch begun) throws IOException {
    while (true) {
      sftp.stat("f");
      begun.countDown();
    }
  }

  @Test
  void saysThatTheConnectionIsLost(TestServer server, ServerFolder folder) throws IOException {
    var options = Connections.options(server).defaultPath(folder.path()).reconnect(false).build();
    try (var sftp = Connection.connect(options);
        var file = sftp.open("f", StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      sftp.stat(".");
      server.disconnectAll();

      assertThatThrownBy(() -> sftp.stat(".")).isInstanceOf(ConnectionException.class);
      assertThatThrownBy(() -> sftp.listdir()).isInstanceOf(ConnectionException.class);
      assertThatThrownBy(() -> sftp.exists("f")).isInstanceOf(ConnectionException.class);
      Eventually.until("the line is known to be lost", () -> !sftp.isConnected());
      assertThatThrownBy(() -> file.size()).isInstanceOf(ConnectionException.class);
    } catch (ConnectionException closeOfTheFile) {
      assertThat(closeOfTheFile).hasMessageContaining("lost");
    }
  }

  @Test
  void isSharedByThreads(TestServer server, ServerFolder folder) throws Exception {
    for (int i = 0; i < 16; i++) {
      Files.writeString(folder.local("f" + i), "x".repeat(i));
    }
    try (var sftp = Connections.connect(server, folder)) {
      var all = new CompletableFuture<?>[16];
      for (int i = 0; i < all.length; i++) {
        int n = i;
        all[i] =
            CompletableFuture.runAsync(
                () -> {
                  try {
                    for (int round = 0; round < 20; round++) {
                      assertThat(sftp.stat("f" + n).size()).isEqualTo(n);
                      assertThat(sftp.readString("f" + n)).hasSize(n);
                      assertThat(sftp.exists("g" + n)).isFalse();
                      sftp.writeString("own" + n, "y".repeat(n + round));
                      assertThat(sftp.readString("own" + n)).hasSize(n + round);
                    }
                  } catch (IOException e) {
                    throw new AssertionError(e);
                  }
                },
                command -> new Thread(command).start());
      }
      for (var one : all) {
        one.get();
      }
    } catch (ExecutionException e) {
      throw new AssertionError(e.getCause());
    }
  }

  @Test
  void tellsWhatIsUnderneath(TestServer server, ServerFolder folder) throws Exception {
    try (var sftp = Connections.connect(server, folder)) {
      assertThat(sftp.unwrap(com.jcraft.jsch.Session.class).isConnected()).isTrue();
      assertThat(sftp.unwrap(com.jcraft.jsch.ChannelSftp.class).pwd()).isNotEmpty();
      assertThatThrownBy(() -> sftp.unwrap(String.class))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(sftp.negotiated()).isEqualTo(sftp.negotiated());
      assertThat(server.hostKeyFingerprints()).contains(sftp.remoteServerKey().fingerprint());
      assertThat(sftp.offeredAlgorithms().ciphers()).contains(sftp.negotiated().cipherToServer());
      assertThat(sftp.log()).isEmpty();
    }
  }

  @Test
  void talksCompressedWhenAsked(TestServer server, ServerFolder folder) throws IOException {
    var options = Connections.options(server).defaultPath(folder.path()).compression(true).build();
    try (var sftp = Connection.connect(options)) {
      // These replies exactly fill the buffer of the decompressor. OpenSSH's partial flushes end in
      // the middle of a byte, and one of JSch's two implementations then leaves the rest behind.
      for (int size = 90_000; size < 100_000; size += 331) {
        sftp.writeString("f", "x".repeat(size));
        assertThat(sftp.readString("f")).hasSize(size);
      }
      assertThat(sftp.negotiated().compressionToServer()).isEqualTo("zlib@openssh.com");
      assertThat(sftp.negotiated().compressionFromServer()).isEqualTo("zlib@openssh.com");
    }
  }
}
