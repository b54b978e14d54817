package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a refused negotiation tells, with servers that know one algorithm of a kind only. */
class NoCommonAlgorithmTest {
  @Test
  void namesTheCipherToAdd() throws IOException {
    assertRemedy(
        "no cipher in common: this side offers aes128-gcm@openssh.com,",
        ", the server aes128-cbc; ciphers(\"+aes128-cbc\") would work [",
        it -> it.ciphers("+aes128-cbc"),
        "Ciphers aes128-cbc");
  }

  @Test
  void namesTheMacToAdd() throws IOException {
    assertRemedy(
        "no message authentication code in common: this side offers hmac-sha2-256-etm@openssh.com,",
        ", the server hmac-md5-etm@openssh.com; macs(\"+hmac-md5-etm@openssh.com\") would work [",
        it -> it.macs("+hmac-md5-etm@openssh.com"),
        "MACs hmac-md5-etm@openssh.com",
        "Ciphers aes256-ctr");
  }

  @Test
  void namesTheKeyExchangeToAdd() throws IOException {
    assertRemedy(
        "no key exchange method in common: this side offers ",
        ", the server diffie-hellman-group14-sha1;"
            + " keyExchanges(\"+diffie-hellman-group14-sha1\") would work [",
        it -> it.keyExchanges("+diffie-hellman-group14-sha1"),
        "KexAlgorithms diffie-hellman-group14-sha1");
  }

  @Test
  void suggestsLegacyAlgorithmsForAnOldHostKey() throws IOException {
    assertRemedy(
        "no host key algorithm in common: this side offers ssh-ed25519,",
        ", the server ssh-rsa; legacyAlgorithms(true) would work [",
        it -> it.legacyAlgorithms(true),
        "HostKeyAlgorithms ssh-rsa");
  }

  @Test
  void suggestsLegacyAlgorithmsForAHostKeyWithDsa(@TempDir Path dir) throws IOException {
    Path key = dir.resolve("host");
    Users.run("ssh-keygen", "-q", "-t", "dsa", "-N", "", "-f", key.toString());
    Path known = dir.resolve("known_hosts");
    Files.writeString(known, "[127.0.0.1]:* " + Files.readString(Path.of(key + ".pub")));
    assertRemedy(
        "no host key algorithm in common: this side offers ssh-ed25519,",
        ", the server ssh-dss; legacyAlgorithms(true) would work [",
        it -> it.legacyAlgorithms(true).knownHosts(known),
        "HostKey " + key,
        "HostKeyAlgorithms ssh-dss");
  }

  @Test
  void namesTheNameToListInsteadOfOnesThatTheServerLacks() throws IOException {
    try (var server = OpenSshServer.start("Ciphers aes128-ctr,aes256-ctr")) {
      assertThatThrownBy(() -> Ssh.open(Ssh.options(server).ciphers("aes256-gcm@openssh.com")))
          .hasMessageContaining(
              "this side offers aes256-gcm@openssh.com, the server aes128-ctr,aes256-ctr;"
                  + " ciphers(\"aes128-ctr\") would work [");
      assertThatThrownBy(() -> Ssh.open(Ssh.options(server).ciphers("-*-ctr")))
          .hasMessageContaining("; ciphers(\"+aes128-ctr\") would work [");
    }
  }

  @Test
  void listsAllKindsThatHaveNothingInCommon() throws IOException {
    assertRemedy(
        "no key exchange method in common: this side offers ",
        ", the server aes128-cbc; legacyAlgorithms(true).ciphers(\"aes128-cbc\") would work [",
        it -> it.ciphers("aes128-cbc").legacyAlgorithms(true),
        it -> it.ciphers("aes256-ctr"),
        "KexAlgorithms diffie-hellman-group14-sha1",
        "Ciphers aes128-cbc");
  }

  @Test
  void namesTheArtifactOfAMissingProvider() throws IOException {
    assertNoRemedy(
        "; chacha20-poly1305@openssh.com needs Bouncy Castle"
            + " (org.bouncycastle:bcprov-jdk18on) on the class path [",
        "Ciphers chacha20-poly1305@openssh.com");
    assertNoRemedy(
        "; sntrup761x25519-sha512@openssh.com needs Bouncy Castle"
            + " (org.bouncycastle:bcprov-jdk18on) on the class path [",
        "KexAlgorithms sntrup761x25519-sha512@openssh.com");
  }

  @Test
  void tellsThatTheServerHasNothingThatIsSupported() throws IOException {
    assertNoRemedy(
        "; no message authentication code of the server's is supported here [",
        "MACs umac-128@openssh.com,umac-64@openssh.com");
  }

  private static void assertRemedy(
      String problem, String remedy, UnaryOperator<ConnectionOptions.Builder> call, String... lines)
      throws IOException {
    assertRemedy(problem, remedy, call, it -> it, lines);
  }

  private static void assertRemedy(
      String problem,
      String remedy,
      UnaryOperator<ConnectionOptions.Builder> call,
      UnaryOperator<ConnectionOptions.Builder> before,
      String... lines)
      throws IOException {
    try (var server = OpenSshServer.start(lines)) {
      ConnectionOptions.Builder options = before.apply(Ssh.options(server));
      assertThatThrownBy(() -> Ssh.open(options))
          .isInstanceOf(ConnectionException.class)
          .hasMessageStartingWith("connect: " + problem)
          .hasMessageContaining(remedy);
      try (Connection sftp = Connection.connect(call.apply(options).build())) {
        assertThat(sftp.exists("/")).isTrue();
      }
    }
  }

  private static void assertNoRemedy(String words, String... lines) throws IOException {
    try (var server = OpenSshServer.start(lines)) {
      assertThatThrownBy(() -> Ssh.open(server))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(words);
    }
  }
}
