package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.testing.Quirk;
import io.github.jsftp.testing.QuirkyServer;
import io.github.jsftp.testing.SftpType;
import io.github.jsftp.testing.Trees;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that omit attributes or refuse to return them. */
@Timeout(300)
class SparingServersTest {
  @TempDir Path local;

  @ParameterizedTest
  @EnumSource(
      names = {
        "NO_TYPES",
        "NO_PERMISSIONS",
        "NO_SIZES",
        "NEGATIVE_SIZES",
        "NO_TIMES",
        "NO_OWNERS",
        "HUGE_OWNERS",
        "BARE_LISTINGS",
        "EMPTY_LONG_NAMES",
        "HIDDEN_SPECIALS"
      })
  void workLikeOthers(Quirk quirk) throws IOException {
    worksWith(QuirkyServer.start(quirk));
  }

  @Test
  void areQueriedByOpeningIfTheySendNoTypes() throws IOException {
    worksWith(QuirkyServer.start(Quirk.NO_TYPES, Quirk.EMPTY_LONG_NAMES));
  }

  private void worksWith(QuirkyServer quirky) throws IOException {
    try (QuirkyServer server = quirky;
        Connection sftp = server.connect()) {
      Path tree = Files.createDirectories(local.resolve("tree"));
      Files.createDirectories(tree.resolve("a/b"));
      Files.writeString(tree.resolve("a/b/f"), "text");
      Files.writeString(tree.resolve("empty"), "");

      sftp.makedirs("x/y");
      sftp.makedirs("x/y");
      sftp.chdir("x");
      sftp.putR(tree, "y");
      sftp.putR(tree, "y");
      sftp.symlink("y", "link");
      sftp.getR("y", local.resolve("back"));

      Trees.assertEqual(local.resolve("back"), tree);
      assertThat(sftp.isDir("y/a")).isTrue();
      assertThat(sftp.isDir("y/a/b/f")).isFalse();
      assertThat(sftp.isFile("y/a/b/f")).isTrue();
      assertThat(sftp.isFile("y/empty")).isTrue();
      assertThat(sftp.isLink("link")).isTrue();
      assertThat(sftp.isDir("link")).isTrue();
      assertThat(sftp.exists("no")).isFalse();
      assertThatThrownBy(() -> sftp.chdir("y/empty")).isInstanceOf(NotADirectoryException.class);
      assertThatThrownBy(() -> sftp.rmdir("y")).isInstanceOf(SftpException.class);
      sftp.rmtree("y");
      assertThat(sftp.listdir()).containsExactly("link");
    }
  }

  @Test
  void areReadWithNegativeSizesAsUnknown() throws IOException {
    try (QuirkyServer server = QuirkyServer.start(Quirk.NEGATIVE_SIZES);
        Connection sftp = server.connect()) {
      sftp.writeString("f", "text");

      assertThat(sftp.stat("f").size()).isEqualTo(-1);
      assertThat(sftp.listdirAttr().get(0).size()).isEqualTo(-1);
      assertThatThrownBy(() -> sftp.size("f"))
          .isInstanceOf(SftpException.class)
          .hasMessageContaining("/f: the server does not report the size [");
    }
  }

  @Test
  void areReadWithUnsignedOwners() throws IOException {
    try (QuirkyServer server = QuirkyServer.start(Quirk.HUGE_OWNERS, Quirk.EMPTY_LONG_NAMES);
        Connection sftp = server.connect()) {
      sftp.writeString("f", "text");

      assertThat(sftp.stat("f").uid()).isEqualTo(4_000_000_000L);
      assertThat(sftp.listdirAttr().get(0).gid()).isEqualTo(4_000_000_000L);
      assertThat(sftp.listdirAttr().get(0).toString())
          .startsWith("-rw")
          .contains("4000000000 4000000000")
          .endsWith(" f");
    }
  }

  @Test
  void keepTheOwnerOrTheGroupThatIsNotToChange() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "giving files away takes root");
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      sftp.writeString("f", "text");
      sftp.chown("f", 12_345L, 23_456L);
      assertThat(sftp.stat("f")).returns(12_345L, FileInfo::uid).returns(23_456L, FileInfo::gid);

      sftp.chown("f", 34_567, null);
      assertThat(sftp.stat("f")).returns(34_567L, FileInfo::uid).returns(23_456L, FileInfo::gid);

      sftp.chown("f", null, 45_678);
      assertThat(sftp.stat("f")).returns(34_567L, FileInfo::uid).returns(45_678L, FileInfo::gid);
    }
  }

  @Test
  void neverHaveTheGroupSetToMinusOne() throws IOException {
    try (QuirkyServer server = QuirkyServer.start(Quirk.NO_OWNERS);
        Connection sftp = server.connect()) {
      sftp.writeString("f", "text");

      assertThatThrownBy(() -> sftp.chown("f", 0, null)).hasMessageContaining("give both");

      assertThat(server.requests()).noneMatch(request -> request.startsWith("SETSTAT"));
    }
  }

  /** A pipe must not be read, which would block forever. */
  @Test
  void areNotReadIfAListingCallsAPipeAFile() throws IOException {
    try (QuirkyServer server = QuirkyServer.start(Quirk.HIDDEN_SPECIALS);
        Connection sftp = server.connect()) {
      Path tree = Files.createDirectory(server.home().resolve("tree"));
      Files.writeString(tree.resolve("f"), "text");
      Users.run("mkfifo", tree.resolve("pipe").toString());

      TreeResult result = sftp.getR("tree", local.resolve("back"));

      assertThat(result.transferred()).isEqualTo(1);
      assertThat(result.warnings()).singleElement().asString().contains("pipe: skipped");
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = SftpType.class,
      mode = Mode.INCLUDE,
      names = {"LSTAT", "STAT", "FSTAT"})
  void areUsableWithoutOneOfTheAttributeRequests(SftpType type) throws IOException {
    for (int status : new int[] {3, 4, 8}) {
      if (status != 4 || type == SftpType.FSTAT) {
        copies(QuirkyServer.start().refuse(type, status));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 8})
  void areUsableWithoutAttributeRequests(int status) throws IOException {
    copies(
        QuirkyServer.start()
            .refuse(SftpType.LSTAT, status)
            .refuse(SftpType.STAT, status)
            .refuse(SftpType.FSTAT, status));
  }

  private void copies(QuirkyServer quirky) throws IOException {
    try (QuirkyServer server = quirky;
        Connection sftp = server.connect()) {
      Path file = Files.writeString(local.resolve("file"), "new text");
      Files.writeString(server.home().resolve("there"), "old");
      sftp.put(file, "new");
      sftp.put(file, "there");
      sftp.put(file, "in-place", TransferOptions.builder().atomic(false).build());
      sftp.get("there", local.resolve("back"));
      sftp.chdir(".");

      for (String name : List.of("new", "there", "in-place")) {
        assertThat(server.home().resolve(name)).hasContent("new text");
      }
      assertThat(local.resolve("back")).hasContent("new text");
    }
  }

  @Test
  void keepTheFirstSecondOf1970() throws IOException {
    try (QuirkyServer server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      Path tree = Files.createDirectory(local.resolve("tree"));
      Path file = Files.writeString(tree.resolve("f"), "text");
      Files.setLastModifiedTime(file, FileTime.from(Instant.EPOCH));
      var update = TransferOptions.builder().existing(TransferOptions.Existing.UPDATE).build();

      assertThat(sftp.putR(tree, "r", update).transferred()).isEqualTo(1);
      assertThat(sftp.putR(tree, "r", update).transferred()).isZero();
      assertThat(sftp.getR("r", local.resolve("back"), update).transferred()).isEqualTo(1);
      assertThat(sftp.getR("r", local.resolve("back"), update).transferred()).isZero();
      assertThat(Files.getLastModifiedTime(local.resolve("back/f")).toInstant())
          .isEqualTo(Instant.EPOCH);
    }
  }
}
