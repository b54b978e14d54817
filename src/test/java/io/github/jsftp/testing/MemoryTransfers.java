package io.github.jsftp.testing;

import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.DiskExecutor;
import io.github.jsftp.internal.transfer.Transfers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Transfers between a folder on disk and a remote file system in memory. */
public final class MemoryTransfers implements AutoCloseable {
  private final MemoryStore store = MemoryStore.create(1);
  private final DiskExecutor disk = new DiskExecutor();
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
  public DiskExecutor disk() {
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

  /** Waits until these are the names in the local folder: what is cleaned up may take its time. */
  public void awaitNames(String... expected) {
    Eventually.until(
        "local files",
        () -> {
          try {
            return names().equals(List.of(expected));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
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
    Eventually.until("files open on the server: " + server().open(), () -> server().open() == 0);
    Eventually.until("local temporary files go", this::hasNoParts);
    Eventually.until(
        "temporary files go on the server",
        () -> store.names("/r").stream().noneMatch(name -> name.endsWith(".part")));
  }

  private boolean hasNoParts() {
    try (var paths = Files.walk(local)) {
      return paths.noneMatch(path -> path.toString().endsWith(".part"));
    } catch (IOException | UncheckedIOException e) {
      return false; // one has just gone
    }
  }
}
