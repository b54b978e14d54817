package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.ServerKey;
import io.github.jsftp.internal.results.Results;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;

/** Fingerprints and types of public keys, as ssh-keygen prints them. */
public final class Fingerprint {
  private Fingerprint() {}

  /** Returns the fingerprint of a public key: "SHA256:" and its digest in base64. */
  public static String of(byte[] key) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(key);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns a public key, given in base64, with its type and fingerprint. */
  public static ServerKey serverKey(String base64) {
    byte[] key = Base64.getDecoder().decode(base64);
    return Results.NEW.serverKey(type(key), base64, of(key));
  }

  /**
   * Returns the type at the beginning of a public key, such as "ssh-ed25519"; "" if there is none.
   */
  public static String type(byte[] key) {
    if (key.length < 4) {
      return "";
    }
    int length = ByteBuffer.wrap(key).getInt();
    if (length < 1 || length > key.length - 4) {
      return "";
    }
    return new String(key, 4, length, StandardCharsets.US_ASCII);
  }
}
