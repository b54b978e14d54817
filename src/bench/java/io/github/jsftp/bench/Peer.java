package io.github.jsftp.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** A connected SFTP client in this JVM. */
interface Peer extends AutoCloseable {

  /** An entry of a listing; the time is in seconds. */
  record Entry(String name, boolean isDirectory, long size, long modified) {
    boolean isDots() {
      return name.equals(".") || name.equals("..");
    }
  }

  void get(String remote, Path local) throws IOException;

  void put(Path local, String remote) throws IOException;

  void mkdir(String dir) throws IOException;

  /** Hands on the entries of a directory, without "." and "..". */
  void list(String dir, Consumer<Entry> each) throws IOException;

  /** Asks the server for the size of a file. */
  long size(String file) throws IOException;

  void remove(String file) throws IOException;

  /** Deletes files: one after the other, unless the client can do better. */
  default void removeAll(List<String> files) throws IOException {
    for (String file : files) {
      remove(file);
    }
  }

  /** Copies the entries of a directory into one that does not exist yet. */
  default void getTree(String remote, Path local) throws IOException {
    new TreeByHand(this).get(remote, local);
  }

  default void putTree(Path local, String remote) throws IOException {
    new TreeByHand(this).put(local, remote);
  }

  /** Compares a tree with its unchanged copy; returns the number of files. */
  default long mirror(Path local, String remote) throws IOException {
    return new TreeByHand(this).compare(local, remote);
  }

  @Override
  void close() throws IOException;
}
