package io.github.jsftp.internal.ssh.hostkeys;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates as ssh-keygen makes them, and damaged ones. */
@Timeout(300)
class HostCertificateTest {
  private static final String MAKE_CERTIFICATES =
      """
      set -e; export TZ=UTC
      key() { ssh-keygen -q -t $2 -b $3 -N '' -C '' -f $1; }
      key ed25519 ed25519 256; key ecdsa256 ecdsa 256; key ecdsa384 ecdsa 384
      key ecdsa521 ecdsa 521; key rsa rsa 2048
      sign() { name=$1 ca=$2; shift 2
        cp ${key:-ed25519}.pub $name.pub; ssh-keygen -q -h -I id -s $ca "$@" $name.pub; }
      for type in ed25519 ecdsa256 ecdsa384 ecdsa521 rsa; do
        sign by-$type $type -n host
        key=$type sign for-$type ed25519 -n host
      done
      sign by-rsa256 rsa -t rsa-sha2-256 -n host
      sign by-rsa1 rsa -t ssh-rsa -n host
      sign past ed25519 -n host -V 20200101:20200102
      sign future ed25519 -n host -V 20990101:20990102
      sign limited ed25519 -n host -V 20200101:20990102
      sign nobody ed25519
      sign pattern ed25519 -n 'x,*.example.com,a?b'
      sign critical ed25519 -n host -O critical:x@example.com=y
      cp ed25519.pub user.pub; ssh-keygen -q -I id -s ed25519 -n host user.pub
      """;

  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");
  private static final int ED25519_KEY = 51;
  private static final int ED25519_SIGNATURE = 83;

  @TempDir private static Path dir;

  @BeforeAll
  static void makeCertificates() throws Exception {
    run("sh", "-c", MAKE_CERTIFICATES);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "by-ed25519",
        "by-ecdsa256",
        "by-ecdsa384",
        "by-ecdsa521",
        "by-rsa",
        "by-rsa256",
        "for-ed25519",
        "for-ecdsa256",
        "for-ecdsa384",
        "for-ecdsa521",
        "for-rsa",
        "limited"
      })
  void isValid(String name) throws Exception {
    HostCertificate certificate = certificate(name);
    assertThat(certificate.problem("host", NOW)).isNull();
    assertThat(certificate.publicKey()).isEqualTo(blob(name + ".pub"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "by-rsa1 | host | it is signed with ssh-rsa, which is not accepted",
        "past | host | it has expired, on 2020-01-02T00:00:00Z",
        "future | host | it is not yet valid, until 2099-01-01T00:00:00Z",
        "nobody | host | it names no host",
        "for-rsa | other | it is for host, not for other",
        "for-rsa | hos | it is for host, not for hos",
        "for-rsa | host.example.com | it is for host, not for host.example.com",
        "critical | host | it has critical options, which are not supported",
        "user | host | it is a user's certificate, not a host's",
        "pattern | example.com | 'it is for x, *.example.com, a?b, not for example.com'"
      })
  void isNotValid(String name, String host, String problem) throws Exception {
    assertThat(certificate(name).problem(host, NOW)).isEqualTo(problem);
  }

  @ParameterizedTest
  @ValueSource(strings = {"x", "www.example.com", "a.b.example.com", "axb"})
  void isForAllHostsThatItsPatternsMatch(String host) throws Exception {
    assertThat(certificate("pattern").problem(host, NOW)).isNull();
  }

  @Test
  void isValidFromItsFirstSecondUntilBeforeItsEnd() throws Exception {
    HostCertificate past = certificate("past");
    assertThat(past.problem("host", Instant.parse("2019-12-31T23:59:59Z"))).isNotNull();
    assertThat(past.problem("host", Instant.parse("2020-01-01T00:00:00Z"))).isNull();
    assertThat(past.problem("host", Instant.parse("2020-01-01T23:59:59Z"))).isNull();
    assertThat(past.problem("host", Instant.parse("2020-01-02T00:00:00Z"))).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"by-ed25519", "by-ecdsa256"})
  void isNotValidIfAnyBitIsChanged(String name) throws Exception {
    byte[] blob = blob(name + "-cert.pub");
    for (int i = 0; i < blob.length; i++) {
      byte[] damaged = blob.clone();
      damaged[i] ^= (byte) (1 << i % 8);
      HostCertificate certificate = HostCertificate.parse(damaged);
      assertThat(certificate == null ? "malformed" : certificate.problem("host", NOW))
          .as("byte " + i)
          .isNotNull();
    }
  }

  @Test
  void isNoCertificateIfItIsCutOrExtended() throws Exception {
    byte[] blob = blob("for-rsa-cert.pub");
    for (int length = 0; length < blob.length; length++) {
      assertThat(HostCertificate.parse(Arrays.copyOf(blob, length))).isNull();
    }
    assertThat(HostCertificate.parse(Arrays.copyOf(blob, blob.length + 1))).isNull();
    assertThat(HostCertificate.parse(blob("rsa.pub"))).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com"})
  void mayBeSignedByASecurityKey(String type) throws Exception {
    byte[] good = signedBySecurityKey(type, (byte) 1);
    HostCertificate certificate = HostCertificate.parse(good);
    assertThat(certificate).isNotNull();
    assertThat(certificate.problem("host", NOW)).isNull();
    Path file = dir.resolve("sk-cert.pub");
    Files.writeString(
        file,
        "ssh-ed25519-cert-v01@openssh.com " + Base64.getEncoder().encodeToString(good) + "\n");
    run("ssh-keygen", "-L", "-f", file.toString()); // checks the signature
    good[good.length - 1] ^= 1; // the counter
    assertThat(HostCertificate.parse(good).problem("host", NOW))
        .isEqualTo("its signature is wrong");
  }

  private static byte[] signedBySecurityKey(String type, byte flags) throws Exception {
    byte[] blob = blob("by-ed25519-cert.pub");
    int end = blob.length - (4 + ED25519_KEY) - (4 + ED25519_SIGNATURE);
    KeyPair pair = keyPair(type);
    byte[] signed = strings(Arrays.copyOf(blob, end), authority(type, pair));
    byte[] tail = {flags, 0, 0, 0, 7};
    Signature signer =
        Signature.getInstance(type.contains("ecdsa") ? "SHA256withECDSAinP1363Format" : "Ed25519");
    signer.initSign(pair.getPrivate());
    signer.update(sha256("ssh:".getBytes(StandardCharsets.US_ASCII)));
    signer.update(tail);
    signer.update(sha256(signed));
    byte[] value = signer.sign();
    if (type.contains("ecdsa")) {
      value = strings(strings(new byte[0], number(value, 0)), number(value, 32));
    }
    byte[] signature =
        strings(strings(new byte[0], type.getBytes(StandardCharsets.US_ASCII)), value);
    byte[] whole = Arrays.copyOf(signature, signature.length + tail.length);
    System.arraycopy(tail, 0, whole, signature.length, tail.length);
    return strings(signed, whole);
  }

  private static KeyPair keyPair(String type) throws GeneralSecurityException {
    if (!type.contains("ecdsa")) {
      return KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
    }
    KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
    generator.initialize(new ECGenParameterSpec("secp256r1"));
    return generator.generateKeyPair();
  }

  private static byte[] authority(String type, KeyPair pair) throws IOException {
    byte[] key = strings(new byte[0], type.getBytes(StandardCharsets.US_ASCII));
    if (pair.getPublic() instanceof ECPublicKey ec) {
      byte[] point = new byte[65];
      point[0] = 4;
      copyTo(point, 33, ec.getW().getAffineX().toByteArray());
      copyTo(point, 65, ec.getW().getAffineY().toByteArray());
      key = strings(strings(key, "nistp256".getBytes(StandardCharsets.US_ASCII)), point);
    } else {
      byte[] encoded = pair.getPublic().getEncoded();
      key = strings(key, Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
    }
    return strings(key, "ssh:".getBytes(StandardCharsets.US_ASCII));
  }

  private static void copyTo(byte[] target, int end, byte[] number) {
    int length = Math.min(32, number.length);
    System.arraycopy(number, number.length - length, target, end - length, length);
  }

  private static byte[] number(byte[] both, int from) {
    return new java.math.BigInteger(1, Arrays.copyOfRange(both, from, from + 32)).toByteArray();
  }

  private static byte[] strings(byte[] head, byte[] string) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var out = new DataOutputStream(bytes);
    out.write(head);
    out.writeInt(string.length);
    out.write(string);
    return bytes.toByteArray();
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }

  private static HostCertificate certificate(String name) throws IOException {
    HostCertificate certificate = HostCertificate.parse(blob(name + "-cert.pub"));
    assertThat(certificate).isNotNull();
    return certificate;
  }

  private static byte[] blob(String file) throws IOException {
    return Base64.getDecoder()
        .decode(Files.readString(dir.resolve(file)).split(" ", -1)[1].strip());
  }

  private static void run(String... command) throws Exception {
    Process process =
        new ProcessBuilder(command).directory(dir.toFile()).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
  }
}
