package io.github.jsftp;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** How a server's host key is judged. Immutable and safe to share between threads. */
public final class HostKeys {
  private static final Pattern SHA256 = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");

  private final Rule rule;
  private final List<Path> files;
  private final String fingerprint;

  /** The ways to judge. */
  public enum Rule {
    /** Only keys in the known_hosts files. */
    KNOWN_HOSTS,
    /**
     * Keys in the known_hosts file, and any key of a host that is not in it, which is then added.
     */
    ACCEPT_NEW,
    /** Only the key with the given fingerprint. */
    FINGERPRINT,
    /** Any key at all. */
    ANY
  }

  private HostKeys(Rule rule, List<Path> files, String fingerprint) {
    this.rule = rule;
    this.files = List.copyOf(files);
    this.fingerprint = fingerprint;
  }

  /**
   * Accepts only host keys that stand in these known_hosts files; without an argument in the user's
   * and the system's, as ssh does: {@code ~/.ssh/known_hosts} and {@code /etc/ssh/ssh_known_hosts}.
   * This is the default. A file that does not exist counts as empty.
   */
  public static HostKeys knownHosts(Path... files) {
    return new HostKeys(Rule.KNOWN_HOSTS, List.of(files), "");
  }

  /**
   * Accepts host keys that stand in this known_hosts file, and adds the key of a host that is not
   * in it yet, as ssh's {@code StrictHostKeyChecking=accept-new} does. A changed key is refused.
   * The file is created if it does not exist.
   */
  public static HostKeys acceptNew(Path file) {
    return new HostKeys(Rule.ACCEPT_NEW, List.of(file), "");
  }

  /**
   * Accepts only the host key with this fingerprint.
   *
   * @param sha256 "SHA256:" and 43 characters, as {@code ssh-keygen -l} prints it
   * @throws IllegalArgumentException if it is not such a fingerprint
   */
  public static HostKeys fingerprint(String sha256) {
    if (!SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(
          "fingerprint must be SHA256: and 43 characters as ssh-keygen -l prints it, not: "
              + sha256);
    }
    return new HostKeys(
        Rule.FINGERPRINT, List.of(), sha256.endsWith("=") ? sha256.substring(0, 50) : sha256);
  }

  /**
   * Accepts any host key, and so anybody in between. For throw-away servers on the same machine
   * only.
   */
  public static HostKeys acceptAnyInsecurely() {
    return new HostKeys(Rule.ANY, List.of(), "");
  }

  /** Returns the way in which keys are judged. */
  public Rule rule() {
    return rule;
  }

  /** Returns the known_hosts files; empty for the usual ones. */
  public List<Path> files() {
    return files;
  }

  /** Returns the fingerprint asked for, empty if the rule is another. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public String toString() {
    return switch (rule) {
      case KNOWN_HOSTS -> files.isEmpty() ? "known hosts" : "known hosts in " + files;
      case ACCEPT_NEW -> "known hosts in " + files + ", new ones added";
      case FINGERPRINT -> fingerprint;
      case ANY -> "any host key, insecurely";
    };
  }
}
