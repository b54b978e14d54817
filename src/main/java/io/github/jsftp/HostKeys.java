package io.github.jsftp;

import io.github.jsftp.internal.options.HostKeyRule;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A rule for accepting a server's host key. Immutable and safe to share between threads. Two rules
 * are equal if they are of the same kind, with the same files, keys or fingerprints.
 *
 * <p>In a path, a leading {@code ~} stands for the home directory. As in ssh_config, {@code
 * Path.of("none")} stands for no file.
 */
public final class HostKeys {
  static {
    HostKeyRule.grantAccess(keys -> keys.rule);
  }

  private final HostKeyRule rule;

  private HostKeys(HostKeyRule rule) {
    this.rule = rule;
  }

  /**
   * Accepts only host keys in known_hosts files. A missing file counts as empty.
   *
   * <p>A host certificate is also accepted if an {@code @cert-authority} line in these files
   * matches the host and has the authority that signed the certificate.
   *
   * @param files the files; if none is given, those that ssh reads by default: {@code known_hosts}
   *     and {@code known_hosts2} in {@code ~/.ssh}, {@code ssh_known_hosts} and {@code
   *     ssh_known_hosts2} in {@code /etc/ssh}, or on Windows in {@code %ProgramData%\ssh}
   */
  public static HostKeys knownHosts(Path... files) {
    return new HostKeys(HostKeyRule.inFiles(HostKeyRule.Kind.KNOWN_HOSTS, files));
  }

  /**
   * Accepts the same host keys as {@link #knownHosts}, and the key of a host that is in none of the
   * files. That key is added to the first file, as by ssh with {@code
   * StrictHostKeyChecking=accept-new}; the file is created if it is missing. A changed key is
   * rejected.
   *
   * @param files the files; if none is given, those of {@link #knownHosts}, of which {@code
   *     ~/.ssh/known_hosts} is the first
   * @throws IllegalArgumentException if the first file is {@code none}
   */
  public static HostKeys acceptNew(Path... files) {
    return new HostKeys(HostKeyRule.inFiles(HostKeyRule.Kind.ACCEPT_NEW, files));
  }

  /**
   * Accepts only the given host keys. Only key types of these are requested from the server.
   *
   * @param keys each like {@code "ssh-ed25519 AAAA..."}, as in the server's {@code
   *     /etc/ssh/ssh_host_ed25519_key.pub} or the output of {@code ssh-keyscan}; give the old and
   *     the new one while a server's key is being replaced
   * @throws IllegalArgumentException if no key is given, or one is malformed
   */
  public static HostKeys key(String... keys) {
    return new HostKeys(HostKeyRule.keys(keys));
  }

  /**
   * Accepts only the host keys with these fingerprints.
   *
   * @param sha256 each "SHA256:" and 43 characters, as printed by {@code ssh-keygen -l}; give the
   *     old and the new one while a server's key is being replaced
   * @throws IllegalArgumentException if no fingerprint is given, or one is malformed
   */
  public static HostKeys fingerprint(String... sha256) {
    return new HostKeys(HostKeyRule.fingerprints(sha256));
  }

  /**
   * Accepts any host key. Offers no protection against man-in-the-middle attacks: use it only for
   * temporary servers on the same machine.
   */
  public static HostKeys acceptAnyInsecurely() {
    return new HostKeys(HostKeyRule.any());
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HostKeys keys && rule.equals(keys.rule);
  }

  @Override
  public int hashCode() {
    return rule.hashCode();
  }

  /** Returns a description, such as "known hosts in hosts.txt, new ones added". */
  @Override
  public String toString() {
    return rule.toString();
  }
}
