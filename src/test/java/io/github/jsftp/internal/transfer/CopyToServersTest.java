package io.github.jsftp.internal.transfer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.EnabledOnServer;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.FaultProxy.Cut;
import io.github.jsftp.testing.FaultProxy.Direction;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SmallHeap;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Copies between two connections to a real server, each through a proxy of its own. */
@OnEachServer
@Timeout(300)
class CopyToServersTest {
  private static final int CUT_EVERY = 2_500_000;
  private static final int BIG = 6_000_000;

  private TestServer server;
  private ServerFolder folder;
  private FaultProxy sourceProxy;
  private FaultProxy targetProxy;

  @BeforeEach
  void start(TestServer shared, ServerFolder fresh) throws IOException {
    server = shared;
    folder = fresh;
    sourceProxy = FaultProxy.to(server);
    targetProxy = FaultProxy.to(server);
    Files.createDirectory(folder.local("in"));
  }

  @AfterEach
  void stop() {
    sourceProxy.close();
    targetProxy.close();
  }

  private Connection connect(FaultProxy proxy, String dir) throws IOException {
    return Connection.connect(
        Connections.options(server, proxy.port()).defaultPath(folder.path(dir)).build());
  }

  @Test
  @Tag("long-on-mina")
  void copiesATreeWithAwkwardNames() throws IOException {
    Path tree = folder.local("tree");
    Trees.create(tree, 5, 50, 40_000);
    Trees.createAwkward(tree.resolve("awkward"));
    if (server.is(TestServer.Kind.OPENSSH)) { // MINA can't open what is not UTF-8
      for (String name : Trees.UNDECODABLE_NAMES) {
        Files.writeString(Trees.child(tree, name), "content of it");
      }
    }
    var options = TransferOptions.builder().verify(Verify.CONTENT).preserveMtime(true).build();
    try (var source = connect(sourceProxy, ".");
        var target = connect(targetProxy, "in")) {
      var result = source.copyToR("tree", target, "new/copy", options);
      assertThat(result.warnings()).isEmpty();
      Trees.assertEqual(folder.local("in/new/copy"), tree);
      var file = source.copyTo("tree/awkward/new\nline", target, "new/copy/", options);
      assertThat(file.target()).isEqualTo(folder.path("in/new/copy/new\nline"));
      var same = target.copyToR("new", target, "again");
      assertThat(same.transferred()).isEqualTo(result.transferred() + 1);
    }
    Trees.assertEqual(folder.local("in/again"), folder.local("in/new"));
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  @Tag("long-on-openssh")
  void continuesAfterEitherSideHasLostItsConnection(boolean cutsTarget) throws IOException {
    Path tree = Files.createDirectory(folder.local("tree"));
    Trees.file(tree.resolve("big"), 1, BIG);
    Trees.create(tree.resolve("small"), 1, 40, 20_000);
    try (var source = connect(sourceProxy, ".");
        var target = connect(targetProxy, "in")) {
      if (cutsTarget) {
        targetProxy.cutEvery(Direction.UP, CUT_EVERY, Cut.RST);
      } else {
        sourceProxy.cutEvery(Direction.DOWN, CUT_EVERY, Cut.FIN);
      }
      var result = source.copyToR("tree", target, "copy");
      assertThat(result.attempts()).isGreaterThan(1);
    }
    Trees.assertEqual(folder.local("in/copy"), tree);
  }

  @Test
  @Tag("long-on-openssh")
  void removesItsPartFileWhenTheSourceIsGoneForGood() throws IOException {
    Trees.file(folder.local("big"), 1, BIG);
    var once = TransferOptions.builder().retries(0).build();
    try (var source = connect(sourceProxy, ".");
        var target = connect(targetProxy, "in")) {
      sourceProxy.cutAfter(Direction.DOWN, BIG / 2);
      assertThatThrownBy(() -> source.copyTo("big", target, "big", once))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(":" + sourceProxy.port());
      assertThat(target.listdir()).isEmpty();
    }
  }

  @Test
  void keepsThePartFileWithResumeAndContinuesFromIt() throws IOException {
    Trees.file(folder.local("big"), 1, BIG);
    var once = TransferOptions.builder().retries(0).resume(true).build();
    try (var source = connect(sourceProxy, ".");
        var target = connect(targetProxy, "in")) {
      targetProxy.cutAfter(Direction.UP, BIG / 2);
      assertThatThrownBy(() -> source.copyTo("big", target, "big", once))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(":" + targetProxy.port());
      assertThat(source.copyTo("big", target, "big", once).resumedFrom()).isPositive();
    }
    Trees.assertSameBytes(folder.local("in/big"), folder.local("big"));
    assertThat(folder.partFiles()).isEmpty();
  }

  @Test
  @EnabledOnServer(value = TestServer.Kind.OPENSSH, reason = "memory is the same with MINA")
  @Tag("long")
  void takesLittleMemoryForBigFilesAndManySmallOnes() throws Exception {
    Path tree = Files.createDirectory(folder.local("tree"));
    Trees.file(tree.resolve("big"), 1, 64 << 20);
    Trees.create(tree.resolve("small"), 1, 500, 100_000);
    assertThat(SmallHeap.run(40, SmallHeap.Task.WITHOUT_DISK, server, folder.path("tree")))
        .isZero();
    Trees.assertEqual(folder.local("tree-copy"), tree);
  }

  @Test
  void refusesTheSameFileOverTwoConnections() throws IOException {
    Files.writeString(folder.local("a"), "1");
    try (var source = connect(sourceProxy, ".");
        var target = connect(sourceProxy, "in")) {
      assertThatThrownBy(() -> source.copyTo("a", target, "../a"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("is the same file as");
      assertThatThrownBy(() -> source.copyToR(".", target, "."))
          .hasMessageContaining("would be copied into itself");
    }
    assertThat(folder.local("a")).hasContent("1");
  }
}
