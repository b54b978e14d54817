package io.github.jsftp.internal.ssh.keys;

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
 * Decrypts keys in PEM and PKCS#8 format. JSch would parse the result of a wrong passphrase before
 * it could be checked.
 */
final class KeyDecryption {
  private static final String PBES2 = "1.2.840.113549.1.5.13";
  private static final String PBKDF2 = "1.2.840.113549.1.5.12";

  /** Algorithms that openssl offers and this class does not support, named for the message. */
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

  private static final Map<String, KeyCipher> CIPHERS =
      Map.of(
          "2.16.840.1.101.3.4.1.2", KeyCipher.AES128,
          "2.16.840.1.101.3.4.1.22", KeyCipher.AES192,
          "2.16.840.1.101.3.4.1.42", KeyCipher.AES256,
          "1.2.840.113549.3.7", KeyCipher.DES3);

  /** This many rounds take some seconds. openssl's default is 2,048. */
  private static final BigInteger MAX_ROUNDS = BigInteger.valueOf(10_000_000);

  private static final int SALT_LENGTH = 8;

  private KeyDecryption() {}

  private enum KeyCipher {
    AES128("AES", 16),
    AES192("AES", 24),
    AES256("AES", 32),
    DES3("DESede", 24);

    private final String algorithm;
    private final int keyLength;

    KeyCipher(String algorithm, int keyLength) {
      this.algorithm = algorithm;
      this.keyLength = keyLength;
    }

    /** Decrypts; returns null if the key is wrong, which shows as invalid padding or ASN.1. */
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
   * Decrypts a key in OpenSSL's traditional PEM format.
   *
   * @param name the cipher from the DEK-Info header
   */
  static byte[] pem(String name, byte[] iv, byte[] bytes, String passphrase)
      throws UnusableKeyException {
    KeyCipher cipher =
        switch (name.toUpperCase(Locale.ROOT)) {
          case "AES-128-CBC" -> KeyCipher.AES128;
          case "AES-192-CBC" -> KeyCipher.AES192;
          case "AES-256-CBC" -> KeyCipher.AES256;
          case "DES-EDE3-CBC" -> KeyCipher.DES3;
          default -> throw UnusableKeyException.unsupported(name);
        };
    if (iv.length < SALT_LENGTH) {
      throw UnusableKeyException.damaged();
    }
    try {
      for (Charset charset : List.of(StandardCharsets.UTF_8, StandardCharsets.ISO_8859_1)) {
        byte[] key = derive(cipher.keyLength, passphrase.getBytes(charset), iv);
        byte[] plain = cipher.decrypt(key, iv, bytes);
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

  /** Decrypts a key in PKCS#8 format, as described in RFC 8018. */
  static byte[] pkcs8(byte[] bytes, String passphrase) throws UnusableKeyException {
    DerElement whole = DerElement.of(bytes);
    DerElement scheme = whole.child(0, DerElement.SEQUENCE);
    expect(scheme, PBES2);
    DerElement both = scheme.child(1, DerElement.SEQUENCE);
    DerElement derivation = both.child(0, DerElement.SEQUENCE);
    expect(derivation, PBKDF2);
    DerElement encryption = both.child(1, DerElement.SEQUENCE);
    KeyCipher cipher = known(CIPHERS, encryption);
    DerElement parameters = derivation.child(1, DerElement.SEQUENCE);
    byte[] salt = parameters.child(0, DerElement.OCTET_STRING).content();
    int rounds = rounds(parameters.child(1, DerElement.INTEGER).content());
    DerElement last = parameters.children().get(parameters.children().size() - 1);
    String hash = last.tag() == DerElement.SEQUENCE ? known(HASHES, last) : "SHA1";
    if (salt.length == 0) {
      throw UnusableKeyException.damaged();
    }
    int bits = cipher.keyLength * Byte.SIZE;
    var spec = new PBEKeySpec(passphrase.toCharArray(), salt, rounds, bits);
    byte[] plain;
    try {
      var factory = SecretKeyFactory.getInstance("PBKDF2WithHmac" + hash);
      byte[] iv = encryption.child(1, DerElement.OCTET_STRING).content();
      byte[] key = factory.generateSecret(spec).getEncoded();
      plain = cipher.decrypt(key, iv, whole.child(1, DerElement.OCTET_STRING).content());
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
    if (rounds.signum() <= 0 || rounds.compareTo(MAX_ROUNDS) > 0) {
      throw UnusableKeyException.damaged();
    }
    return rounds.intValueExact();
  }

  private static void expect(DerElement algorithm, String wanted) throws UnusableKeyException {
    known(Map.of(wanted, wanted), algorithm);
  }

  private static <T> T known(Map<String, T> names, DerElement algorithm)
      throws UnusableKeyException {
    String name = algorithm.child(0, DerElement.OBJECT_IDENTIFIER).objectIdentifier();
    T known = names.get(name);
    if (known == null) {
      throw UnusableKeyException.unsupported(UNSUPPORTED.getOrDefault(name, name));
    }
    return known;
  }
}
