package io.github.jsftp.internal.ssh.support;

import io.github.jsftp.internal.ssh.support.WireReader.MalformedException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The format of public keys, checked as strictly as ssh does when it reads known_hosts. */
public final class PublicKeyFormat {
  private static final int ED25519_LENGTH = 32;
  private static final int ED448_LENGTH = 57;
  private static final int MIN_RSA_BITS = 1024;
  private static final int UNCOMPRESSED_POINT = 4;

  private PublicKeyFormat() {}

  /** Returns the key of a line, or null if it is not a well-formed key of that type. */
  public static byte @Nullable [] decode(String type, String base64) {
    try {
      byte[] key = Base64.getDecoder().decode(base64);
      // The decoder accepts missing padding, which ssh does not.
      if (!Base64.getEncoder().encodeToString(key).equals(base64)) {
        return null;
      }
      var reader = new WireReader(key);
      if (!reader.text().equals(type)) {
        return null;
      }
      readFields(type, reader);
      reader.end();
      return key;
    } catch (IllegalArgumentException | MalformedException e) {
      return null;
    }
  }

  /**
   * Reads the fields of a key that follow its type.
   *
   * @throws MalformedException if they are malformed, or the type is unknown
   */
  public static void readFields(String type, WireReader in) throws MalformedException {
    switch (type) {
      case "ssh-ed25519" -> readFixed(in, ED25519_LENGTH);
      case "ssh-ed448" -> readFixed(in, ED448_LENGTH);
      case "sk-ssh-ed25519@openssh.com" -> {
        readFixed(in, ED25519_LENGTH);
        in.string();
      }
      case "ssh-rsa" -> {
        in.positiveNumber();
        require(in.positiveNumber().bitLength() >= MIN_RSA_BITS, "an RSA key is too short");
      }
      case "ssh-dss" -> {
        for (int i = 0; i < 4; i++) {
          in.positiveNumber();
        }
      }
      case "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521" ->
          readPoint(in, type.substring("ecdsa-sha2-".length()));
      case "sk-ecdsa-sha2-nistp256@openssh.com" -> {
        readPoint(in, "nistp256");
        in.string();
      }
      default -> throw new MalformedException("the key type " + type + " is unknown");
    }
  }

  private static void readFixed(WireReader in, int length) throws MalformedException {
    require(in.string().length == length, "a key has a wrong length");
  }

  private static void readPoint(WireReader in, String curve) throws MalformedException {
    require(
        new String(in.string(), StandardCharsets.US_ASCII).equals(curve),
        "a key is on another curve");
    byte[] point = in.string();
    require(
        point.length == 1 + 2 * coordinateLength(curve) && point[0] == UNCOMPRESSED_POINT,
        "a point is malformed");
  }

  /** Returns the number of bytes of a coordinate. */
  public static int coordinateLength(String curve) {
    return (Integer.parseInt(curve.substring("nistp".length())) + 7) / 8;
  }

  private static void require(boolean condition, String problem) throws MalformedException {
    if (!condition) {
      throw new MalformedException(problem);
    }
  }
}
