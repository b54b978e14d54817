package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.PublicKeyFormat;
import io.github.jsftp.internal.ssh.support.WireReader;
import io.github.jsftp.internal.ssh.support.WireReader.MalformedException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Checks signatures of certificate authorities. The algorithms are those that ssh accepts by
 * default, so {@code ssh-rsa} with SHA-1 is not among them.
 */
final class CertificateSignature {
  private static final byte[] ED25519_PREFIX =
      HexFormat.of().parseHex("302a300506032b6570032100"); // the head of an encoded key
  private static final int COUNTER_AND_FLAGS = 5;

  /** The names of signatures in Java, by those in SSH. */
  private static final Map<String, String> JAVA_NAMES =
      Map.of(
          "ssh-ed25519", "Ed25519",
          "sk-ssh-ed25519@openssh.com", "Ed25519",
          "ecdsa-sha2-nistp256", "SHA256withECDSAinP1363Format",
          "sk-ecdsa-sha2-nistp256@openssh.com", "SHA256withECDSAinP1363Format",
          "ecdsa-sha2-nistp384", "SHA384withECDSAinP1363Format",
          "ecdsa-sha2-nistp521", "SHA512withECDSAinP1363Format",
          "rsa-sha2-256", "SHA256withRSA",
          "rsa-sha2-512", "SHA512withRSA");

  private CertificateSignature() {}

  /** Returns why a signature is not valid, or null if it is. */
  static @Nullable String problem(byte[] key, byte[] signed, byte[] signature) {
    String type = Fingerprint.type(key);
    String algorithm = Fingerprint.type(signature);
    String javaName = JAVA_NAMES.get(algorithm);
    if (javaName == null
        || !(type.equals("ssh-rsa") ? "rsa-sha2" : type).equals(family(algorithm))) {
      return "it is signed with " + Printable.of(algorithm) + ", which is not accepted";
    }
    try {
      return isValid(key, signed, signature, javaName) ? null : "its signature is wrong";
    } catch (MalformedException | GeneralSecurityException | IllegalArgumentException e) {
      return "its signature is wrong (" + e.getMessage() + ")";
    }
  }

  /** Returns the type of key that an algorithm needs, except that RSA's have a common name. */
  private static String family(String algorithm) {
    return algorithm.startsWith("rsa-sha2-") ? "rsa-sha2" : algorithm;
  }

  private static boolean isValid(byte[] key, byte[] signed, byte[] signature, String javaName)
      throws MalformedException, GeneralSecurityException {
    var keyFields = new WireReader(key);
    String type = keyFields.text();
    PublicKeyFormat.readFields(
        type, new WireReader(Arrays.copyOfRange(key, 4 + type.length(), key.length)));
    var in = new WireReader(signature);
    in.string(); // the algorithm
    byte[] value = in.string();
    Signature verifier = Signature.getInstance(javaName);
    verifier.initVerify(publicKey(type, keyFields));
    if (type.startsWith("sk-")) {
      // A security key signs digests, with its flags and its counter between them.
      verifier.update(sha256(keyFields.string()));
      verifier.update(in.bytes(COUNTER_AND_FLAGS));
      verifier.update(sha256(signed));
    } else {
      verifier.update(signed);
    }
    in.end();
    return verifier.verify(type.contains("ecdsa") ? concatenated(value, type) : value);
  }

  private static PublicKey publicKey(String type, WireReader in)
      throws MalformedException, GeneralSecurityException {
    if (type.equals("ssh-rsa")) {
      BigInteger exponent = in.positiveNumber();
      return KeyFactory.getInstance("RSA")
          .generatePublic(new RSAPublicKeySpec(in.positiveNumber(), exponent));
    }
    if (type.endsWith("ed25519") || type.endsWith("ed25519@openssh.com")) {
      byte[] key = in.string();
      byte[] encoded =
          ByteBuffer.allocate(ED25519_PREFIX.length + key.length)
              .put(ED25519_PREFIX)
              .put(key)
              .array();
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    }
    String curve = in.text();
    byte[] point = in.string();
    int middle = 1 + PublicKeyFormat.coordinateLength(curve);
    AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC");
    parameters.init(new ECGenParameterSpec("secp" + curve.substring("nistp".length()) + "r1"));
    return KeyFactory.getInstance("EC")
        .generatePublic(
            new ECPublicKeySpec(
                new ECPoint(
                    new BigInteger(1, Arrays.copyOfRange(point, 1, middle)),
                    new BigInteger(1, Arrays.copyOfRange(point, middle, point.length))),
                parameters.getParameterSpec(ECParameterSpec.class)));
  }

  /** Returns the two numbers of an ECDSA signature at full length, one after the other. */
  private static byte[] concatenated(byte[] signature, String type) throws MalformedException {
    int length = PublicKeyFormat.coordinateLength(type.replaceAll(".*(nistp\\d+).*", "$1"));
    var in = new WireReader(signature);
    ByteBuffer both = ByteBuffer.allocate(2 * length);
    for (int i = 0; i < 2; i++) {
      byte[] number = in.positiveNumber().toByteArray();
      int excess = number.length - length;
      if (excess > 1 || (excess == 1 && number[0] != 0)) {
        throw new MalformedException("a number is too large");
      }
      both.position(i * length + Math.max(0, -excess));
      both.put(number, Math.max(0, excess), number.length - Math.max(0, excess));
    }
    in.end();
    return both.array();
  }

  private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
    return MessageDigest.getInstance("SHA-256").digest(bytes);
  }
}
