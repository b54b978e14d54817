package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.hostkeys.WireReader.MalformedException;
import io.github.jsftp.internal.ssh.support.PatternList;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An OpenSSH certificate that a server has presented. It is checked here, since JSch reports
 * neither the certificate nor what is wrong with it, and does not know patterns in principals.
 */
final class HostCertificate {
  /** What is wrong with a certificate of a user. */
  static final String NOT_FOR_HOSTS = "it is a user's certificate, not a host's";

  private static final String SUFFIX = "-cert-v01@openssh.com";
  private static final int FOR_HOSTS = 2;

  private final String type;
  private final byte[] publicKey;
  private final byte[] signed;
  private final byte[] authority;
  private final byte[] signature;
  private final int role;
  private final long validAfter; // seconds since 1970, unsigned
  private final long validBefore; // the same
  private final List<String> principals;
  private final boolean hasCriticalOptions;

  private HostCertificate(byte[] blob) throws MalformedException {
    var in = new WireReader(blob);
    String name = in.text();
    if (!name.endsWith(SUFFIX)) {
      throw new MalformedException("it is no certificate");
    }
    type = name.substring(0, name.length() - SUFFIX.length());
    in.string(); // the nonce
    int keyStart = in.position();
    PublicKeyFormat.readFields(type, in);
    publicKey = publicKey(type, Arrays.copyOfRange(blob, keyStart, in.position()));
    in.uint64(); // the serial number
    role = in.uint32();
    in.string(); // the key id
    principals = strings(in.string());
    validAfter = in.uint64();
    validBefore = in.uint64();
    hasCriticalOptions = in.string().length > 0;
    in.string(); // the extensions
    in.string(); // reserved
    authority = in.string();
    signed = Arrays.copyOf(blob, in.position());
    signature = in.string();
    in.end();
  }

  /** Returns true if a name of a host key algorithm is one for certificates. */
  static boolean isAlgorithm(String name) {
    return name.endsWith(SUFFIX);
  }

  /** Returns the name of the algorithm for plain keys that corresponds to one for certificates. */
  static String plainAlgorithm(String name) {
    return isAlgorithm(name) ? name.substring(0, name.length() - SUFFIX.length()) : name;
  }

  /** Returns the certificate, or null if it is malformed or no certificate. */
  static @Nullable HostCertificate parse(byte[] blob) {
    try {
      return new HostCertificate(blob);
    } catch (MalformedException e) {
      return null;
    }
  }

  private static byte[] publicKey(String type, byte[] fields) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeInt(type.length());
      out.write(type.getBytes(StandardCharsets.US_ASCII));
      out.write(fields);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // never for a byte array
    }
    return bytes.toByteArray();
  }

  private static List<String> strings(byte[] packed) throws MalformedException {
    var in = new WireReader(packed);
    var strings = new ArrayList<String>();
    while (in.hasMore()) {
      strings.add(in.text());
    }
    return List.copyOf(strings);
  }

  /** Returns the plain public key that is certified. */
  byte[] publicKey() {
    return publicKey;
  }

  /** Returns the public key of the authority that has signed the certificate. */
  byte[] authority() {
    return authority;
  }

  /**
   * Returns why the certificate does not prove that its key belongs to the host, or null if it
   * does, provided that the authority is trusted.
   *
   * @param host a name in lower case, without port
   */
  @Nullable String problem(String host, Instant now) {
    if (role != FOR_HOSTS) {
      return NOT_FOR_HOSTS;
    }
    long seconds = now.getEpochSecond();
    if (Long.compareUnsigned(seconds, validAfter) < 0) {
      return "it is not yet valid, until " + time(validAfter);
    }
    if (Long.compareUnsigned(seconds, validBefore) >= 0) {
      return "it has expired, on " + time(validBefore);
    }
    if (principals.isEmpty()) {
      return "it names no host";
    }
    if (principals.stream().noneMatch(each -> PatternList.matchesPattern(each, host))) {
      return "it is for " + Printable.of(String.join(", ", principals)) + ", not for " + host;
    }
    if (hasCriticalOptions) {
      return "it has critical options, which are not supported";
    }
    return CertificateSignature.problem(authority, signed, signature);
  }

  private static String time(long seconds) {
    return Long.compareUnsigned(seconds, Instant.MAX.getEpochSecond()) > 0
        ? "the end of time"
        : Instant.ofEpochSecond(seconds).toString();
  }
}
