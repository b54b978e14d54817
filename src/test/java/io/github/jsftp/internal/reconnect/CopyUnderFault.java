package io.github.jsftp.internal.reconnect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** A copy that replaces existing files, and checks of its result. */
final class CopyUnderFault {
  /** The four kinds of copies. */
  enum CopyType {
    GET,
    PUT,
    GET_TREE,
    PUT_TREE;

    private boolean downloads() {
      return this == GET || this == GET_TREE;
    }

    /** The direction of the files' bytes. */
    Direction direction() {
      return downloads() ? Direction.DOWN : Direction.UP;
    }
  }

  /** After this many bytes in that direction, a copy has started and is far from its end. */
  static final int MIDDLE = 150_000;

  private static final long LAST_BYTES = 90;
  private static final String OLD = "old";
  private static final String BIG = "big";

  private final CopyType type;
  private final ServerFolder remote;
  private final Path source;
  private final Path target;
  private final Set<String> names;

  /** Creates the source, and targets with other content. */
  CopyUnderFault(CopyType type, Path local, ServerFolder remote) throws IOException {
    this.type = type;
    this.remote = remote;
    source = type.downloads() ? remote.local("source") : local.resolve("source");
    target = type.downloads() ? local.resolve("target") : remote.local("target");
    names =
        new TreeSet<>(
            type == CopyType.GET || type == CopyType.PUT
                ? List.of()
                : Trees.create(source, 3, 20, 9_000));
    Files.createDirectories(source);
    Trees.file(source.resolve(BIG), 1, 2 * MIDDLE);
    names.add(BIG);
    makeOld();
  }

  /** Returns offsets in bytes, spread over the conversation and more densely at its end. */
  Set<Long> places(Direction direction, TestServer server, int number) throws IOException {
    try (var proxy = FaultProxy.to(server);
        var sftp = Connection.connect(Connections.options(server, proxy.port()).build())) {
      long before = proxy.bytes(direction);
      run(sftp);
      assertNew();
      long total = proxy.bytes(direction) - before;
      var places = new TreeSet<Long>();
      for (int i = 0; i < number; i++) {
        places.add(1 + total * i / number);
        places.add(Math.max(1, total - LAST_BYTES * i));
      }
      return places;
    }
  }

  void makeOld() throws IOException {
    for (String name : names) {
      Files.createDirectories(target.resolve(name).getParent());
      Files.writeString(target.resolve(name), OLD);
    }
  }

  void run(Connection sftp, TransferOptions options) throws IOException {
    switch (type) {
      case GET -> sftp.get(remote.path("source/" + BIG), target.resolve(BIG), options);
      case PUT -> sftp.put(source.resolve(BIG), remote.path("target/" + BIG), options);
      case GET_TREE -> sftp.getR(remote.path("source"), target, options);
      case PUT_TREE -> sftp.putR(source, remote.path("target"), options);
    }
  }

  void run(Connection sftp) throws IOException {
    run(sftp, TransferOptions.defaults());
  }

  /** Removes temporary files that a disconnected client can't remove. */
  void removeRemoteTemporaries() throws IOException {
    for (String part : remote.partFiles()) {
      Files.deleteIfExists(remote.local(part));
    }
  }

  /** Fails unless each target is completely old or new, with no other files beside it. */
  void assertOldOrNew() throws IOException {
    for (String name : names) {
      byte[] is = Files.readAllBytes(target.resolve(name));
      boolean old = Arrays.equals(is, OLD.getBytes(java.nio.charset.StandardCharsets.UTF_8));
      assertThat(old || Arrays.equals(is, Files.readAllBytes(source.resolve(name))))
          .as("%s has %d bytes", name, is.length)
          .isTrue();
    }
    assertThat(files()).isEqualTo(names);
  }

  void assertNew() throws IOException {
    for (String name : names) {
      Trees.assertSameBytes(target.resolve(name), source.resolve(name));
    }
    assertThat(files()).isEqualTo(names);
  }

  private Set<String> files() throws IOException {
    try (var paths = Files.walk(target)) {
      var found = new TreeSet<String>();
      paths
          .filter(Files::isRegularFile)
          .forEach(path -> found.add(target.relativize(path).toString()));
      return found;
    }
  }
}
