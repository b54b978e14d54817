package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.RemotePaths;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Reads trees as streams from real servers. */
@OnEachServer
@Timeout(300)
class ReadTreeOnServerTest {

  @Test
  void zipsATreeWithAwkwardNamesAndUsesTheConnectionMeanwhile(
      TestServer server, ServerFolder folder) throws IOException {
    Path tree = folder.local("tree");
    List<String> files = Trees.create(tree, 7, 120, 60_000);
    Trees.createAwkward(tree.resolve("dir-0"));
    // MINA can't open what is not UTF-8.
    List<String> odd = server.is(TestServer.Kind.OPENSSH) ? Trees.UNDECODABLE_NAMES : List.of();
    for (String name : odd) {
      Files.writeString(Trees.child(tree, name), "content of it");
    }
    var bytes = new ByteArrayOutputStream();
    var undecodable = new ArrayList<String>();
    try (var sftp = Connections.connect(server, folder);
        var zip = new ZipOutputStream(bytes)) {
      var result =
          sftp.readTree(
              "tree",
              (file, in) -> {
                String name = RemotePaths.relativize(sftp.pwd() + "/tree", file.path());
                if (odd.contains(name)) {
                  assertThat(in.readAllBytes()).asString().isEqualTo("content of it");
                  undecodable.add(name);
                } else {
                  zip.putNextEntry(new ZipEntry(name));
                  in.transferTo(zip);
                }
                sftp.remove(file.path());
              });
      assertThat(result.transferred())
          .isEqualTo(files.size() + Trees.AWKWARD_NAMES.size() + odd.size());
    }
    assertThat(undecodable).containsExactlyInAnyOrderElementsOf(odd);
    Path again = Files.createDirectory(folder.local("again"));
    Trees.create(again, 7, 120, 60_000);
    Trees.createAwkward(again.resolve("dir-0"));
    try (var unzip = new ZipInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      for (ZipEntry entry = unzip.getNextEntry(); entry != null; entry = unzip.getNextEntry()) {
        Path original = again.resolve(entry.getName());
        assertThat(unzip.readAllBytes()).isEqualTo(Files.readAllBytes(original));
        Files.delete(original);
      }
    }
    try (var left = Files.walk(folder.local())) {
      assertThat(left.filter(Files::isRegularFile)).isEmpty();
    }
  }

  @Test
  @Tag("long-on-openssh")
  void continuesAtTheSameBytesAfterLostConnections(TestServer server, ServerFolder folder)
      throws IOException {
    Path tree = folder.local("tree");
    var expected = new HashMap<String, byte[]>();
    for (int i = 0; i < 30; i++) {
      expected.put("small-" + i, Trees.bytes(i, 20_000));
    }
    expected.put("big", Trees.bytes(100, 6_000_000));
    Files.createDirectory(tree);
    for (var file : expected.entrySet()) {
      Files.write(tree.resolve(file.getKey()), file.getValue());
    }
    try (var proxy = FaultProxy.to(server);
        var sftp =
            Connection.connect(
                Connections.options(server, proxy.port()).defaultPath(folder.path()).build())) {
      proxy.cutEvery(Direction.DOWN, 2_500_000, FaultProxy.Cut.RST);
      var result =
          sftp.readTree(
              "tree",
              (file, in) ->
                  assertThat(Arrays.equals(in.readAllBytes(), expected.remove(file.name())))
                      .as(file.name())
                      .isTrue());
      assertThat(expected).isEmpty();
      assertThat(result.attempts()).isGreaterThan(1);
    }
  }
}
