package io.github.jsftp.internal.transfer.copy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferException;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
@Timeout(300)
class LocalDiskTest {
  private static final int TOO_MUCH = 3 << 20;

  /** A file system of 1 MiB; only root can create one. */
  private record SmallDisk(Path path) implements AutoCloseable {
    static SmallDisk mount(Path path) throws IOException, InterruptedException {
      Files.createDirectory(path);
      boolean mounted = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", path.toString());
      assumeTrue(mounted, "only root can mount a small disk");
      return new SmallDisk(path);
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
      return new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    }

    @Override
    public void close() throws IOException, InterruptedException {
      assertThat(run("umount", "-l", path.toString())).isTrue();
    }
  }

  @TempDir Path local;
  private Connection sftp;

  @BeforeEach
  void connect(TestServer server, ServerFolder remote) throws IOException {
    Files.createDirectory(remote.local("tree"));
    Trees.file(remote.local("tree/f"), 1, TOO_MUCH);
    sftp = Connections.connect(server, remote);
  }

  @AfterEach
  void disconnect() {
    sftp.close();
  }

  @Test
  void reportsAFullLocalDisk() throws Exception {
    try (var disk = SmallDisk.mount(local.resolve("disk"))) {
      Path target = Files.writeString(disk.path().resolve("f"), "old");
      assertThatThrownBy(() -> sftp.get("tree/f", target))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("can't write " + target + ": No space left on device");
      assertThatThrownBy(() -> sftp.getR("tree", disk.path()))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("can't write " + target + ": No space left on device");
      assertThat(target).hasContent("old");
      assertThat(disk.path().toFile().list()).containsExactly("f");
      assertThat(sftp.stat("tree/f").size()).isEqualTo(TOO_MUCH);
    }
  }

  @Test
  void reportsAFullRemoteDisk(ServerFolder remote) throws Exception {
    Path tree = Files.createDirectory(local.resolve("tree"));
    Trees.file(tree.resolve("f"), 2, TOO_MUCH);
    try (var disk = SmallDisk.mount(remote.local("disk"))) {
      Files.writeString(disk.path().resolve("f"), "old");
      assertThatThrownBy(() -> sftp.put(tree.resolve("f"), "disk/f"))
          .isInstanceOf(TransferException.class)
          .hasMessageStartingWith("put " + remote.path("disk/f") + ": ");
      assertThatThrownBy(() -> sftp.putR(tree, "disk"))
          .isInstanceOf(TransferException.class)
          .hasMessageStartingWith("putR " + remote.path("disk/f") + ": ");
      assertThat(disk.path().resolve("f")).hasContent("old");
      assertThat(disk.path().toFile().list()).containsExactly("f");
      sftp.writeString("disk/f", "new");
      assertThat(disk.path().resolve("f")).hasContent("new");
    }
  }

  @Test
  void namesTheLocalDirectoryThatTakesNoNewFile() {
    for (Path target : new Path[] {Path.of("/proc/new-file"), Path.of("/proc/self/new-file")}) {
      assumeTrue(Files.isDirectory(target.getParent()), "there is no /proc");
      assertThatThrownBy(() -> sftp.get("tree/f", target))
          .isInstanceOf(IOException.class)
          .hasMessageContaining(target.toString())
          .hasMessageNotContaining(".part");
    }
  }

  @Test
  void namesTheLocalDirectoryThatIsForbidden() throws IOException {
    assumeFalse(System.getProperty("user.name").equals("root"), "nothing is forbidden to root");
    Path dir = Files.createDirectory(local.resolve("dir"));
    Path target = Files.writeString(dir.resolve("f"), "old");
    Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("r-xr-xr-x"));
    try {
      assertThatThrownBy(() -> sftp.get("tree/f", target))
          .isInstanceOf(java.nio.file.AccessDeniedException.class)
          .hasMessageContaining(target.toString())
          .hasMessageContaining("atomic(false)");
      assertThat(target).hasContent("old");
    } finally {
      Files.setPosixFilePermissions(dir, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  @Test
  void namesTheLocalDirectoryThatIsInTheWay() throws IOException {
    Path inTheWay = Files.createDirectories(local.resolve("dir/f"));
    assertThatThrownBy(() -> sftp.get("tree/f", local.resolve("dir")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(inTheWay + ": is a directory");
    assertThatThrownBy(() -> sftp.getR("tree", local.resolve("dir")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(inTheWay + ": is a directory");
    assertThat(local.resolve("dir").toFile().list()).containsExactly("f");
  }

  @Test
  void namesTheLocalFileThatIsInTheWay() throws IOException {
    Path inTheWay = Files.writeString(local.resolve("file"), "old");
    assertThatThrownBy(() -> sftp.getR("tree", inTheWay))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(inTheWay.toString());
    assertThatThrownBy(() -> sftp.get("tree/f", inTheWay.resolve("f")))
        .isInstanceOf(FileSystemException.class)
        .hasMessageContaining(inTheWay.toString());
    assertThat(inTheWay).hasContent("old");
  }

  @Test
  void namesTheLocalDirectoryThatIsMissing() {
    Path missing = local.resolve("none/f");
    assertThatThrownBy(() -> sftp.get("tree/f", missing))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(missing.getParent().toString());
    assertThat(local).isEmptyDirectory();
  }
}
