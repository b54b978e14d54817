package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.SecurityOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.MinaServer;
import java.io.IOException;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class AlgorithmsTest {
  private static MinaServer server;
  private static SecurityOptions usual;

  @BeforeAll
  static void start() throws IOException {
    server = MinaServer.start();
    usual = offered(options -> options);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void offersNothingBroken() {
    assertThat(usual.ciphers())
        .contains("aes128-ctr", "aes256-gcm@openssh.com")
        .noneMatch(name -> name.contains("cbc") || name.contains("arcfour"))
        .doesNotContain("none");
    assertThat(usual.macs())
        .contains("hmac-sha2-256")
        .noneMatch(name -> name.contains("md5") || name.contains("-96"))
        .doesNotContain("none");
    assertThat(usual.keyExchanges())
        .contains("curve25519-sha256")
        .noneMatch(name -> name.contains("sha1"));
    assertThat(usual.hostKeyAlgorithms())
        .contains("ssh-ed25519", "rsa-sha2-256")
        .doesNotContain("ssh-rsa", "ssh-dss")
        .noneMatch(name -> name.contains("-cert-"));
    assertThat(usual.compression()).containsExactly("none");
  }

  @Test
  void prefersSha2ToSha1ForEachKindOfMac() {
    for (String kind : List.of("-etm@openssh.com", "")) {
      assertThat(usual.macs())
          .containsSubsequence("hmac-sha2-256" + kind, "hmac-sha1" + kind)
          .containsSubsequence("hmac-sha2-512" + kind, "hmac-sha1" + kind);
    }
    assertThat(usual.macs()).filteredOn(name -> name.contains("sha1")).hasSize(2);
  }

  @Test
  void offersWhatTheOptionsNameInPlaceOfTheUsual() throws IOException {
    List<String> names = List.of("aes256-ctr", "aes128-cbc");
    SecurityOptions ciphers = offered(it -> it.ciphers("aes256-ctr", "aes128-cbc"));
    assertThat(ciphers.ciphers()).isEqualTo(names);
    assertThat(ciphers.macs()).isEqualTo(usual.macs());
    SecurityOptions macs = offered(it -> it.macs("hmac-sha2-512"));
    assertThat(macs.macs()).containsExactly("hmac-sha2-512");
    assertThat(macs.ciphers()).isEqualTo(usual.ciphers());
    assertThat(offered(it -> it.keyExchanges("ecdh-sha2-nistp256")).keyExchanges())
        .containsExactly("ecdh-sha2-nistp256");
    SecurityOptions hostKeys =
        offered(it -> it.hostKeyAlgorithms("rsa-sha2-256", "ecdsa-sha2-nistp256"));
    assertThat(hostKeys.hostKeyAlgorithms())
        .containsExactlyInAnyOrder("rsa-sha2-256", "ecdsa-sha2-nistp256");
  }

  private static SecurityOptions offered(UnaryOperator<ConnectionOptions.Builder> settings)
      throws IOException {
    try (SshConnection connection = Ssh.open(settings.apply(Ssh.options(server)))) {
      return connection.securityOptions();
    }
  }
}
