package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A fresh, empty folder on the server for one test, removed afterwards. */
public final class ServerFolder implements AutoCloseable {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path local;

  /** Creates a folder directly below the server's home. */
  public static ServerFolder create(TestServer server) throws IOException {
    Path folder = server.home().resolve("test-" + COUNT.incrementAndGet());
    return new ServerFolder(Files.createDirectory(folder));
  }

  private ServerFolder(Path local) {
    this.local = local;
  }

  /** The folder on disk: the truth. */
  public Path local() {
    return local;
  }

  /** A path below the folder on disk. */
  public Path local(String relative) {
    return local.resolve(relative);
  }

  /** The folder's absolute path on the server. */
  public String path() {
    return local.toString();
  }

  /** The absolute path on the server of something below the folder. */
  public String path(String relative) {
    return path() + "/" + relative;
  }

  /** The folder's name, relative to where a session starts. */
  public String name() {
    return local.getFileName().toString();
  }

  /** Temporary siblings that uploads have left, relative to the folder. */
  public List<String> partFiles() throws IOException {
    try (var paths = Files.walk(local)) {
      return paths
          .filter(path -> path.getFileName().toString().matches("(?s)\\..*\\.jsftp-.*\\.part"))
          .map(path -> local.relativize(path).toString())
          .sorted()
          .toList();
    }
  }

  @Override
  public void close() {
    Folders.delete(local);
  }
}
