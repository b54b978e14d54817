package io.github.jsftp.internal.ssh.support;

import io.github.jsftp.internal.ssh.support.WireReader.MalformedException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of an OpenSSH certificate of a host or a user. None of them has been verified. */
public final class OpenSshCertificate {
  private static final String SUFFIX = "-cert-v01@openssh.com";
  private static final String DOMAIN = "@openssh.com";
  private static final int FOR_USERS = 1;
  private static final int FOR_HOSTS = 2;

  private final String type;
  private final byte[] publicKey;
  private final int role;
  private final List<String> principals;
  private final long validAfter; // seconds since 1970, unsigned
  private final long validBefore; // the same
  private final List<String> criticalOptions;
  private final byte[] authority;
  private final byte[] signed;
  private final byte[] signature;

  /**
   * Reads a certificate.
   *
   * @throws MalformedException if it is malformed or no certificate
   */
  public OpenSshCertificate(byte[] blob) throws MalformedException {
    var in = new WireReader(blob);
    type = in.text();
    if (!isAlgorithm(type)) {
      throw new MalformedException("it is no certificate");
    }
    String plain = plainAlgorithm(type);
    in.string(); // the nonce
    int keyStart = in.position();
    PublicKeyFormat.readFields(plain, in);
    publicKey = publicKey(plain, Arrays.copyOfRange(blob, keyStart, in.position()));
    in.uint64(); // the serial number
    role = in.uint32();
    in.string(); // the key id
    principals = texts(in.string());
    validAfter = in.uint64();
    validBefore = in.uint64();
    criticalOptions = texts(in.string());
    in.string(); // the extensions
    in.string(); // reserved
    authority = in.string();
    signed = Arrays.copyOf(blob, in.position());
    signature = in.string();
    in.end();
  }

  /** Returns true if the name of a key type or an algorithm is one for certificates. */
  public static boolean isAlgorithm(String name) {
    return name.endsWith(SUFFIX);
  }

  /**
   * Returns the key type or the algorithm of the signature that one for certificates is for; the
   * name itself if it is not for certificates.
   */
  public static String plainAlgorithm(String name) {
    if (!isAlgorithm(name)) {
      return name;
    }
    String plain = name.substring(0, name.length() - SUFFIX.length());
    return plain.startsWith("sk-") ? plain + DOMAIN : plain;
  }

  private static byte[] publicKey(String type, byte[] fields) {
    byte[] name = type.getBytes(StandardCharsets.US_ASCII);
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).array());
    bytes.writeBytes(name);
    bytes.writeBytes(fields);
    return bytes.toByteArray();
  }

  private static List<String> texts(byte[] packed) throws MalformedException {
    var in = new WireReader(packed);
    var texts = new ArrayList<String>();
    while (in.hasMore()) {
      texts.add(in.text());
    }
    return List.copyOf(texts);
  }

  /** Returns the type, such as "ssh-ed25519-cert-v01@openssh.com". */
  public String type() {
    return type;
  }

  /** Returns the plain public key that is certified. */
  public byte[] publicKey() {
    return publicKey.clone();
  }

  public boolean isForUsers() {
    return role == FOR_USERS;
  }

  public boolean isForHosts() {
    return role == FOR_HOSTS;
  }

  /** Returns the users or hosts that are certified. */
  public List<String> principals() {
    return principals;
  }

  /** Returns names and values of the critical options, in turn. */
  public List<String> criticalOptions() {
    return criticalOptions;
  }

  /** Returns the public key of the authority that has signed the certificate. */
  public byte[] authority() {
    return authority.clone();
  }

  /** Returns the bytes that are signed. */
  public byte[] signed() {
    return signed.clone();
  }

  public byte[] signature() {
    return signature.clone();
  }

  /** Returns why the certificate is not valid now, as in "has expired, on ..", or null if it is. */
  public @Nullable String timeProblem(Instant now) {
    long seconds = now.getEpochSecond();
    if (Long.compareUnsigned(seconds, validAfter) < 0) {
      return "is not yet valid, until " + time(validAfter);
    }
    return Long.compareUnsigned(seconds, validBefore) >= 0
        ? "has expired, on " + time(validBefore)
        : null;
  }

  private static String time(long seconds) {
    return Long.compareUnsigned(seconds, Instant.MAX.getEpochSecond()) > 0
        ? "the end of time"
        : Instant.ofEpochSecond(seconds).toString();
  }
}
