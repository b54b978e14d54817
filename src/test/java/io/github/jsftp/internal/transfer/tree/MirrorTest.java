package io.github.jsftp.internal.transfer.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.FileOutcome;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@OnEachServer
class MirrorTest {
  private static final TransferOptions MIRROR =
      TransferOptions.builder().existing(Existing.UPDATE).deleteExtraneous(true).build();

  @TempDir Path local;

  @Test
  void makesBothSidesTheSame(TestServer server, ServerFolder folder) throws Exception {
    Trees.create(local.resolve("from"), 3, 60, 5_000);
    Trees.createAwkward(local.resolve("from/awkward"));
    Trees.create(folder.local("t"), 4, 60, 4_000);
    Trees.createAwkward(folder.local("t/old"));
    Trees.create(local.resolve("to"), 5, 60, 3_000);
    try (var sftp = Connections.connect(server, folder)) {
      var up = sftp.putR(local.resolve("from"), "t", MIRROR);
      Trees.assertEqual(folder.local("t"), local.resolve("from"));
      var down = sftp.getR("t", local.resolve("to"), MIRROR);
      Trees.assertEqual(local.resolve("to"), local.resolve("from"));

      assertThat(up.deleted()).isGreaterThan(Trees.AWKWARD_NAMES.size());
      assertThat(down.deleted()).isPositive();
    }
  }

  @Test
  void transfersNothingInASecondRun(TestServer server, ServerFolder folder) throws Exception {
    Trees.create(local.resolve("from"), 3, 60, 5_000);
    try (var sftp = Connections.connect(server, folder)) {
      sftp.putR(local.resolve("from"), "t", MIRROR);
      sftp.getR("t", local.resolve("to"), MIRROR);
      for (var again :
          new TreeResult[] {
            sftp.putR(local.resolve("from"), "t", MIRROR),
            sftp.getR("t", local.resolve("to"), MIRROR)
          }) {
        assertThat(again.transferred()).isZero();
        assertThat(again.skipped()).isEqualTo(60);
        assertThat(again.deleted()).isZero();
      }
    }
  }

  @Test
  void neverFollowsALinkOutOfTheTarget(TestServer server, ServerFolder folder) throws Exception {
    for (Path side : new Path[] {folder.local(), local.resolve("here")}) {
      Trees.create(side.resolve("outside"), 1, 10, 100);
      Files.createDirectories(side.resolve("t/sub"));
      Files.createSymbolicLink(side.resolve("t/old"), side.resolve("outside"));
      Files.createSymbolicLink(side.resolve("t/sub/dead"), Path.of("nowhere"));
      Files.createSymbolicLink(side.resolve("t/dir"), side.resolve("outside"));
      Files.createSymbolicLink(side.resolve("t/file"), side.resolve("outside/file-2"));
    }
    var outside = Trees.describe(folder.local("outside"));
    outside.putAll(Trees.describe(local.resolve("here/outside")));
    for (Path source : new Path[] {folder.local("from"), local.resolve("from")}) {
      Files.createDirectories(source.resolve("dir"));
      Files.writeString(source.resolve("file"), "a file");
      Files.writeString(source.resolve("dir/below"), "a file");
    }
    try (var sftp = Connections.connect(server, folder)) {
      sftp.putR(local.resolve("from"), "t", MIRROR);
      sftp.getR("from", local.resolve("here/t"), MIRROR);
    }
    for (Path side : new Path[] {folder.local(), local.resolve("here")}) {
      Trees.assertEqual(side.resolve("t"), local.resolve("from"));
      assertThat(Trees.describe(side.resolve("outside"))).isEqualTo(outside);
    }
  }

  @Test
  void replacesFilesByDirectoriesAndViceVersa(TestServer server, ServerFolder folder)
      throws Exception {
    for (Path target : new Path[] {folder.local("t"), local.resolve("to")}) {
      Files.createDirectories(target.resolve("a/deep/er"));
      Files.writeString(target.resolve("a/deep/old"), "old");
      Files.writeString(target.resolve("b"), "old");
    }
    for (Path source : new Path[] {folder.local("from"), local.resolve("from")}) {
      Files.createDirectories(source.resolve("b"));
      Files.writeString(source.resolve("a"), "new");
      Files.writeString(source.resolve("b/below"), "new");
    }
    var without = MIRROR.toBuilder().deleteExtraneous(false).build();
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.putR(local.resolve("from"), "t", without))
          .isInstanceOf(SftpException.class)
          .hasMessageMatching("putR .*/t/(a: is a directory|b: is not a directory) .*");
      sftp.putR(local.resolve("from"), "t", MIRROR);
      sftp.getR("from", local.resolve("to"), MIRROR);
    }
    Trees.assertEqual(folder.local("t"), local.resolve("from"));
    Trees.assertEqual(local.resolve("to"), local.resolve("from"));
  }

  @Test
  void plansTheChangesInADryRun(TestServer server, ServerFolder folder) throws Exception {
    Files.createDirectories(local.resolve("from/new"));
    Files.writeString(local.resolve("from/new/a.txt"), "x".repeat(1_234));
    Files.createDirectories(folder.local("t/old"));
    Files.writeString(folder.local("t/old/b"), "old");
    var before = Trees.describe(folder.local());
    try (var sftp = Connections.connect(server, folder)) {
      var planned = sftp.putR(local.resolve("from"), "t", MIRROR.toBuilder().dryRun(true).build());

      assertThat(planned.plan())
          .extracting(FileOutcome::toString)
          .containsExactly(
              "make new/", "copy new/a.txt (1,234 bytes)", "delete old/", "delete old/b");
      assertThat(Trees.describe(folder.local())).isEqualTo(before);
      var fresh = sftp.getR("t", local.resolve("to"), MIRROR.toBuilder().dryRun(true).build());
      assertThat(fresh.plan())
          .extracting(FileOutcome::toString)
          .containsExactly("make ./", "make old/", "copy old/b (3 bytes)");
      assertThat(local.resolve("to")).doesNotExist();
    }
  }

  @Test
  void refusesToEmptyTheTargetByDefault(TestServer server, ServerFolder folder) throws Exception {
    Path empty = Files.createDirectory(local.resolve("empty"));
    Files.createDirectory(folder.local("t"));
    Files.writeString(folder.local("t/a"), "1");
    try (var sftp = Connections.connect(server, folder)) {
      assertThatThrownBy(() -> sftp.putR(empty, "t", MIRROR))
          .isInstanceOf(TransferException.class)
          .hasMessageContaining("allowEmptySource(true)");
      assertThat(folder.local("t/a")).exists();
      sftp.putR(empty, "t", MIRROR.toBuilder().allowEmptySource(true).build());
      assertThat(folder.local("t")).isEmptyDirectory();
      assertThatIllegalArgumentException().isThrownBy(() -> sftp.putD(empty, "t", MIRROR));
    }
  }
}
