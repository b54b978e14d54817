package io.github.jsftp;

import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A rule for accepting a server's host key. Immutable and safe to share between threads. */
public final class HostKeys {
  private static final Pattern SHA256 = Pattern.compile("SHA256:[A-Za-z0-9+/]{43}=?");

  private final Rule rule;
  private final List<Path> files;
  private final String fingerprint;

  /** The kinds of rules. */
  public enum Rule {
    /** Accepts only keys in the known_hosts files. */
    KNOWN_HOSTS,
    /**
     * Accepts keys in the known_hosts file. The key of a host that is not in the file is accepted
     * and added to it.
     */
    ACCEPT_NEW,
    /** Accepts only the key with the given fingerprint. */
    FINGERPRINT,
    /** Accepts any key. */
    ANY
  }

  private HostKeys(Rule rule, List<Path> files, String fingerprint) {
    this.rule = rule;
    this.files = List.copyOf(files);
    this.fingerprint = fingerprint;
  }

  /**
   * Accepts only host keys in these known_hosts files. Without an argument, these are the user's
   * and the system's, as with ssh: {@code ~/.ssh/known_hosts} and {@code /etc/ssh/ssh_known_hosts}.
   * This is the default rule. A missing file counts as empty.
   */
  public static HostKeys knownHosts(Path... files) {
    return new HostKeys(Rule.KNOWN_HOSTS, List.of(files), "");
  }

  /**
   * Accepts host keys in this known_hosts file, and adds the key of a host that is not in it, as
   * ssh does with {@code StrictHostKeyChecking=accept-new}. A changed key is rejected. A missing
   * file is created.
   */
  public static HostKeys acceptNew(Path file) {
    return new HostKeys(Rule.ACCEPT_NEW, List.of(file), "");
  }

  /**
   * Accepts only the host key with this fingerprint.
   *
   * @param sha256 "SHA256:" and 43 characters, as printed by {@code ssh-keygen -l}
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
   * Accepts any host key. Offers no protection against man-in-the-middle attacks: use it only for
   * temporary servers on the same machine.
   */
  public static HostKeys acceptAnyInsecurely() {
    return new HostKeys(Rule.ANY, List.of(), "");
  }

  /** Returns the kind of this rule. */
  public Rule rule() {
    return rule;
  }

  /** Returns the known_hosts files; empty for the default files. */
  public List<Path> files() {
    return files;
  }

  /** Returns the required fingerprint; empty for other kinds of rules. */
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
