package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.Keys;
import io.github.jsftp.testing.MinaServer;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.apache.sshd.common.NamedFactory;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.kex.extension.DefaultServerKexExtensionHandler;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.signature.SignatureFactory;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.pubkey.UserAuthPublicKeyFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The algorithm that an RSA key signs with, on servers that announce different ones. */
class SignatureAlgorithmsTest {
  @TempDir private static Path dir;
  private static final KeyPair RSA = Keys.rsa();
  private static final KeyPair DSA = dsa();
  private static final List<String> signed = new CopyOnWriteArrayList<>();
  private static volatile String announced;
  private static MinaServer server;
  private static Path key;

  @BeforeAll
  static void start() throws IOException {
    key = Keys.write(RSA, dir.resolve("id_rsa"));
    server = MinaServer.start(SignatureAlgorithmsTest::configure);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void forget() {
    signed.clear();
  }

  @Test
  void isTheFirstOneThatTheServerAnnounces() throws IOException {
    announced = "ssh-ed25519,rsa-sha2-256,ssh-rsa";
    login(options());
    assertThat(signed).containsExactly("rsa-sha2-256");
  }

  @Test
  void hasNoSha1IfTheServerAnnouncesABetterOne() throws IOException {
    announced = "ssh-rsa,rsa-sha2-256,rsa-sha2-512"; // as OpenSSH 7.2 to 8.7
    login(options().legacyAlgorithms(true));
    assertThat(signed).containsExactly("rsa-sha2-512");
  }

  @Test
  void hasSha1OnlyIfAskedAndTheServerAnnouncesNothing() throws IOException {
    announced = "";
    login(options());
    assertThat(signed).containsExactly("rsa-sha2-512");
    signed.clear();
    login(options().legacyAlgorithms(true));
    assertThat(signed).containsExactly("ssh-rsa");
  }

  @Test
  void isNotSentIfTheServerAnnouncesOthersOnly() throws IOException {
    announced = "ssh-rsa";
    assertThatThrownBy(() -> login(options()))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: the server refused user me; tried nothing; the server allows publickey;"
                + " the server accepts signatures of RSA"
                + " keys with SHA-1 only; legacyAlgorithms(true) offers them [%s]",
            Ssh.peer(server));
    assertThat(signed).isEmpty();
    login(options().legacyAlgorithms(true));
    assertThat(signed).containsExactly("ssh-rsa");
  }

  @Test
  void isAmongThoseOfTheOptions() throws IOException {
    announced = "ssh-ed25519,rsa-sha2-512,rsa-sha2-256,ssh-rsa";
    login(options().publicKeyAlgorithms("rsa-sha2-256", "rsa-sha2-512"));
    login(options().publicKeyAlgorithms("-rsa-sha2-512*"));
    login(options().publicKeyAlgorithms("ssh-rsa"));
    assertThat(signed).containsExactly("rsa-sha2-256", "rsa-sha2-256", "ssh-rsa");
    signed.clear();
    assertThatThrownBy(() -> login(options().publicKeyAlgorithms("ssh-ed25519", "ecdsa-*")))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; publicKeyAlgorithms has none of the server's for RSA keys, rsa-sha2-512,"
                + " rsa-sha2-256, ssh-rsa");
    assertThatThrownBy(() -> login(options().publicKeyAlgorithms("+rsa-sha3-512")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "publicKeyAlgorithms: unknown algorithm \"rsa-sha3-512\"; known are ");
    assertThatThrownBy(() -> login(options().publicKeyAlgorithms("-*")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("publicKeyAlgorithms: no algorithm is left");
    assertThat(signed).isEmpty();
  }

  @Test
  void isForDsaKeysIfAsked() throws IOException {
    announced = "ssh-ed25519,ssh-dss";
    Path dsa = Keys.write(DSA, dir.resolve("id_dsa"));
    assertThatThrownBy(() -> login(options(dsa)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; keys of type ssh-dss are not offered; publicKeyAlgorithms(\"+ssh-dss\") offers them");
    login(options(dsa).publicKeyAlgorithms("+ssh-dss"));
    login(options(dsa).legacyAlgorithms(true));
    assertThat(signed).containsExactly("ssh-dss", "ssh-dss");
  }

  private static ConnectionOptions.Builder options() {
    return options(key);
  }

  private static ConnectionOptions.Builder options(Path key) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username(server.username())
        .privateKey(key)
        .knownHosts(server.knownHosts());
  }

  private static void login(ConnectionOptions.Builder options) throws IOException {
    Ssh.open(options).close();
  }

  private static KeyPair dsa() {
    try {
      var generator = KeyPairGenerator.getInstance("DSA");
      generator.initialize(1024);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private static void configure(SshServer mina) {
    mina.setPublickeyAuthenticator(
        (user, candidate, session) ->
            KeyUtils.compareKeys(candidate, RSA.getPublic())
                || KeyUtils.compareKeys(candidate, DSA.getPublic()));
    mina.setUserAuthFactories(
        List.of(
            new UserAuthPublicKeyFactory(
                Arrays.<NamedFactory<Signature>>asList(
                    new Recorded(BuiltinSignatures.valueOf("dsa")),
                    new Recorded(BuiltinSignatures.rsa),
                    new Recorded(BuiltinSignatures.rsaSHA256),
                    new Recorded(BuiltinSignatures.rsaSHA512)))));
    mina.setKexExtensionHandler(
        new DefaultServerKexExtensionHandler() {
          @Override
          public void collectExtensions(
              Session session, KexPhase phase, BiConsumer<String, Object> marshaller) {
            if (!announced.isEmpty()) {
              marshaller.accept("server-sig-algs", List.of(announced.split(",")));
            }
          }
        });
  }

  /** A signature algorithm that records its use. */
  private record Recorded(SignatureFactory factory) implements SignatureFactory {
    @Override
    public String getName() {
      return factory.getName();
    }

    @Override
    public boolean isSupported() {
      return true;
    }

    @Override
    public Signature create() {
      signed.add(getName());
      return factory.create();
    }
  }
}
