package io.github.jsftp.internal.ssh.hostkeys;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.config.SshDirectory;
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
 * Judges the host keys that a server shows while one session is opened, and remembers what was
 * wrong with them.
 */
public final class HostKeyCheck implements HostKeyRepository {
  private static final int SSH_PORT = 22;

  private final HostKeys rule;
  private final Failures failures;
  private final AtomicReference<byte @Nullable []> pinned;
  private final String plainHost;
  private final String host;
  private final List<Path> files;
  private final List<byte[]> shown = new CopyOnWriteArrayList<>();
  private volatile @Nullable IOException refusal;

  /**
   * Judges by a rule.
   *
   * @param pinned the key that has the fingerprint asked for, once it is known
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
            ? usualFiles(failures)
            : expanded(rule.files(), failures);
  }

  private static List<Path> usualFiles(Failures failures) throws IOException {
    try {
      var files = new ArrayList<>(SshDirectory.ssh("known_hosts"));
      files.add(Path.of("/etc/ssh/ssh_known_hosts"));
      return files;
    } catch (FileSystemException e) {
      String problem = "can't look for ~/.ssh/known_hosts: " + e.getMessage();
      throw failures.connection("connect", null, problem, e);
    }
  }

  private static List<Path> expanded(List<Path> files, Failures failures) throws IOException {
    var expanded = new ArrayList<Path>();
    for (Path file : files) {
      try {
        expanded.add(SshDirectory.expanded(file));
      } catch (IOException e) {
        String problem = "can't use " + file + " (" + SshDirectory.why(e) + ")";
        throw failures.connection("connect", null, problem, e);
      }
    }
    return expanded;
  }

  /**
   * Begins a further attempt to be shown the key asked for by its fingerprint, which does not tell
   * its type. Returns the types that the server has other keys of.
   */
  public Set<String> begin() {
    refusal = null;
    return otherTypes();
  }

  /** Returns the types of keys shown that were not the one asked for by its fingerprint. */
  public Set<String> otherTypes() {
    return shown.stream().map(Fingerprint::type).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the exception for a server that has no key of a further type, null for any other. */
  public @Nullable IOException noneIsAskedFor() {
    return shown.isEmpty() ? null : otherFingerprint(shown.get(0));
  }

  /** Returns why the key was refused, or null if it was not. */
  public @Nullable IOException refusal() {
    return refusal;
  }

  @Override
  public int check(String jschHost, byte[] key) {
    try {
      IOException problem = judge(key);
      refusal = problem;
      return problem == null ? OK : NOT_INCLUDED;
    } catch (IOException e) {
      String problem = "can't use " + describeFiles() + " (" + SshDirectory.why(e) + ")";
      refusal = failures.connection("connect", null, problem, e);
      return NOT_INCLUDED;
    }
  }

  private @Nullable IOException judge(byte[] key) throws IOException {
    return switch (rule.rule()) {
      case ANY -> null;
      case FINGERPRINT -> judgeFingerprint(key);
      case KNOWN_HOSTS -> judge(known(), key);
      case ACCEPT_NEW -> acceptNew(key);
    };
  }

  private KnownHosts known() throws IOException {
    return KnownHostsFile.read(files, List.of(host, plainHost));
  }

  private @Nullable IOException judgeFingerprint(byte[] key) {
    if (Fingerprint.of(key).equals(rule.fingerprint())) {
      pinned.set(key);
      return null;
    }
    shown.add(key);
    return otherFingerprint(key);
  }

  private @Nullable IOException acceptNew(byte[] key) throws IOException {
    IOException problem = judge(known(), key);
    if (problem instanceof HostKeyException refused && refused.reason() == Reason.UNKNOWN) {
      // Another program may add the host at this very moment: judge again under the lock.
      return KnownHostsFile.append(
          files.get(0), List.of(host, plainHost), known -> judge(known, key), line(key));
    }
    return problem;
  }

  private @Nullable IOException judge(KnownHosts known, byte[] key) {
    List<KnownHosts.Line> lines = known.about(host);
    List<KnownHosts.Line> plain = host.equals(plainHost) ? List.of() : known.about(plainHost);
    if (has(lines, key, true) || has(plain, key, true)) {
      return refuse(
          Reason.REVOKED, key, "host key of " + host + " is marked @revoked (" + name(key) + ")");
    }
    if (has(lines, key, false)) {
      return null;
    }
    List<KnownHosts.Line> others = lines.stream().filter(line -> !line.revoked()).toList();
    if (!others.isEmpty()) {
      return changed(key, others);
    }
    // Like ssh: a key known for the host without its port will do, but not make others wrong.
    return has(plain, key, false) ? null : unknown(key);
  }

  private static boolean has(List<KnownHosts.Line> lines, byte[] key, boolean revoked) {
    return lines.stream()
        .anyMatch(line -> line.revoked() == revoked && Arrays.equals(line.blob(), key));
  }

  private IOException unknown(byte[] key) {
    return refuse(
        Reason.UNKNOWN,
        key,
        "host key of "
            + host
            + " is unknown ("
            + name(key)
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

  private IOException changed(byte[] key, List<KnownHosts.Line> known) {
    String others =
        known.stream()
            .map(line -> line.type() + " " + Fingerprint.of(line.blob()) + " in " + line.file())
            .distinct()
            .collect(Collectors.joining(", "));
    return refuse(
        Reason.CHANGED,
        key,
        "host key of "
            + host
            + " is not the one known ("
            + name(key)
            + "; known is "
            + others
            + "): the server was set up anew, or somebody is in between");
  }

  private IOException otherFingerprint(byte[] key) {
    return refuse(
        Reason.CHANGED,
        key,
        "host key of "
            + host
            + " is not the one asked for ("
            + shown.stream().map(HostKeyCheck::name).collect(Collectors.joining(", "))
            + ", not "
            + rule.fingerprint()
            + ")");
  }

  private HostKeyException refuse(Reason reason, byte[] key, String problem) {
    return new HostKeyException(
        failures.details("connect", null, problem),
        failures.host(),
        failures.port(),
        reason,
        Fingerprint.of(key),
        line(key),
        null);
  }

  private static String name(byte[] key) {
    return Fingerprint.type(key) + " " + Fingerprint.of(key);
  }

  private String line(byte[] key) {
    return host + " " + Fingerprint.type(key) + " " + Base64.getEncoder().encodeToString(key);
  }

  private String describeFiles() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  /** Tells JSch which types of keys are known, so that it asks the server for these first. */
  @Override
  public HostKey[] getHostKey(@Nullable String jschHost, @Nullable String type) {
    var keys = new ArrayList<HostKey>();
    try {
      byte[] key = pinned.get();
      if (key != null) {
        return new HostKey[] {new HostKey(host, key)};
      }
      KnownHosts known = known();
      var lines = new ArrayList<>(known.about(host));
      lines.addAll(known.about(plainHost));
      for (KnownHosts.Line line : lines) {
        if (!line.revoked() && (type == null || type.equals(line.type()))) {
          keys.add(new HostKey(host, line.blob()));
        }
      }
    } catch (IOException | JSchException e) {
      // Only a matter of order; check() tells what is wrong.
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
