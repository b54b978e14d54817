package io.github.jsftp.internal.ssh.keys;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.support.CryptoProviders;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads private keys. JSch trusts the numbers in a key file: a single damaged byte could make it
 * allocate gigabytes, or derive a key for days. So all lengths and counts are checked first, and
 * JSch receives the key re-encoded from what was checked.
 */
public final class KeyFile {
  private static final byte[] OPENSSH_MAGIC =
      "openssh-key-v1\0".getBytes(StandardCharsets.US_ASCII);
  private static final Pattern UNAVAILABLE =
      Pattern.compile("(?:cipher|kdf) (\\S+) is not avail.*");
  private static final List<String> EDWARDS_CURVES = List.of("1.3.101.112", "1.3.101.113");

  /** This many rounds of bcrypt take about a minute. ssh-keygen's default is 24. */
  private static final int MAX_ROUNDS = 10_000;

  private final JSch jsch = new JSch();
  private final Passphrase passphrase;
  private byte @Nullable [] publicKey;

  private KeyFile(Passphrase passphrase) {
    this.passphrase = passphrase;
  }

  /**
   * Reads a key.
   *
   * @param file the content of the key file
   * @param passphrase the passphrase; null or empty if none is given
   */
  public static KeyPair read(byte[] file, @Nullable String passphrase) throws UnusableKeyException {
    return readWith(file, Passphrase.of(passphrase));
  }

  /** Reads a key, as {@link #read(byte[], String)} does, and gets the passphrase if needed. */
  public static KeyPair readWith(byte[] file, Passphrase passphrase) throws UnusableKeyException {
    var key = new KeyFile(passphrase);
    try {
      return key.read(KeyText.of(file));
    } catch (UnusableKeyException e) {
      throw e.of(key.publicKey);
    }
  }

  private KeyPair read(String text) throws UnusableKeyException {
    if (text.startsWith(PuttyKey.START)) {
      return load(PuttyKey.checked(text));
    }
    KeyText key = KeyText.find(text);
    byte[] body = key.body();
    String label = key.label();
    if (!key.cipher().isEmpty()) {
      body = KeyDecryption.pem(key.cipher(), key.iv(), body, passphrase());
    }
    switch (label) {
      case "OPENSSH PRIVATE KEY" -> checkOpenSsh(body);
      case "RSA PRIVATE KEY", "DSA PRIVATE KEY", "EC PRIVATE KEY" -> DerElement.of(body);
      case "PRIVATE KEY" -> checkPkcs8(body);
      case "ENCRYPTED PRIVATE KEY" -> {
        label = "PRIVATE KEY";
        body = KeyDecryption.pkcs8(body, passphrase());
        checkPkcs8(body);
      }
      default -> throw UnusableKeyException.noKey("is of an unsupported type: " + label);
    }
    return load(KeyText.write(label, body));
  }

  private String passphrase() throws UnusableKeyException {
    String given = passphrase.get();
    if (given == null || given.isEmpty()) {
      throw UnusableKeyException.noPassphrase();
    }
    return given;
  }

  private void checkOpenSsh(byte[] body) throws UnusableKeyException {
    int start = OPENSSH_MAGIC.length;
    if (body.length < start || !Arrays.equals(body, 0, start, OPENSSH_MAGIC, 0, start)) {
      throw UnusableKeyException.damaged();
    }
    var in = ByteBuffer.wrap(body, start, body.length - start);
    String cipher = new String(SshStrings.next(in), StandardCharsets.ISO_8859_1);
    SshStrings.next(in); // the name of the key derivation
    var derivation = ByteBuffer.wrap(SshStrings.next(in));
    if (!cipher.equals("none")) {
      SshStrings.next(derivation); // the salt
      int rounds = derivation.remaining() == Integer.BYTES ? derivation.getInt() : 0;
      if (rounds < 1 || rounds > MAX_ROUNDS) {
        throw UnusableKeyException.damaged();
      }
    }
    if (in.remaining() < Integer.BYTES || in.getInt() != 1) {
      throw UnusableKeyException.damaged();
    }
    byte[] half = SshStrings.next(in);
    SshStrings.check(half);
    SshStrings.next(in); // the private half
    publicKey = half;
    String type = Fingerprint.type(half);
    if (type.startsWith("sk-")) {
      throw UnusableKeyException.locked(
          "belongs to a security key ("
              + Printable.of(type)
              + "), which only an ssh-agent can use; add it with"
              + " ssh-add");
    }
  }

  private static void checkPkcs8(byte[] body) throws UnusableKeyException {
    DerElement key = DerElement.of(body);
    String kind =
        key.child(1, DerElement.SEQUENCE).child(0, DerElement.OBJECT_IDENTIFIER).objectIdentifier();
    DerElement.of(key.child(2, DerElement.OCTET_STRING).content());
    if (EDWARDS_CURVES.contains(kind) && !CryptoProviders.hasBouncyCastle()) {
      throw UnusableKeyException.needsBouncyCastle("is an Ed25519 or Ed448 key in PKCS#8 format");
    }
  }

  private KeyPair load(byte[] text) throws UnusableKeyException {
    KeyPair pair;
    try {
      pair = KeyPair.load(jsch, text, null);
    } catch (JSchException e) {
      Matcher unavailable = UNAVAILABLE.matcher(String.valueOf(e.getMessage()));
      if (unavailable.matches()) {
        String what = unavailable.group(1);
        throw e.getCause() instanceof LinkageError
            ? UnusableKeyException.needsBouncyCastle("is encrypted with " + what)
            : UnusableKeyException.unsupported(Printable.of(what));
      }
      // JSch's message and cause may contain parts of the key.
      throw UnusableKeyException.damaged();
    } catch (RuntimeException e) {
      throw UnusableKeyException.damaged();
    } finally {
      Arrays.fill(text, (byte) 0);
    }
    if (pair == null) {
      throw UnusableKeyException.damaged();
    }
    if (pair.isEncrypted()
        && !decrypted(pair, passphrase(), StandardCharsets.UTF_8)
        && !decrypted(pair, passphrase(), StandardCharsets.ISO_8859_1)) {
      throw UnusableKeyException.wrongPassphrase();
    }
    return pair;
  }

  private static boolean decrypted(KeyPair pair, String passphrase, Charset charset) {
    byte[] bytes = passphrase.getBytes(charset);
    try {
      return pair.decrypt(bytes);
    } catch (RuntimeException e) {
      return false;
    } finally {
      Arrays.fill(bytes, (byte) 0);
    }
  }
}
