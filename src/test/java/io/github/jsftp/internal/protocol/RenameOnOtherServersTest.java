package io.github.jsftp.internal.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.testing.Quirk;
import io.github.jsftp.testing.QuirkyServer;
import io.github.jsftp.testing.SftpType;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RenameOnOtherServersTest {
  private static final String POSIX_RENAME = "posix-rename@openssh.com";

  @Test
  void keepsTheTargetIfTheServersRenameWouldReplaceIt() throws IOException {
    try (var server = QuirkyServer.start(Quirk.RENAME_REPLACES, Quirk.NO_EXTENSIONS);
        Connection sftp = server.connect()) {
      Files.writeString(server.home().resolve("x"), "x");
      Files.writeString(server.home().resolve("y"), "y");
      Files.createSymbolicLink(server.home().resolve("dead"), server.home().resolve("nothing"));

      assertThatThrownBy(() -> sftp.rename("x", "y")).isInstanceOf(PathExistsException.class);
      assertThatThrownBy(() -> sftp.rename("x", "dead")).isInstanceOf(PathExistsException.class);

      assertThat(server.home().resolve("x")).hasContent("x");
      assertThat(server.home().resolve("y")).hasContent("y");
      assertThat(server.home().resolve("dead")).isSymbolicLink();
      sftp.rename("x", "z");
      assertThat(server.home().resolve("z")).hasContent("x");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {4, 5, 8})
  void replacesIfPosixRenameIsAnnouncedButRefused(int status) throws IOException {
    try (var server = QuirkyServer.start().refuse(POSIX_RENAME, status);
        Connection sftp = server.connect()) {
      sftp.writeString("a", "new");
      sftp.writeString("a", "newer");
      sftp.writeString("b", "other");
      sftp.replace("b", "a");

      assertThat(server.home().resolve("a")).hasContent("other");
      assertThat(sftp.listdir()).containsExactly("a");
    }
  }

  @Test
  void requestsAnUnsupportedPosixRenameOnlyOnce() throws IOException {
    try (var server = QuirkyServer.start().refuse(POSIX_RENAME, 8);
        Connection sftp = server.connect()) {
      for (String name : List.of("a", "b", "a")) {
        sftp.writeString(name, "new");
      }

      assertThat(server.requests()).containsOnlyOnce("EXTENDED " + POSIX_RENAME);
      assertThat(sftp.listdir()).containsExactly("a", "b");
    }
  }

  @Test
  void reportsWhyARenameIsRefused() throws IOException {
    try (var server = QuirkyServer.start().refuse(POSIX_RENAME, 8).refuse(SftpType.RENAME, 3);
        Connection sftp = server.connect()) {
      assertThatThrownBy(() -> sftp.writeString("a", "new"))
          .isInstanceOf(PermissionDeniedException.class);
      assertThat(sftp.listdir()).isEmpty();
    }
  }
}
