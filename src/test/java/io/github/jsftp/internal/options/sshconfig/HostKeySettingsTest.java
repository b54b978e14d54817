package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths and permissions are POSIX's")
class HostKeySettingsTest {
  @TempDir private Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"yes", "ask", "True"})
  void unknownKeysAreRefusedWhereSshWouldAskOrRefuse(String value) throws IOException {
    assertThat(read("StrictHostKeyChecking " + value).hostKeys()).isEqualTo(HostKeys.knownHosts());
    assertThat(read("").hostKeys()).isEqualTo(HostKeys.knownHosts());
  }

  @ParameterizedTest
  @ValueSource(strings = {"accept-new", "no", "off"})
  void unknownKeysAreAddedWhereSshDoesNotAsk(String value) throws IOException {
    assertThat(read("StrictHostKeyChecking " + value).hostKeys()).isEqualTo(HostKeys.acceptNew());
  }

  @Test
  void filesOfTheUserComeFirst() throws IOException {
    assertThat(read("UserKnownHostsFile ~/a /b/%n", "GlobalKnownHostsFile /c").hostKeys())
        .isEqualTo(
            HostKeys.knownHosts(
                Path.of(System.getProperty("user.home"), "a"), Path.of("/b/web"), Path.of("/c")));
    assertThat(read("UserKnownHostsFile /a", "GlobalKnownHostsFile none").hostKeys())
        .isEqualTo(HostKeys.knownHosts(Path.of("/a")));
    assertThat(read("UserKnownHostsFile /a").hostKeys())
        .isEqualTo(
            HostKeys.knownHosts(
                Path.of("/a"),
                Path.of("/etc/ssh/ssh_known_hosts"),
                Path.of("/etc/ssh/ssh_known_hosts2")));
  }

  @Test
  void noFileMeansThatNewKeysAreAddedToNone() throws IOException {
    assertThat(
            read("StrictHostKeyChecking no", "UserKnownHostsFile none", "GlobalKnownHostsFile none")
                .hostKeys())
        .isEqualTo(HostKeys.acceptNew(Path.of("/dev/null"), Path.of("none")));
  }

  @Test
  void aliasAndRevokedKeysAreTakenOver() throws IOException {
    ConnectionOptions options = read("HostKeyAlias Cluster", "RevokedHostKeys /etc/revoked_%h");
    assertThat(options.hostKeyAlias()).contains("cluster");
    assertThat(options.revokedHostKeys()).containsExactly(Path.of("/etc/revoked_web"));
    assertThat(read("RevokedHostKeys none").revokedHostKeys()).isEmpty();
  }

  private ConnectionOptions read(String... lines) throws IOException {
    Path file = Files.write(dir.resolve("config"), List.of(lines));
    return ConnectionOptions.fromSshConfig("web", file);
  }
}
