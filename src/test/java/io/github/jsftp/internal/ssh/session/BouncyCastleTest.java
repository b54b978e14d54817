package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.Session;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OpenSshServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The algorithms that a JVM has with Bouncy Castle on its class path, in a JVM of its own. */
@Timeout(300)
class BouncyCastleTest {
  private static final Path JAR = Path.of("target/bouncycastle/bcprov.jar").toAbsolutePath();

  @Test
  void addsAlgorithmsAfterTheUsualOnes() throws Exception {
    if (!Files.exists(JAR)) {
      assertThat(System.getenv("CI")).as("Maven copies " + JAR).isNotEqualTo("true");
      Assumptions.abort("mvn process-test-resources copies " + JAR);
    }
    try (var server = OpenSshServer.start()) {
      List<String> lines =
          ChildJvm.run(
              List.of("-XX:TieredStopAtLevel=1", "-Xbootclasspath/a:" + JAR),
              Map.of(),
              Client.class,
              List.of(
                  String.valueOf(server.port()),
                  server.privateKey().toString(),
                  server.knownHosts().toString()));

      assertThat(lines.get(0))
          .startsWith("key exchanges: mlkem768x25519-sha256,curve25519-sha256,")
          .endsWith(",sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com");
      assertThat(lines.get(1))
          .startsWith("ciphers: aes128-gcm@openssh.com,")
          .endsWith(",chacha20-poly1305@openssh.com");
      assertThat(lines.get(2)).isEqualTo("in use: curve25519-sha256 aes128-gcm@openssh.com");
      assertThat(lines.get(3))
          .isEqualTo("in use: sntrup761x25519-sha512@openssh.com chacha20-poly1305@openssh.com");
      assertThat(lines.get(4)).startsWith("in use: mlkem768x25519-sha256 ");
    }
  }

  /** Connects, and prints what was offered and what is in use. */
  static final class Client {
    private Client() {}

    public static void main(String[] args) throws IOException {
      ConnectionOptions.Builder options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(args[0]))
              .privateKey(Path.of(args[1]))
              .knownHosts(Path.of(args[2]));
      try (Connection sftp = Connection.connect(options.build())) {
        print("key exchanges: " + String.join(",", sftp.offeredAlgorithms().keyExchanges()));
        print("ciphers: " + String.join(",", sftp.offeredAlgorithms().ciphers()));
        printAlgorithms(sftp);
      }
      options.keyExchanges("^sntrup761x25519-sha512@openssh.com").ciphers("^chacha20-*");
      try (Connection sftp = Connection.connect(options.build())) {
        printAlgorithms(sftp);
      }
      try (MinaServer server = MinaServer.start(); // has ML-KEM with Bouncy Castle only
          Connection sftp = Connection.connect(Ssh.options(server).build())) {
        printAlgorithms(sftp);
      }
    }

    private static void printAlgorithms(Connection sftp) throws IOException {
      Session session = sftp.unwrap(Session.class);
      print("in use: " + session.getKexAlgorithm() + " " + session.getCipherAlgorithmC2S());
    }

    private static void print(String line) {
      System.out.println(line);
    }
  }
}
