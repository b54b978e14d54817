package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.OpenSshCertificate;
import io.github.jsftp.internal.ssh.support.PatternList;
import io.github.jsftp.internal.ssh.support.WireReader.MalformedException;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A certificate that a server has presented. It is checked here, since JSch reports neither the
 * certificate nor what is wrong with it, and does not know patterns in principals.
 */
final class HostCertificate {
  /** What is wrong with a certificate of a user. */
  static final String NOT_FOR_HOSTS = "it is a user's certificate, not a host's";

  private final OpenSshCertificate fields;

  private HostCertificate(OpenSshCertificate fields) {
    this.fields = fields;
  }

  /** Returns the certificate, or null if it is malformed or no certificate. */
  static @Nullable HostCertificate parse(byte[] blob) {
    try {
      return new HostCertificate(new OpenSshCertificate(blob));
    } catch (MalformedException e) {
      return null;
    }
  }

  /** Returns the plain public key that is certified. */
  byte[] publicKey() {
    return fields.publicKey();
  }

  /** Returns the public key of the authority that has signed the certificate. */
  byte[] authority() {
    return fields.authority();
  }

  /**
   * Returns why the certificate does not prove that its key belongs to the host, or null if it
   * does, provided that the authority is trusted.
   *
   * @param host a name in lower case, without port
   */
  @Nullable String problem(String host, Instant now) {
    if (!fields.isForHosts()) {
      return NOT_FOR_HOSTS;
    }
    String timeProblem = fields.timeProblem(now);
    if (timeProblem != null) {
      return "it " + timeProblem;
    }
    if (fields.principals().isEmpty()) {
      return "it names no host";
    }
    if (fields.principals().stream().noneMatch(each -> PatternList.matchesPattern(each, host))) {
      return "it is for "
          + Printable.of(String.join(", ", fields.principals()))
          + ", not for "
          + host;
    }
    if (!fields.criticalOptions().isEmpty()) {
      return "it has critical options, which are not supported";
    }
    return CertificateSignature.problem(fields.authority(), fields.signed(), fields.signature());
  }
}
