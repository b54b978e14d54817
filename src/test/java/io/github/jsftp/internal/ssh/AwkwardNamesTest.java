package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.ssh.session.SshConnection;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@OnEachServer
class AwkwardNamesTest {
  private static final List<String> NAMES =
      List.of(
          "*",
          "a*",
          "?",
          "a?",
          "\\",
          "a\\b",
          "\\*",
          "a\\",
          "[ab]",
          "{a,b}",
          "~",
          "-rf",
          " ",
          "a b ",
          "a\nb",
          "#",
          "ümläut",
          "日本",
          "\ud83d\ude00",
          "'\"$(x)`",
          "**");

  private TestServer server;
  private ServerFolder folder;
  private SshConnection connection;
  private SingleRequests singleRequests;

  @BeforeEach
  void connect(TestServer theServer, ServerFolder theFolder) throws Exception {
    server = theServer;
    folder = theFolder;
    connection = Ssh.open(server);
    singleRequests =
        new SingleRequests(
            connection, () -> Duration.ofSeconds(20), Ssh.failures(server), Backoff.NEVER);
  }

  @AfterEach
  void close() {
    singleRequests.close();
    connection.close();
  }

  @Test
  void areOrdinaryNamesToEveryRequest() throws Exception {
    for (String name : NAMES) {
      try {
        assertOrdinary(name);
      } catch (AssertionError | IOException e) {
        throw new AssertionError("the name '" + name + "'", e);
      }
    }
  }

  private void assertOrdinary(String name) throws IOException {
    // Files that a wildcard would also match.
    List<String> others = List.of("ab", "a", "b", "aXb");
    for (String other : others) {
      Files.writeString(folder.local(other), "untouched");
    }
    var before = PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.local("ab")));

    Path dir = folder.local("dir " + name);
    String path = folder.path("dir " + name);
    singleRequests.mkdir("mkdir", path);
    assertThat(dir).isDirectory();
    if (server.is(TestServer.Kind.OPENSSH) || !name.endsWith(" ")) {
      // MINA strips trailing spaces from realpath's reply.
      assertThat(singleRequests.realpath("normalize", path)).isEqualTo(dir.toRealPath().toString());
    }

    Path file = Files.writeString(dir.resolve(name), "12345");
    String remote = path + "/" + name;
    assertThat(singleRequests.stat("stat", remote).size()).isEqualTo(5);
    assertThat(singleRequests.lstat("lstat", remote).name()).isEqualTo(name);
    singleRequests.setAttributes("chmod", remote, AttributeChanges.permissions(0600));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");

    Path plain = Files.writeString(folder.local(name), "x");
    singleRequests.symlink("symlink", name, path + "/l" + name);
    assertThat(singleRequests.readlink("readlink", path + "/l" + name)).isEqualTo(name);
    singleRequests.symlink("symlink", remote, path + "/m" + name);
    assertThat(Files.readSymbolicLink(dir.resolve("m" + name))).hasToString(remote);
    singleRequests.hardlink("hardlink", remote, path + "/h" + name);
    assertThat(Files.isSameFile(dir.resolve("h" + name), file)).isTrue();

    singleRequests.remove("remove", folder.path(name));
    assertThat(plain).doesNotExist();
    for (String prefix : List.of("", "l", "m", "h")) {
      singleRequests.remove("remove", path + "/" + prefix + name);
    }
    singleRequests.rmdir("rmdir", path);
    assertThat(dir).doesNotExist();
    for (String other : others) {
      assertThat(folder.local(other)).hasContent("untouched");
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.local("ab"))))
        .isEqualTo(before);
  }
}
