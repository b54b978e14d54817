package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.internal.transfer.Backoff;
import io.github.jsftp.internal.transfer.Disk;
import io.github.jsftp.internal.transfer.Transfers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Transfers between a folder on disk and a remote file system in memory. */
public final class MemoryTransfers implements AutoCloseable {
  private final MemoryStore store = MemoryStore.create(1);
  private final Disk disk = new Disk();
  private final Path local;

  /** Transfers from and to this folder. */
  public MemoryTransfers(Path local) {
    this.local = local;
    store.directory("/r");
  }

  /** The remote side. */
  public MemoryStore store() {
    return store;
  }

  /** The remote side's settings and faults. */
  public MemoryServer server() {
    return store.server();
  }

  /** What is tested. */
  public Transfers transfers() {
    return new Transfers(store, Backoff.NEVER, disk);
  }

  /** The pool that local files are touched on. */
  public Disk disk() {
    return disk;
  }

  /** Writes a local file. */
  public Path file(String name, String text) throws IOException {
    Path file = local.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** Returns the names in the local folder, sorted. */
  public List<String> names() throws IOException {
    try (var paths = Files.list(local)) {
      return paths.map(path -> path.getFileName().toString()).sorted().toList();
    }
  }

  /** Takes away the temporary files that a lost connection has left on the server. */
  public void removeParts() {
    for (String name : store.names("/r")) {
      if (name.endsWith(".part")) {
        store.remove("/r/" + name).join();
      }
    }
  }

  /** Fails if something is left open on the server, or a temporary file on either side. */
  @Override
  public void close() {
    disk.close();
    Await.until("files open on the server: " + server().open(), () -> server().open() == 0);
    try (var paths = Files.walk(local)) {
      assertThat(paths.map(Path::toString)).noneMatch(path -> path.endsWith(".part"));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    assertThat(store.names("/r")).noneMatch(name -> name.endsWith(".part"));
  }
}
