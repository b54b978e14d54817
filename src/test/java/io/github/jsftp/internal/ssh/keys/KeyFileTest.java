package io.github.jsftp.internal.ssh.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.KeyPair;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyFileTest {
  static final String PASSPHRASE = "open-sesame";

  @ParameterizedTest
  @CsvSource({
    "ed25519, ssh-ed25519",
    "ed25519-enc, ssh-ed25519",
    "gcm, ssh-ed25519",
    "ed25519-ppk2, ssh-ed25519",
    "dsa-pem, ssh-dss",
    "ec, ecdsa-sha2-nistp256",
    "ec-pem, ecdsa-sha2-nistp256",
    "ec-pem-aes, ecdsa-sha2-nistp256",
    "ec-pkcs8, ecdsa-sha2-nistp256",
    "ec-pkcs8-enc, ecdsa-sha2-nistp256",
    "ec-pkcs8-des3, ecdsa-sha2-nistp256",
    "ec-ppk3, ecdsa-sha2-nistp256",
    "rsa, ssh-rsa",
    "rsa-pem, ssh-rsa",
    "rsa-pem-aes, ssh-rsa",
    "rsa-pem-des3, ssh-rsa",
    "rsa-pkcs8, ssh-rsa",
    "rsa-pkcs8-enc, ssh-rsa",
    "rsa-ppk2-enc, ssh-rsa",
    "rsa-ppk3, ssh-rsa"
  })
  void readsAllFormats(String name, String type) throws Exception {
    KeyPair key = KeyFile.read(sample(name), PASSPHRASE);
    assertThat(key.getKeyTypeString()).isEqualTo(type);
    assertThat(key.isEncrypted()).isFalse();
    assertThat(key.getPublicKeyBlob()).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ec-pkcs8-scrypt, scrypt",
    "ec-pkcs8-camellia, camellia256-cbc",
    "ec-pkcs8-pbes1, pbeWithSHA1And3-KeyTripleDES-CBC",
    "rsa-pem-camellia, CAMELLIA-128-CBC"
  })
  void saysThatAnEncryptionIsNotSupported(String name, String encryption) throws Exception {
    assertUnusable(
        sample(name),
        "is encrypted with "
            + encryption
            + ", which is not supported; ssh-keygen -p can rewrite it");
  }

  @ParameterizedTest
  @CsvSource({
    "chacha20, is encrypted with chacha20-poly1305@openssh.com",
    "ed25519-ppk3-enc, is encrypted with Argon2id",
    "ed25519-pkcs8, is an Ed25519 or Ed448 key in PKCS#8 format",
    "ed25519-pkcs8-enc, is an Ed25519 or Ed448 key in PKCS#8 format"
  })
  void saysThatBouncyCastleIsNeeded(String name, String problem) throws Exception {
    assertUnusable(
        sample(name),
        problem
            + ", which needs Bouncy Castle (org.bouncycastle:bcprov-jdk18on) on the class path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ed25519-enc",
        "gcm",
        "ec-pem-aes",
        "rsa-pem-des3",
        "rsa-pkcs8-enc",
        "rsa-ppk2-enc"
      })
  void distinguishesAWrongFromAMissingPassphrase(String name) throws Exception {
    assertThatThrownBy(() -> KeyFile.read(sample(name), "false friend"))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessage("can't be decrypted with the given passphrase");
    for (String none : Arrays.asList(null, "")) {
      assertThatThrownBy(() -> KeyFile.read(sample(name), none))
          .isInstanceOf(UnusableKeyException.class)
          .hasMessage("has a passphrase, and none is given");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ec-pem-aes", "rsa-pem", "rsa-pkcs8", "ed25519-ppk2"})
  void readsKeysAsEditorsAndEnvironmentsAlterThem(String name) throws Exception {
    byte[] right = KeyFile.read(sample(name), PASSPHRASE).getPublicKeyBlob();
    String text = new String(sample(name), StandardCharsets.ISO_8859_1);
    String certificate = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
    boolean putty = name.contains("ppk");
    for (String changed :
        List.of(
            text.replace("\n", " \t\n"),
            text.replace("\n", "\r\n"),
            text.replace("\n", "\r"),
            text.replace("\n", "\\n"),
            text.replace("\n", "\\r\\n"),
            "\n \n" + text.strip(),
            putty ? text : text.replace('\n', ' '),
            putty ? text : "Bag Attributes: <none>\n" + certificate + text,
            Base64.getEncoder().encodeToString(sample(name)),
            Base64.getMimeEncoder().encodeToString(sample(name)))) {
      byte[] bytes = changed.getBytes(StandardCharsets.ISO_8859_1);
      assertThat(KeyFile.read(bytes, PASSPHRASE).getPublicKeyBlob()).as(changed).isEqualTo(right);
    }
  }

  @Test
  void saysThatAPuttyKeyHasLostItsLineBreaks() throws Exception {
    String text = new String(sample("ed25519-ppk2"), StandardCharsets.ISO_8859_1);
    assertUnusable(
        text.replace('\n', ' ').getBytes(StandardCharsets.ISO_8859_1),
        "has lost its line breaks, which PuTTY's format needs");
  }

  /** Each of these makes JSch allocate gigabytes. */
  @ParameterizedTest
  @CsvSource({
    "RSA PRIVATE KEY, 300802010002847ffffff0",
    "DSA PRIVATE KEY, 300802010002847ffffff0",
    "EC PRIVATE KEY, 300802010104847ffffff0",
    "PRIVATE KEY, 3013020100300506032b6570040704847ffffff0"
  })
  void refusesLengthsBeyondTheEnd(String label, String hex) {
    assertUnusable(KeyText.write(label, HexFormat.of().parseHex(hex)), "is damaged or cut off");
  }

  @Test
  void refusesExcessiveRounds() throws Exception {
    byte[] body = KeyText.find(KeyText.of(sample("ed25519-enc"))).body();
    int rounds = "openssh-key-v1_....aes256-ctr....bcrypt........0123456789abcdef".length();
    assertThat(ByteBuffer.wrap(body).getInt(rounds)).isOne();
    ByteBuffer.wrap(body).putInt(rounds, 1 << 24);
    assertUnusable(KeyText.write("OPENSSH PRIVATE KEY", body), "is damaged or cut off");
  }

  @Test
  void refusesDeeplyNestedElements() {
    byte[] nested = {};
    for (int i = 0; i < 10_000; i++) {
      byte[] outer = new byte[nested.length + 4];
      ByteBuffer.wrap(outer).putInt(0x30820000 | nested.length).put(nested);
      nested = outer;
    }
    assertUnusable(KeyText.write("RSA PRIVATE KEY", nested), "is damaged or cut off");
  }

  @Test
  void quotesNothingOfADamagedKey() throws Exception {
    String text = new String(sample("ed25519"), StandardCharsets.ISO_8859_1);
    String damaged =
        text.lines()
            .map(line -> line.startsWith("-") ? line : line + "#")
            .collect(Collectors.joining("\n"));
    assertThatThrownBy(() -> KeyFile.read(damaged.getBytes(StandardCharsets.ISO_8859_1), null))
        .hasMessage("is damaged or cut off")
        .hasNoCause();
  }

  private static void assertUnusable(byte[] key, String problem) {
    assertThatThrownBy(() -> KeyFile.read(key, PASSPHRASE))
        .isInstanceOf(UnusableKeyException.class)
        .hasMessage(problem);
  }

  /** Returns a key file. All encrypted ones have the same passphrase. */
  static byte[] sample(String name) throws IOException {
    try (var in = KeyFileTest.class.getResourceAsStream("/keys/" + name + ".key")) {
      return in.readAllBytes();
    }
  }
}
