package io.github.jsftp.internal.ssh.auth;

import java.math.BigInteger;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Decrypts keys in PEM and PKCS#8 format. JSch would parse what a wrong passphrase makes of a key
 * before anybody can look at it.
 */
final class KeyDecryption {
  private static final String PBES2 = "1.2.840.113549.1.5.13";
  private static final String PBKDF2 = "1.2.840.113549.1.5.12";

  /** The others that openssl makes, to say so. */
  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "1.3.6.1.4.1.11591.4.11", "scrypt",
          "1.2.840.113549.1.5.3", "pbeWithMD5AndDES-CBC",
          "1.2.840.113549.1.5.10", "pbeWithSHA1AndDES-CBC",
          "1.2.840.113549.1.12.1.3", "pbeWithSHA1And3-KeyTripleDES-CBC",
          "1.2.392.200011.61.1.1.1.4", "camellia256-cbc");

  private static final Map<String, String> HASHES =
      Map.of(
          "1.2.840.113549.2.7", "SHA1",
          "1.2.840.113549.2.8", "SHA224",
          "1.2.840.113549.2.9", "SHA256",
          "1.2.840.113549.2.10", "SHA384",
          "1.2.840.113549.2.11", "SHA512");

  private static final Map<String, Scheme> SCHEMES =
      Map.of(
          "2.16.840.1.101.3.4.1.2", Scheme.AES128,
          "2.16.840.1.101.3.4.1.22", Scheme.AES192,
          "2.16.840.1.101.3.4.1.42", Scheme.AES256,
          "1.2.840.113549.3.7", Scheme.DES3);

  /** Takes some seconds; openssl's default is 2,048. */
  private static final BigInteger MOST_ROUNDS = BigInteger.valueOf(10_000_000);

  private static final int SALT_LENGTH = 8;

  private KeyDecryption() {}

  private enum Scheme {
    AES128("AES", 16),
    AES192("AES", 24),
    AES256("AES", 32),
    DES3("DESede", 24);

    private final String algorithm;
    private final int keyLength;

    Scheme(String algorithm, int keyLength) {
      this.algorithm = algorithm;
      this.keyLength = keyLength;
    }

    /** Decrypts; returns null if the key is wrong, which leaves no padding or else no ASN.1. */
    byte @Nullable [] decrypt(byte[] key, byte[] iv, byte[] bytes)
        throws GeneralSecurityException, UnusableKeyException {
      Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
      if (iv.length != cipher.getBlockSize()
          || bytes.length == 0
          || bytes.length % iv.length != 0) {
        throw UnusableKeyException.damaged();
      }
      cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm), new IvParameterSpec(iv));
      try {
        byte[] plain = cipher.doFinal(bytes);
        return DerElement.isOne(plain) ? plain : null;
      } catch (BadPaddingException e) {
        return null;
      } finally {
        Arrays.fill(key, (byte) 0);
      }
    }
  }

  /**
   * Decrypts a key in OpenSSL's older format.
   *
   * @param name what stands in the header DEK-Info
   */
  static byte[] pem(String name, byte[] iv, byte[] bytes, String passphrase)
      throws UnusableKeyException {
    Scheme scheme =
        switch (name.toUpperCase(Locale.ROOT)) {
          case "AES-128-CBC" -> Scheme.AES128;
          case "AES-192-CBC" -> Scheme.AES192;
          case "AES-256-CBC" -> Scheme.AES256;
          case "DES-EDE3-CBC" -> Scheme.DES3;
          default -> throw UnusableKeyException.unsupported(name);
        };
    if (iv.length < SALT_LENGTH) {
      throw UnusableKeyException.damaged();
    }
    try {
      for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
        byte[] key = derive(scheme.keyLength, passphrase.getBytes(charset), iv);
        byte[] plain = scheme.decrypt(key, iv, bytes);
        if (plain != null) {
          return plain;
        }
      }
    } catch (GeneralSecurityException e) {
      throw UnusableKeyException.unsupported(name);
    }
    throw UnusableKeyException.wrongPassphrase();
  }

  private static byte[] derive(int length, byte[] passphrase, byte[] iv)
      throws GeneralSecurityException {
    byte[] key = new byte[length];
    MessageDigest md5 = MessageDigest.getInstance("MD5");
    byte[] last = {};
    for (int at = 0; at < key.length; at += last.length) {
      md5.update(last);
      md5.update(passphrase);
      md5.update(iv, 0, SALT_LENGTH);
      last = md5.digest();
      System.arraycopy(last, 0, key, at, Math.min(last.length, key.length - at));
    }
    Arrays.fill(passphrase, (byte) 0);
    return key;
  }

  /** Decrypts a key in PKCS#8 format, as RFC 8018 describes it. */
  static byte[] pkcs8(byte[] bytes, String passphrase) throws UnusableKeyException {
    DerElement whole = DerElement.of(bytes);
    DerElement scheme = whole.part(0, DerElement.SEQUENCE);
    expect(scheme, PBES2);
    DerElement both = scheme.part(1, DerElement.SEQUENCE);
    DerElement derivation = both.part(0, DerElement.SEQUENCE);
    expect(derivation, PBKDF2);
    DerElement encryption = both.part(1, DerElement.SEQUENCE);
    Scheme cipher = known(SCHEMES, encryption);
    DerElement parameters = derivation.part(1, DerElement.SEQUENCE);
    byte[] salt = parameters.part(0, DerElement.OCTETS).content();
    int rounds = rounds(parameters.part(1, DerElement.INTEGER).content());
    DerElement last = parameters.parts().get(parameters.parts().size() - 1);
    String hash = last.tag() == DerElement.SEQUENCE ? known(HASHES, last) : "SHA1";
    if (salt.length == 0) {
      throw UnusableKeyException.damaged();
    }
    int bits = cipher.keyLength * Byte.SIZE;
    var spec = new PBEKeySpec(passphrase.toCharArray(), salt, rounds, bits);
    byte[] plain;
    try {
      var factory = SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash);
      byte[] iv = encryption.part(1, DerElement.OCTETS).content();
      byte[] key = factory.generateSecret(spec).getEncoded();
      plain = cipher.decrypt(key, iv, whole.part(1, DerElement.OCTETS).content());
    } catch (GeneralSecurityException e) {
      throw UnusableKeyException.unsupported(cipher + " and " + hash);
    } finally {
      spec.clearPassword();
    }
    if (plain == null) {
      throw UnusableKeyException.wrongPassphrase();
    }
    return plain;
  }

  private static int rounds(byte[] number) throws UnusableKeyException {
    BigInteger rounds = number.length == 0 ? BigInteger.ZERO : new BigInteger(number);
    if (rounds.signum() <= 0 || rounds.compareTo(MOST_ROUNDS) > 0) {
      throw UnusableKeyException.damaged();
    }
    return rounds.intValueExact();
  }

  private static void expect(DerElement algorithm, String wanted) throws UnusableKeyException {
    known(Map.of(wanted, wanted), algorithm);
  }

  private static <T> T known(Map<String, T> names, DerElement algorithm)
      throws UnusableKeyException {
    String name = algorithm.part(0, DerElement.NAME).name();
    T known = names.get(name);
    if (known == null) {
      throw UnusableKeyException.unsupported(UNSUPPORTED.getOrDefault(name, name));
    }
    return known;
  }
}
