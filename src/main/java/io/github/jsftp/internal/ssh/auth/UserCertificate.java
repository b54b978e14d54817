package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An OpenSSH certificate of a user's public key. The server decides whether it is valid; its fields
 * explain a refusal.
 */
final class UserCertificate {
  private static final int FOR_USERS = 1;

  /** Far more than any certificate needs. JSch's packets have 32 KiB. */
  private static final int MAX_LENGTH = 16 << 10;

  private final String name;
  private final byte[] blob;
  private final String type;
  private final byte[] publicKey;
  private final int role;
  private final List<String> principals;
  private final long validAfter; // seconds since 1970, unsigned
  private final long validBefore; // the same
  private final List<String> options;
  private final byte[] authority;

  private UserCertificate(String name, byte[] blob) throws UnusableKeyException {
    this.name = name;
    this.blob = blob.clone();
    var in = ByteBuffer.wrap(blob);
    type = text(SshStrings.next(in));
    String plain = SignatureAlgorithms.plain(type);
    SshStrings.next(in); // the nonce
    int start = in.position();
    for (int i = 0; i < fields(plain); i++) {
      SshStrings.next(in);
    }
    publicKey = publicKey(plain, blob, start, in.position());
    number(in, Long.BYTES).getLong(); // the serial number
    role = number(in, Integer.BYTES).getInt();
    SshStrings.next(in); // the key id
    principals = texts(SshStrings.next(in));
    validAfter = number(in, Long.BYTES).getLong();
    validBefore = number(in, Long.BYTES).getLong();
    options = texts(SshStrings.next(in));
    SshStrings.next(in); // the extensions
    SshStrings.next(in); // reserved
    authority = SshStrings.next(in);
    SshStrings.next(in); // the signature
    if (in.hasRemaining()) {
      throw UnusableKeyException.damaged();
    }
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
    if (!SignatureAlgorithms.isCertificate(Fingerprint.type(blob))) {
      throw UnusableKeyException.noKey("is a public key, not a certificate of one");
    }
    if (blob.length > MAX_LENGTH) {
      throw UnusableKeyException.noKey("is larger than any certificate");
    }
    var certificate = new UserCertificate(name, blob);
    if (certificate.role != FOR_USERS) {
      throw UnusableKeyException.noKey("certifies a host, not a user");
    }
    return certificate;
  }

  /** Returns a certificate in the agent, or null if the bytes are a plain key or damaged. */
  static @Nullable UserCertificate ofAgent(String name, byte[] blob) {
    try {
      return SignatureAlgorithms.isCertificate(Fingerprint.type(blob))
          ? new UserCertificate(name, blob)
          : null;
    } catch (UnusableKeyException e) {
      return null;
    }
  }

  /** Returns the number of strings that a public key consists of after its type. */
  private static int fields(String type) throws UnusableKeyException {
    return switch (type) {
      case "ssh-ed25519" -> 1;
      case "ssh-rsa",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "sk-ssh-ed25519@openssh.com" ->
          2;
      case "sk-ecdsa-sha2-nistp256@openssh.com" -> 3;
      case "ssh-dss" -> 4;
      default ->
          throw UnusableKeyException.noKey("is of an unsupported type: " + Printable.of(type));
    };
  }

  private static byte[] publicKey(String type, byte[] certificate, int start, int end) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
    bytes.writeBytes(name);
    bytes.write(certificate, start, end - start);
    return bytes.toByteArray();
  }

  private static ByteBuffer number(ByteBuffer in, int length) throws UnusableKeyException {
    if (in.remaining() < length) {
      throw UnusableKeyException.damaged();
    }
    return in;
  }

  private static List<String> texts(byte[] packed) throws UnusableKeyException {
    var in = ByteBuffer.wrap(packed);
    var texts = new ArrayList<String>();
    while (in.hasRemaining()) {
      texts.add(text(SshStrings.next(in)));
    }
    return List.copyOf(texts);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }

  String name() {
    return name;
  }

  byte[] blob() {
    return blob.clone();
  }

  String type() {
    return type;
  }

  /** Returns the public key that is certified. */
  byte[] publicKey() {
    return publicKey.clone();
  }

  /** Returns why a server may have refused the certificate, as a clause. */
  String hint(String username, Instant now) {
    long seconds = now.getEpochSecond();
    if (Long.compareUnsigned(seconds, validBefore) >= 0) {
      return "certificate " + name + " has expired, on " + time(validBefore);
    }
    if (Long.compareUnsigned(seconds, validAfter) < 0) {
      return "certificate " + name + " is not yet valid, until " + time(validAfter);
    }
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
        + Fingerprint.of(authority)
        + "; TrustedUserCAKeys in its sshd_config names the authorities";
  }

  private static String time(long seconds) {
    return Long.compareUnsigned(seconds, Instant.MAX.getEpochSecond()) > 0
        ? "the end of time"
        : Instant.ofEpochSecond(seconds).toString();
  }
}
