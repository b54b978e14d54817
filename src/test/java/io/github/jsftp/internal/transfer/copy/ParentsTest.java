package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
@Timeout(300)
class ParentsTest {
  private static final TransferOptions CREATE =
      TransferOptions.builder().createParents(true).build();

  @TempDir Path local;
  private Connection sftp;
  private Path file;

  @BeforeEach
  void connect(TestServer server, ServerFolder remote) throws IOException {
    sftp = Connections.connect(server, remote);
    file = Files.writeString(local.resolve("a.txt"), "hello");
  }

  @AfterEach
  void disconnect() {
    sftp.close();
  }

  @Test
  void areCreatedForAnUpload(ServerFolder remote) throws IOException {
    sftp.put(file, "x/y/z/b.txt", CREATE);
    sftp.put(new ByteArrayInputStream(new byte[3]), "p/q/c.txt", CREATE);
    sftp.put(file, "x/y/again.txt", CREATE);

    assertThat(remote.local("x/y/z/b.txt")).hasContent("hello");
    assertThat(remote.local("p/q/c.txt")).hasSize(3);
    assertThat(remote.local("x/y/again.txt")).hasContent("hello");
  }

  @Test
  void areMissedUnlessTheOptionsCreateThem(ServerFolder remote) {
    assertThatThrownBy(() -> sftp.put(file, "x/b.txt")).isInstanceOf(NoSuchPathException.class);
    assertThat(remote.local("x")).doesNotExist();
  }

  @Test
  void areCreatedForADownload(ServerFolder remote) throws IOException {
    Files.writeString(remote.local("a.txt"), "there");
    Path target = local.resolve("x/y/b.txt");

    assertThatThrownBy(() -> sftp.get("a.txt", target)).isInstanceOf(NoSuchFileException.class);
    sftp.get("a.txt", target, CREATE);

    assertThat(target).hasContent("there");
  }

  @Test
  void includeADirectoryThatIsNamedWithASlash(ServerFolder remote) throws IOException {
    assertThat(sftp.put(file, "x/new/", CREATE).target()).endsWith("/x/new/a.txt");
    assertThat(remote.local("x/new/a.txt")).hasContent("hello");
  }

  @Test
  void areNotCreatedForAStreamWithoutANameForItsFile(ServerFolder remote) {
    assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(new byte[] {1}), "x/new/", CREATE))
        .isInstanceOf(SftpException.class)
        .hasMessageContaining("ends in a slash, and a stream has no name for a file inside");
    assertThat(remote.local("x")).doesNotExist();
  }

  @Test
  void areCreatedForResumableAndForDirectWrites(ServerFolder remote) throws IOException {
    Path big = Files.write(local.resolve("big"), new byte[600_000]);

    sftp.put(big, "resumed/b", CREATE.toBuilder().resume(true).build());
    sftp.put(big, "direct/b", CREATE.toBuilder().atomic(false).build());
    sftp.get("direct/b", local.resolve("resumed/b"), CREATE.toBuilder().resume(true).build());
    sftp.get("direct/b", local.resolve("direct/b"), CREATE.toBuilder().atomic(false).build());

    Trees.assertSameBytes(remote.local("resumed/b"), big);
    Trees.assertSameBytes(remote.local("direct/b"), big);
    Trees.assertSameBytes(local.resolve("resumed/b"), big);
    Trees.assertSameBytes(local.resolve("direct/b"), big);
  }

  @Test
  void areNotCreatedByADryRunOrForAMissingSource(ServerFolder remote) throws IOException {
    TransferOptions dry = CREATE.toBuilder().dryRun(true).build();
    Files.writeString(remote.local("a.txt"), "there");

    assertThat(sftp.put(file, "x/y/b.txt", dry).bytes()).isEqualTo(5);
    assertThat(sftp.get("a.txt", local.resolve("x/y"), dry).bytes()).isEqualTo(5);
    assertThatThrownBy(() -> sftp.put(local.resolve("none"), "x/y/b.txt", CREATE))
        .isInstanceOf(NoSuchFileException.class);
    assertThatThrownBy(() -> sftp.get("none", local.resolve("x/y"), CREATE))
        .isInstanceOf(NoSuchPathException.class);

    assertThat(remote.local("x")).doesNotExist();
    assertThat(local.resolve("x")).doesNotExist();
  }

  @Test
  void failWhereAFileIsInTheWay(ServerFolder remote) throws IOException {
    Files.writeString(remote.local("x"), "a file");

    assertThatThrownBy(() -> sftp.put(file, "x/y/b.txt", CREATE))
        .isInstanceOf(SftpException.class); // some servers do not say why
    assertThatThrownBy(() -> sftp.get("x", file.resolve("y/b.txt"), CREATE))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContainingAll("a.txt", "ot a directory");
    assertThat(remote.local("x")).hasContent("a file");
  }

  @Test
  void mayBeCreatedBySeveralUploadsAtOnce(ServerFolder remote) throws Exception {
    var pool = Executors.newFixedThreadPool(4);
    try {
      List<Callable<Object>> uploads =
          List.of(
              () -> sftp.put(file, "x/y/z/0", CREATE),
              () -> sftp.put(file, "x/y/z/1", CREATE),
              () -> sftp.put(file, "x/y/z/2", CREATE),
              () -> sftp.put(file, "x/y/z/3", CREATE));
      for (var done : pool.invokeAll(uploads)) {
        done.get();
      }
    } finally {
      pool.shutdown();
    }
    assertThat(remote.local("x/y/z").toFile().list()).containsExactlyInAnyOrder("0", "1", "2", "3");
  }
}
