package io.github.jsftp.internal.ssh.hostkeys;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the host keys that a server presents while one session is opened, and records why a key
 * was refused.
 */
public final class HostKeyCheck implements HostKeyRepository {
  private static final int SSH_PORT = 22;

  private final HostKeys rule;
  private final Failures failures;
  private final AtomicReference<byte @Nullable []> pinned;
  private final String plainHost;
  private final String host;
  private final List<Path> files;
  private final List<byte[]> mismatched = new CopyOnWriteArrayList<>();
  private volatile @Nullable IOException refusal;

  /**
   * Creates a check that follows a rule.
   *
   * @param pinned the key that matches the expected fingerprint, once one has been seen; shared by
   *     all sessions
   */
  public HostKeyCheck(
      HostKeys rule,
      String host,
      int port,
      Failures failures,
      AtomicReference<byte @Nullable []> pinned)
      throws IOException {
    this.rule = rule;
    this.failures = failures;
    this.pinned = pinned;
    plainHost = LiteralAddress.canonical(host);
    this.host = port == SSH_PORT ? plainHost : "[" + plainHost + "]:" + port;
    files =
        rule.rule() == HostKeys.Rule.KNOWN_HOSTS && rule.files().isEmpty()
            ? defaultFiles(failures)
            : expandTilde(rule.files(), failures);
  }

  private static List<Path> defaultFiles(Failures failures) throws IOException {
    try {
      var files = new ArrayList<>(SshDirectory.files("known_hosts"));
      files.add(Path.of("/etc/ssh/ssh_known_hosts"));
      return files;
    } catch (FileSystemException e) {
      String problem = "can't look for ~/.ssh/known_hosts: " + e.getMessage();
      throw failures.connection("connect", null, problem, e);
    }
  }

  private static List<Path> expandTilde(List<Path> files, Failures failures) throws IOException {
    var expanded = new ArrayList<Path>();
    for (Path file : files) {
      try {
        expanded.add(SshDirectory.expandTilde(file));
      } catch (IOException e) {
        String problem = "can't use " + file + " (" + SshDirectory.reason(e) + ")";
        throw failures.connection("connect", null, problem, e);
      }
    }
    return expanded;
  }

  /**
   * Begins an attempt to connect. Returns the types of the keys seen so far that do not match the
   * expected fingerprint; the server must not be asked for these again.
   */
  public Set<String> beginAttempt() {
    refusal = null;
    return mismatchedTypes();
  }

  /** Returns the types of the keys seen that do not match the expected fingerprint. */
  public Set<String> mismatchedTypes() {
    return mismatched.stream().map(Fingerprint::type).collect(Collectors.toUnmodifiableSet());
  }

  /**
   * Returns the exception for a server with no further type of host key, or null if no key has
   * failed to match the expected fingerprint.
   */
  public @Nullable IOException fingerprintMismatch() {
    return mismatched.isEmpty() ? null : fingerprintMismatch(mismatched.get(0));
  }

  /** Returns why the key was refused, or null if it was not. */
  public @Nullable IOException refusal() {
    return refusal;
  }

  @Override
  public int check(String jschHost, byte[] key) {
    try {
      IOException problem = checkByRule(key);
      refusal = problem;
      return problem == null ? OK : NOT_INCLUDED;
    } catch (IOException e) {
      String problem = "can't use " + describeFiles() + " (" + SshDirectory.reason(e) + ")";
      refusal = failures.connection("connect", null, problem, e);
      return NOT_INCLUDED;
    }
  }

  private @Nullable IOException checkByRule(byte[] key) throws IOException {
    return switch (rule.rule()) {
      case ANY -> null;
      case FINGERPRINT -> checkFingerprint(key);
      case KNOWN_HOSTS -> checkKnown(readKnownHosts(), key);
      case ACCEPT_NEW -> acceptNew(key);
    };
  }

  private KnownHosts readKnownHosts() throws IOException {
    return KnownHostsFile.read(files, List.of(host, plainHost));
  }

  private @Nullable IOException checkFingerprint(byte[] key) {
    if (Fingerprint.of(key).equals(rule.fingerprint())) {
      pinned.set(key);
      return null;
    }
    mismatched.add(key);
    return fingerprintMismatch(key);
  }

  private @Nullable IOException acceptNew(byte[] key) throws IOException {
    IOException problem = checkKnown(readKnownHosts(), key);
    if (problem instanceof HostKeyException refused && refused.reason() == Reason.UNKNOWN) {
      // Another program may be adding the host right now, so the key is checked again under the
      // lock.
      return KnownHostsFile.append(
          files.get(0), List.of(host, plainHost), known -> checkKnown(known, key), line(key));
    }
    return problem;
  }

  private @Nullable IOException checkKnown(KnownHosts known, byte[] key) {
    List<KnownHosts.HostKeyEntry> entries = known.about(host);
    List<KnownHosts.HostKeyEntry> withoutPort =
        host.equals(plainHost) ? List.of() : known.about(plainHost);
    if (contains(entries, key, true) || contains(withoutPort, key, true)) {
      return refusal(
          Reason.REVOKED,
          key,
          "host key of " + host + " is marked @revoked (" + describe(key) + ")");
    }
    if (contains(entries, key, false)) {
      return null;
    }
    List<KnownHosts.HostKeyEntry> others =
        entries.stream().filter(entry -> !entry.revoked()).toList();
    if (!others.isEmpty()) {
      return changed(key, others);
    }
    // As in ssh, a key known for the host without port is accepted, but a different one is no
    // mismatch.
    return contains(withoutPort, key, false) ? null : unknown(key);
  }

  private static boolean contains(
      List<KnownHosts.HostKeyEntry> entries, byte[] key, boolean revoked) {
    return entries.stream()
        .anyMatch(entry -> entry.revoked() == revoked && Arrays.equals(entry.blob(), key));
  }

  private IOException unknown(byte[] key) {
    return refusal(
        Reason.UNKNOWN,
        key,
        "host key of "
            + host
            + " is unknown ("
            + describe(key)
            + "); check it and add it with '"
            + commandToAdd()
            + "', or use HostKeys.acceptNew(..)");
  }

  private String commandToAdd() {
    Path file = files.get(0);
    Path directory = file.toAbsolutePath().getParent();
    String port =
        host.equals(plainHost) ? "" : "-p " + host.substring(host.lastIndexOf(':') + 1) + " ";
    return (directory == null || Files.isDirectory(directory)
            ? ""
            : "mkdir -p " + directory + " && ")
        + "ssh-keyscan "
        + port
        + plainHost
        + " >> "
        + file;
  }

  private IOException changed(byte[] key, List<KnownHosts.HostKeyEntry> known) {
    String others =
        known.stream()
            .map(entry -> entry.type() + " " + Fingerprint.of(entry.blob()) + " in " + entry.file())
            .distinct()
            .collect(Collectors.joining(", "));
    return refusal(
        Reason.CHANGED,
        key,
        "host key of "
            + host
            + " has changed (it is "
            + describe(key)
            + ", known is "
            + others
            + "): the server was reinstalled, or this is a man-in-the-middle attack");
  }

  private IOException fingerprintMismatch(byte[] key) {
    return refusal(
        Reason.CHANGED,
        key,
        "host key of "
            + host
            + " does not match the fingerprint ("
            + mismatched.stream().map(HostKeyCheck::describe).collect(Collectors.joining(", "))
            + ", not "
            + rule.fingerprint()
            + ")");
  }

  private HostKeyException refusal(Reason reason, byte[] key, String problem) {
    return new HostKeyException(
        failures.details("connect", null, problem),
        failures.host(),
        failures.port(),
        reason,
        Fingerprint.of(key),
        line(key),
        null);
  }

  private static String describe(byte[] key) {
    return Fingerprint.type(key) + " " + Fingerprint.of(key);
  }

  private String line(byte[] key) {
    return host + " " + Fingerprint.type(key) + " " + Base64.getEncoder().encodeToString(key);
  }

  private String describeFiles() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  /** Returns the known keys, so that JSch requests their types from the server first. */
  @Override
  public HostKey[] getHostKey(@Nullable String jschHost, @Nullable String type) {
    var keys = new ArrayList<HostKey>();
    try {
      byte[] key = pinned.get();
      if (key != null) {
        return new HostKey[] {new HostKey(host, key)};
      }
      KnownHosts known = readKnownHosts();
      var entries = new ArrayList<>(known.about(host));
      entries.addAll(known.about(plainHost));
      for (KnownHosts.HostKeyEntry entry : entries) {
        if (!entry.revoked() && (type == null || type.equals(entry.type()))) {
          keys.add(new HostKey(host, entry.blob()));
        }
      }
    } catch (IOException | JSchException e) {
      // This affects only the order of types. The failure is reported by check().
    }
    return keys.toArray(HostKey[]::new);
  }

  @Override
  public HostKey[] getHostKey() {
    return getHostKey(null, null);
  }

  @Override
  public void add(HostKey hostkey, UserInfo ui) {}

  @Override
  public void remove(String host, String type) {}

  @Override
  public void remove(String host, String type, byte[] key) {}

  @Override
  public String getKnownHostsRepositoryID() {
    return describeFiles();
  }
}
