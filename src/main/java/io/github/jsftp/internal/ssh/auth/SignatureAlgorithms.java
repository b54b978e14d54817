package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.support.AlgorithmList;
import io.github.jsftp.internal.ssh.support.AlgorithmProblem;
import io.github.jsftp.internal.ssh.support.OpenSshCertificate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The signature algorithms that the user's keys may use, in order of preference. */
final class SignatureAlgorithms {
  private static final String SHA1 = "ssh-rsa";

  /** OpenSSH's defaults. Only an agent signs with keys whose type begins with "sk-". */
  private static final List<String> DEFAULTS =
      List.of(
          "ssh-ed25519-cert-v01@openssh.com",
          "ecdsa-sha2-nistp256-cert-v01@openssh.com",
          "ecdsa-sha2-nistp384-cert-v01@openssh.com",
          "ecdsa-sha2-nistp521-cert-v01@openssh.com",
          "sk-ssh-ed25519-cert-v01@openssh.com",
          "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
          "rsa-sha2-512-cert-v01@openssh.com",
          "rsa-sha2-256-cert-v01@openssh.com",
          "ssh-ed25519",
          "ecdsa-sha2-nistp256",
          "ecdsa-sha2-nistp384",
          "ecdsa-sha2-nistp521",
          "sk-ssh-ed25519@openssh.com",
          "sk-ecdsa-sha2-nistp256@openssh.com",
          "rsa-sha2-512",
          "rsa-sha2-256");

  private static final List<String> LEGACY =
      List.of("ssh-rsa-cert-v01@openssh.com", "ssh-dss-cert-v01@openssh.com", SHA1, "ssh-dss");

  private static final List<String> OTHERS =
      List.of("ssh-ed448", "webauthn-sk-ecdsa-sha2-nistp256@openssh.com");

  private final List<String> accepted;

  /**
   * Assembles the list of the options.
   *
   * @throws IllegalArgumentException if a name is unknown, or no name is left
   * @throws IOException if that is so with a list in ssh_config
   */
  SignatureAlgorithms(ConnectionOptions options) throws IOException {
    AlgorithmList given = AlgorithmList.of(options.publicKeyAlgorithms());
    var known = new ArrayList<>(DEFAULTS);
    known.addAll(LEGACY);
    known.addAll(OTHERS);
    if (!given.unknown(known).isEmpty()) {
      throw problem(
          options,
          "unknown algorithm \""
              + given.unknown(known).get(0)
              + "\"; known are "
              + String.join(", ", known));
    }
    accepted =
        given.assemble(
            options.legacyAlgorithms()
                ? Stream.concat(DEFAULTS.stream(), LEGACY.stream()).toList()
                : DEFAULTS,
            known);
    if (accepted.isEmpty()) {
      throw problem(options, "no algorithm is left");
    }
  }

  private static IOException problem(ConnectionOptions options, String problem) {
    return AlgorithmProblem.of(
        options,
        "publicKeyAlgorithms",
        "PubkeyAcceptedAlgorithms",
        options.publicKeyAlgorithms(),
        problem);
  }

  /**
   * Returns the algorithm to sign with, or null if no accepted one suits the key and the server. As
   * in ssh, an RSA key signs with the first accepted algorithm that the server announces. If the
   * server announces none, SHA-1 is used if it is accepted.
   *
   * @param type the type of the key
   * @param announced the algorithms that the server announces; empty if it announces none
   */
  @Nullable String choose(String type, List<String> announced) {
    if (accepted.contains(type)
        && keyType(type).equals(type)
        && (announced.isEmpty() || !isRsa(type))) {
      return type;
    }
    for (String name : accepted) {
      if (keyType(name).equals(type)
          && (announced.isEmpty()
              || announced.contains(name)
              || announced.contains(OpenSshCertificate.plainAlgorithm(name)))) {
        return name;
      }
    }
    return null;
  }

  /** Returns why {@link #choose} has returned null, and what to do. */
  static String problem(String type, List<String> announced) {
    if (!isRsa(type)) {
      return "keys of type "
          + type
          + " are not offered; publicKeyAlgorithms(\"+"
          + type
          + "\") offers them";
    }
    List<String> theirs =
        announced.stream()
            .filter(name -> keyType(OpenSshCertificate.plainAlgorithm(name)).equals(SHA1))
            .toList();
    if (theirs.isEmpty()) {
      return "the server announces no algorithm for RSA keys";
    }
    return theirs.stream().allMatch(name -> OpenSshCertificate.plainAlgorithm(name).equals(SHA1))
        ? "the server accepts signatures of RSA keys with SHA-1 only; legacyAlgorithms(true) offers"
            + " them"
        : "publicKeyAlgorithms has none of the server's for RSA keys, " + String.join(", ", theirs);
  }

  private static boolean isRsa(String type) {
    return OpenSshCertificate.plainAlgorithm(type).equals(SHA1);
  }

  /** Returns the type of the keys that an algorithm signs with. */
  private static String keyType(String algorithm) {
    return algorithm.replaceFirst("^rsa-sha2-(256|512)", SHA1);
  }
}
