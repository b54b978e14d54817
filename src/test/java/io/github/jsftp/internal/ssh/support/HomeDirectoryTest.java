package io.github.jsftp.internal.ssh.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.OpenSshServer;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeDirectoryTest {
  private static final String HOME = "user.home";

  @TempDir private Path home;
  private final String before = System.getProperty(HOME);

  @BeforeEach
  void replaceHome() {
    System.setProperty(HOME, home.toString());
  }

  @AfterEach
  void restoreHome() {
    System.setProperty(HOME, before);
  }

  @Test
  void replacesATildeInPathsOfOptions() throws Exception {
    try (var server = OpenSshServer.start()) {
      Files.copy(server.privateKey(), home.resolve("key"));
      Files.copy(server.knownHosts(), home.resolve("hosts"));
      var options =
          ConnectionOptions.builder(server.host())
              .port(server.port())
              .username(server.username())
              .privateKey(Path.of("~/key"))
              .log(Path.of("~/log"));
      Ssh.open(options.knownHosts(Path.of("~/hosts"))).close();
      assertThat(home.resolve("log")).isNotEmptyFile();

      Ssh.open(options.hostKeys(HostKeys.acceptNew(Path.of("~/.ssh/new")))).close();
      assertThat(home.resolve(".ssh/new")).isNotEmptyFile();
      assertThat(Path.of("~")).doesNotExist();

      Ssh.open(options.hostKeys(HostKeys.acceptNew())).close();
      assertThat(home.resolve(".ssh/known_hosts")).isNotEmptyFile();
      Files.move(home.resolve(".ssh/known_hosts"), home.resolve(".ssh/known_hosts2"));
      Ssh.open(options.hostKeys(HostKeys.knownHosts())).close();

      assertThatThrownBy(() -> Ssh.open(options.privateKey(Path.of("~/missing"))))
          .isInstanceOf(NoSuchFileException.class)
          .hasMessage(home.resolve("missing") + ": private key file is missing");
    }
  }

  @Test
  void isNotAnotherUsersHome() {
    var options =
        ConnectionOptions.builder("127.0.0.1")
            .port(1)
            .username("me")
            .password("secret")
            .knownHosts(Path.of("~bob/hosts"));
    assertThatThrownBy(() -> Ssh.open(options))
        .isInstanceOf(ConnectionException.class)
        .hasMessage(
            "connect: can't use ~bob/hosts (only ~ alone is expanded; for a file of that name"
                + " write ./~name) [me@127.0.0.1:1]");
  }

  @Test
  void isTakenFromTheEnvironmentIfThePasswordDatabaseHasNone() throws IOException {
    String variable = System.getenv("HOME");
    assumeTrue(variable != null && !variable.isEmpty(), "HOME is set");
    System.setProperty(HOME, "?");
    assertThat(SshDirectory.files("known_hosts"))
        .containsExactly(Path.of(variable, ".ssh", "known_hosts"));
    assertThat(SshDirectory.expandTilde(Path.of("~"))).isEqualTo(Path.of(variable));
  }

  @Test
  void isNotInsertedIntoOtherPaths() throws FileSystemException {
    for (String path : new String[] {"/~/x", "a/~", "./~x", ""}) {
      assertThat(SshDirectory.expandTilde(Path.of(path))).isEqualTo(Path.of(path));
    }
  }
}
