package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.OperationNotSupportedException;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

class QuirkyServerTest {
  @Test
  void servesFilesWithoutQuirks() throws IOException {
    try (var server = QuirkyServer.start();
        Connection sftp = server.connect()) {
      sftp.writeString("a.txt", "hello");

      assertThat(server.home().resolve("a.txt")).hasContent("hello");
      assertThat(sftp.listdir()).containsExactly("a.txt");
      assertThat(sftp.stat("a.txt").size()).isEqualTo(5);
      assertThat(server.requests()).contains("STAT " + server.home().resolve("a.txt"));
    }
  }

  @Test
  void takesNamesThatDifferInCaseForOne() throws IOException {
    try (var server = QuirkyServer.start(Quirk.CASE_INSENSITIVE);
        Connection sftp = server.connect()) {
      sftp.mkdir("Lib");
      sftp.writeString("lib/A.txt", "old");
      sftp.writeString("LIB/a.txt", "new");
      sftp.symlink("Lib", "link");

      assertThat(server.home().resolve("Lib/A.txt")).hasContent("new");
      assertThat(sftp.listdir("lIB")).containsExactly("A.txt");
      assertThat(sftp.readString("LINK/A.TXT")).isEqualTo("new");
      assertThat(Files.readSymbolicLink(server.home().resolve("link"))).hasToString("Lib");
    }
  }

  @Test
  void leavesOutWhatItIsToldTo() throws IOException {
    try (var server = QuirkyServer.start(Quirk.NO_SIZES, Quirk.NO_DOTS, Quirk.NO_EXTENSIONS);
        Connection sftp = server.connect()) {
      Files.writeString(server.home().resolve("a.txt"), "hello");
      assertThat(sftp.stat("a.txt").size()).isEqualTo(-1);
      assertThat(sftp.listdirAttr()).singleElement().matches(info -> info.size() == -1);
    }
  }

  @Test
  void refusesWhatItIsToldTo() throws IOException {
    try (var server = QuirkyServer.start().refuse(SftpType.MKDIR, 8);
        Connection sftp = server.connect()) {
      assertThatThrownBy(() -> sftp.mkdir("d")).isInstanceOf(OperationNotSupportedException.class);
    }
  }
}
