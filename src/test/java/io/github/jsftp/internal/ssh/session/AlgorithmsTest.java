package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.Cipher;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.KeyExchange;
import com.jcraft.jsch.MAC;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.Signature;
import com.jcraft.jsch.SignatureRSA;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.OfferedAlgorithms;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Keys;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.interfaces.RSAPublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AlgorithmsTest {
  private static MinaServer server;
  private static OfferedAlgorithms usual;

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
  void offersNoBrokenAlgorithms() {
    assertThat(usual.ciphers())
        .contains("aes128-ctr", "aes256-gcm@openssh.com")
        .noneMatch(name -> name.contains("cbc") || name.contains("arcfour"))
        .doesNotContain("none");
    assertThat(usual.macs())
        .contains("hmac-sha2-256")
        .noneMatch(name -> name.contains("md5") || name.contains("-96"))
        .doesNotContain("none");
    assertThat(usual.keyExchanges())
        .startsWith(
            Runtime.version().feature() >= 24 ? "mlkem768x25519-sha256" : "curve25519-sha256")
        .contains("curve25519-sha256")
        .noneMatch(name -> name.contains("sha1"));
    assertThat(usual.hostKeyAlgorithms())
        .contains("ssh-ed25519", "rsa-sha2-256")
        .doesNotContain("ssh-rsa", "ssh-dss")
        .noneMatch(name -> name.contains("-cert-"));
    assertThat(usual.compression()).containsExactly("none");
  }

  @Test
  void prefersSha2ToSha1ForEachTypeOfMac() {
    for (String kind : List.of("-etm@openssh.com", "")) {
      assertThat(usual.macs())
          .containsSubsequence("hmac-sha2-256" + kind, "hmac-sha1" + kind)
          .containsSubsequence("hmac-sha2-512" + kind, "hmac-sha1" + kind);
    }
    assertThat(usual.macs()).filteredOn(name -> name.contains("sha1")).hasSize(2);
  }

  @Test
  void offersTheAlgorithmsInTheOptionsInsteadOfTheDefaults() throws IOException {
    List<String> names = List.of("aes256-ctr", "aes128-cbc");
    OfferedAlgorithms ciphers = offered(it -> it.ciphers("aes256-ctr", "aes128-cbc"));
    assertThat(ciphers.ciphers()).isEqualTo(names);
    assertThat(ciphers.macs()).isEqualTo(usual.macs());
    OfferedAlgorithms macs = offered(it -> it.macs("hmac-sha2-512"));
    assertThat(macs.macs()).containsExactly("hmac-sha2-512");
    assertThat(macs.ciphers()).isEqualTo(usual.ciphers());
    assertThat(offered(it -> it.keyExchanges("ecdh-sha2-nistp256")).keyExchanges())
        .containsExactly("ecdh-sha2-nistp256");
    OfferedAlgorithms hostKeys =
        offered(it -> it.hostKeyAlgorithms("rsa-sha2-256", "ecdsa-sha2-nistp256"));
    assertThat(hostKeys.hostKeyAlgorithms())
        .containsExactlyInAnyOrder("rsa-sha2-256", "ecdsa-sha2-nistp256");
  }

  @Test
  void offersLegacyOnesAfterTheUsualOnesIfAsked() throws IOException {
    OfferedAlgorithms legacy = offered(it -> it.legacyAlgorithms(true));
    assertThat(legacy.ciphers())
        .containsSubsequence(usual.ciphers())
        .endsWith("aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc");
    assertThat(legacy.macs()).startsWith(usual.macs().toArray(String[]::new)).contains("hmac-md5");
    assertThat(legacy.keyExchanges())
        .startsWith(usual.keyExchanges().toArray(String[]::new))
        .endsWith("diffie-hellman-group1-sha1");
    assertThat(legacy.hostKeyAlgorithms()).containsSubsequence("rsa-sha2-256", "ssh-rsa");
    OfferedAlgorithms given = offered(it -> it.legacyAlgorithms(true).ciphers("aes256-ctr"));
    assertThat(given.ciphers()).containsExactly("aes256-ctr");
  }

  @Test
  void verifiesHostKeySignaturesWithSha1OnlyIfTheyAreOffered() throws Exception {
    KeyPair pair = Keys.rsa();
    byte[] message = {1, 2, 3};
    var signer = java.security.Signature.getInstance("SHA1withRSA");
    signer.initSign(pair.getPrivate());
    signer.update(message);
    byte[] value = signer.sign();
    byte[] name = "ssh-rsa".getBytes(StandardCharsets.US_ASCII);
    byte[] signature =
        ByteBuffer.allocate(8 + name.length + value.length)
            .putInt(name.length)
            .put(name)
            .putInt(value.length)
            .put(value)
            .array();
    for (boolean legacy : new boolean[] {false, true}) {
      Session session = new JSch().getSession("me", "host");
      new Algorithms(Ssh.options(server).legacyAlgorithms(legacy).build())
          .applyTo(session, names -> names);
      SignatureRSA verifier =
          Class.forName(session.getConfig("ssh-rsa"))
              .asSubclass(SignatureRSA.class)
              .getDeclaredConstructor()
              .newInstance();
      verifier.init();
      var key = (RSAPublicKey) pair.getPublic();
      verifier.setPubKey(key.getPublicExponent().toByteArray(), key.getModulus().toByteArray());
      verifier.update(message);
      assertThat(verifier.verify(signature)).isEqualTo(legacy);
    }
  }

  @Test
  void reachesAServerWithLegacyAlgorithmsOnly(@TempDir Path dir) throws IOException {
    Path key = Keys.write(Keys.rsa(), dir.resolve("id_rsa"));
    Users.run("sh", "-c", "ssh-keygen -y -f " + key + " > " + dir.resolve("authorized_keys"));
    Path hostKey = dir.resolve("host");
    Users.run("ssh-keygen", "-q", "-t", "rsa", "-b", "2048", "-N", "", "-f", hostKey.toString());
    try (var old =
        OpenSshServer.start(
            "HostKey " + hostKey,
            "KexAlgorithms diffie-hellman-group1-sha1",
            "HostKeyAlgorithms ssh-rsa",
            "Ciphers 3des-cbc",
            "MACs hmac-md5",
            "PubkeyAcceptedAlgorithms +ssh-rsa",
            "AuthorizedKeysFile " + dir.resolve("authorized_keys"))) {
      String[] publicKey = Files.readString(Path.of(hostKey + ".pub")).split(" ", 3);
      Path known = dir.resolve("known_hosts");
      Files.writeString(
          known,
          "[" + old.host() + "]:" + old.port() + " " + publicKey[0] + " " + publicKey[1] + "\n");
      ConnectionOptions.Builder options =
          ConnectionOptions.builder(old.host())
              .port(old.port())
              .username(old.username())
              .privateKey(key)
              .knownHosts(known);
      assertThatThrownBy(() -> Ssh.open(options))
          .hasMessageContaining("; legacyAlgorithms(true) would work");
      assertThatThrownBy(() -> Ssh.open(options.keyExchanges("curve25519-sha256")))
          .hasMessageContaining(
              "; keyExchanges(\"diffie-hellman-group1-sha1\").legacyAlgorithms(true) would work");
      options.keyExchanges();
      try (Connection sftp = Connection.connect(options.legacyAlgorithms(true).build())) {
        assertThat(sftp.exists("/")).isTrue();
        assertThat(sftp.negotiated().cipherToServer()).isEqualTo("3des-cbc");
      }
    }
  }

  @Test
  void changesTheDefaultsByAListWithASign() throws IOException {
    var appended = new ArrayList<>(usual.ciphers());
    appended.addAll(List.of("aes256-cbc", "3des-cbc"));
    assertThat(offered(it -> it.ciphers("+aes256-cbc", "3des-cbc")).ciphers()).isEqualTo(appended);
    assertThat(offered(it -> it.ciphers("+aes256-cbc,+3des-cbc")).ciphers()).isEqualTo(appended);
    assertThat(offered(it -> it.ciphers("^aes256-ctr")).ciphers())
        .startsWith("aes256-ctr")
        .containsExactlyInAnyOrderElementsOf(usual.ciphers());
    assertThat(offered(it -> it.ciphers("-aes1*", "none-such")).ciphers())
        .containsExactly("aes256-gcm@openssh.com", "aes256-ctr");
    assertThat(offered(it -> it.macs("-*sha1*")).macs())
        .containsExactlyElementsOf(
            usual.macs().stream().filter(name -> !name.contains("sha1")).toList());
    assertThat(offered(it -> it.keyExchanges("+*group1-sha1")).keyExchanges())
        .startsWith(usual.keyExchanges().toArray(String[]::new))
        .endsWith("diffie-hellman-group1-sha1");
    assertThat(offered(it -> it.hostKeyAlgorithms("+ssh-rsa")).hostKeyAlgorithms())
        .contains("ssh-ed25519", "ssh-rsa")
        .noneMatch(name -> name.contains("-cert-"));
    assertThat(offered(it -> it.legacyAlgorithms(true).ciphers("-*gcm*,aes1*")).ciphers())
        .containsExactly("aes256-ctr", "aes256-cbc", "3des-cbc");
  }

  @Test
  void expandsPatternsInAListWithoutASign() throws IOException {
    assertThat(offered(it -> it.ciphers("aes256-*", "aes???-ctr")).ciphers())
        .containsExactly(
            "aes256-gcm@openssh.com", "aes256-ctr", "aes256-cbc", "aes128-ctr", "aes192-ctr");
  }

  @Test
  void leavesOutWhatThisJvmCanNotUse(@TempDir Path dir) throws IOException {
    Path log = dir.resolve("log");
    OfferedAlgorithms offered =
        offered(
            it ->
                it.macs("umac-128@openssh.com", "hmac-sha2-256")
                    .ciphers("^chacha20-poly1305@openssh.com")
                    .log(log));
    assertThat(offered.macs()).containsExactly("hmac-sha2-256");
    assertThat(offered.ciphers()).isEqualTo(usual.ciphers());
    assertThat(log)
        .content()
        .contains("macs: umac-128@openssh.com is not supported")
        .contains("ciphers: chacha20-poly1305@openssh.com needs Bouncy Castle (org.bouncycastle:");
  }

  @Test
  void refusesAListOfWhichNothingIsLeft() {
    assertThatThrownBy(() -> offered(it -> it.ciphers("chacha20-poly1305@openssh.com")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "ciphers: chacha20-poly1305@openssh.com needs Bouncy Castle"
                + " (org.bouncycastle:bcprov-jdk18on) on the class path");
    assertThatThrownBy(() -> offered(it -> it.keyExchanges("sntrup761x25519-sha512")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("sntrup761x25519-sha512 needs Bouncy Castle");
    assertThatThrownBy(() -> offered(it -> it.macs("umac-64@openssh.com")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("macs: umac-64@openssh.com is not supported");
    assertThatThrownBy(() -> offered(it -> it.macs("-*")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("macs: no algorithm is left");
  }

  @Test
  void knowsEachAlgorithmThatJschHas() throws ReflectiveOperationException {
    Field field = JSch.class.getDeclaredField("config");
    field.setAccessible(true);
    var config = (Map<?, ?>) field.get(null);
    var types =
        Map.of(
            AlgorithmKind.CIPHER, Cipher.class,
            AlgorithmKind.MAC, MAC.class,
            AlgorithmKind.KEY_EXCHANGE, KeyExchange.class,
            AlgorithmKind.HOST_KEY, Signature.class);
    types.forEach(
        (kind, type) -> {
          List<String> inJsch =
              config.entrySet().stream()
                  .filter(entry -> implementsType(type, String.valueOf(entry.getValue())))
                  .map(entry -> String.valueOf(entry.getKey()))
                  .filter(name -> !name.equals("none") && !name.startsWith("signature."))
                  .toList();
          assertThat(kind.known())
              .as(kind.words)
              .filteredOn(name -> !name.contains("-cert-") && !name.equals("ssh-dss"))
              .containsExactlyInAnyOrderElementsOf(inJsch);
        });
  }

  private static boolean implementsType(Class<?> type, String implementation) {
    try {
      return type.isAssignableFrom(
          Class.forName(implementation, false, JSch.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }

  private static OfferedAlgorithms offered(UnaryOperator<ConnectionOptions.Builder> settings)
      throws IOException {
    try (SshConnection connection = Ssh.open(settings.apply(Ssh.options(server)))) {
      return connection.offeredAlgorithms();
    }
  }
}
