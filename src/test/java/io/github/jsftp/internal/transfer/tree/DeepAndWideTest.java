package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
@Timeout(300)
class DeepAndWideTest {
  private static final int DEPTH = 200;
  private static final int WIDTH = 20_000;

  @TempDir Path local;

  @Test
  @Tag("long")
  void copiesDeepTreesInBothDirections(TestServer server, ServerFolder remote) throws IOException {
    Path from = local.resolve("from");
    Path dir = from;
    for (int i = 0; i < DEPTH; i++) {
      dir = dir.resolve("d" + i);
      Files.createDirectories(dir);
      Files.writeString(dir.resolve("f"), "at " + i);
    }
    try (var sftp = Connections.connect(server, remote)) {
      sftp.putR(from, "deep");
      Trees.assertEqual(remote.local("deep"), from);
      assertThat(sftp.getR("deep", local.resolve("to")).transferred()).isEqualTo(DEPTH);
      Trees.assertEqual(local.resolve("to"), from);
      var files = new AtomicInteger();
      sftp.walkTree("deep", file -> files.incrementAndGet(), directory -> {}, other -> {});
      assertThat(files).hasValue(DEPTH);
      sftp.rmtree("deep");
      assertThat(remote.local()).isEmptyDirectory();
    }
  }

  @Test
  @Tag("long")
  void copiesDirectoriesWithManyEntries(TestServer server, ServerFolder remote) throws IOException {
    Path wide = Files.createDirectory(remote.local("wide"));
    for (int i = 0; i < WIDTH; i++) {
      Path file = Files.createFile(wide.resolve("file-" + i));
      if (i % 100 == 0) {
        Files.writeString(file, "number " + i);
      }
    }
    try (var sftp = Connections.connect(server, remote)) {
      assertThat(sftp.listdir("wide")).hasSize(WIDTH).isSorted();
      var walked = new ArrayList<String>();
      sftp.walkTree("wide", file -> walked.add(file.name()), directory -> {}, other -> {});
      assertThat(walked).hasSize(WIDTH).isSorted();
      assertThat(sftp.getR("wide", local.resolve("to")).transferred()).isEqualTo(WIDTH);
      Trees.assertEqual(local.resolve("to"), wide);
      sftp.rmtree("wide");
      assertThat(remote.local()).isEmptyDirectory();
    }
  }
}
