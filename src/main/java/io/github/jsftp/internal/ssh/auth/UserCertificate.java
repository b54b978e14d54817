package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.keys.PublicKeyText;
import io.github.jsftp.internal.ssh.keys.UnusableKeyException;
import io.github.jsftp.internal.ssh.support.OpenSshCertificate;
import io.github.jsftp.internal.ssh.support.WireReader.MalformedException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An OpenSSH certificate of a user's public key. The server decides whether it is valid; its fields
 * explain a refusal.
 */
final class UserCertificate {
  /** Far more than any certificate needs. JSch's packets have 32 KiB. */
  private static final int MAX_LENGTH = 16 << 10;

  private final String name;
  private final byte[] blob;
  private final OpenSshCertificate fields;

  private UserCertificate(String name, byte[] blob) throws MalformedException {
    this.name = name;
    this.blob = blob.clone();
    fields = new OpenSshCertificate(blob);
  }

  /**
   * Reads a certificate for users.
   *
   * @param name what the messages call it
   * @param file the content of its file
   * @throws UnusableKeyException if it is none
   */
  static UserCertificate read(String name, byte[] file) throws UnusableKeyException {
    byte[] blob = PublicKeyText.decode(file);
    if (blob == null) {
      throw UnusableKeyException.noKey("is not an OpenSSH certificate");
    }
    if (!OpenSshCertificate.isAlgorithm(Fingerprint.type(blob))) {
      throw UnusableKeyException.noKey("is a public key, not a certificate of one");
    }
    if (blob.length > MAX_LENGTH) {
      throw UnusableKeyException.noKey("is larger than any certificate");
    }
    try {
      var certificate = new UserCertificate(name, blob);
      if (!certificate.fields.isForUsers()) {
        throw UnusableKeyException.noKey("certifies a host, not a user");
      }
      return certificate;
    } catch (MalformedException e) {
      throw UnusableKeyException.damaged();
    }
  }

  /** Returns a certificate in the agent, or null if the bytes are a plain key or damaged. */
  static @Nullable UserCertificate ofAgent(String name, byte[] blob) {
    try {
      return OpenSshCertificate.isAlgorithm(Fingerprint.type(blob))
          ? new UserCertificate(name, blob)
          : null;
    } catch (MalformedException e) {
      return null;
    }
  }

  String name() {
    return name;
  }

  byte[] blob() {
    return blob.clone();
  }

  String type() {
    return fields.type();
  }

  /** Returns the public key that is certified. */
  byte[] publicKey() {
    return fields.publicKey();
  }

  /** Returns why a server may have refused the certificate, as a clause. */
  String hint(String username, Instant now) {
    String timeProblem = fields.timeProblem(now);
    if (timeProblem != null) {
      return "certificate " + name + " " + timeProblem;
    }
    List<String> principals = fields.principals();
    if (principals.isEmpty()) {
      return "certificate " + name + " names no user, and most servers require one";
    }
    if (!principals.contains(username)) {
      return "certificate "
          + name
          + " is for "
          + Printable.of(String.join(", ", principals))
          + ", not for "
          + username;
    }
    List<String> options = fields.criticalOptions();
    int address = options.indexOf("source-address") + 1;
    if (address > 0 && address < options.size()) {
      // The value is a string within a string; its length is not printed.
      return "certificate "
          + name
          + " is valid only from "
          + Printable.of(options.get(address).replaceFirst("(?s)^.{4}", ""));
    }
    return "the server may not trust the authority that signed certificate "
        + name
        + ", "
        + Fingerprint.of(fields.authority())
        + "; TrustedUserCAKeys in its sshd_config names the authorities";
  }
}
