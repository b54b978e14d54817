package io.github.jsftp;

import io.github.jsftp.internal.options.HostKeyRule;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A rule for accepting a server's host key. Immutable and safe to share between threads. Two rules
 * are equal if they accept the same keys from the same files.
 *
 * <p>In files, a leading {@code ~} stands for the home directory, and {@code Path.of("none")} for
 * no file, as in ssh_config.
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
   * Accepts only host keys in these known_hosts files. Without an argument, these are the user's
   * and the system's, as with ssh: {@code known_hosts} and {@code known_hosts2} in {@code ~/.ssh},
   * and {@code ssh_known_hosts} and {@code ssh_known_hosts2} in {@code /etc/ssh}. This is the
   * default rule. A missing file counts as empty.
   *
   * <p>If a line {@code @cert-authority} in them matches the host, a host certificate of that
   * authority is accepted, too.
   */
  public static HostKeys knownHosts(Path... files) {
    return new HostKeys(HostKeyRule.inFiles(HostKeyRule.Kind.KNOWN_HOSTS, files));
  }

  /**
   * Accepts the same host keys as {@link #knownHosts}. The key of a host that is in none of the
   * files is accepted and added to the first one, as ssh does with {@code
   * StrictHostKeyChecking=accept-new}. A changed key is rejected. If the first file is missing, it
   * is created; without an argument this is {@code ~/.ssh/known_hosts}.
   *
   * @throws IllegalArgumentException if the first file is {@code none}
   */
  public static HostKeys acceptNew(Path... files) {
    return new HostKeys(HostKeyRule.inFiles(HostKeyRule.Kind.ACCEPT_NEW, files));
  }

  /**
   * Accepts only the given host keys. The server is asked for a key of their types.
   *
   * @param keys each like {@code "ssh-ed25519 AAAA..."}, as in the server's {@code
   *     /etc/ssh/ssh_host_ed25519_key.pub} and in the output of {@code ssh-keyscan}; several while
   *     a server's key is being replaced
   * @throws IllegalArgumentException if there is none, or one is not such a key
   */
  public static HostKeys key(String... keys) {
    return new HostKeys(HostKeyRule.keys(keys));
  }

  /**
   * Accepts only the host keys with these fingerprints.
   *
   * @param sha256 "SHA256:" and 43 characters, as printed by {@code ssh-keygen -l}; several while a
   *     server's key is being replaced
   * @throws IllegalArgumentException if there is none, or one is not such a fingerprint
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
