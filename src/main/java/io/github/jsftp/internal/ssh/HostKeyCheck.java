package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.UserInfo;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.pipeline.Failures;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Judges the host key of one session, and remembers what was wrong with it. */
final class HostKeyCheck implements HostKeyRepository {
  private static final int SSH_PORT = 22;

  private final HostKeys rule;
  private final Failures failures;
  private final String plainHost;
  private final String host;
  private final List<Path> files;
  private volatile @Nullable IOException refusal;

  HostKeyCheck(HostKeys rule, String host, int port, Failures failures) {
    this.rule = rule;
    this.failures = failures;
    plainHost = host.toLowerCase(Locale.ROOT);
    this.host = port == SSH_PORT ? plainHost : "[" + plainHost + "]:" + port;
    files =
        rule.rule() == HostKeys.Rule.KNOWN_HOSTS && rule.files().isEmpty()
            ? List.of(LocalFiles.ssh("known_hosts"), Path.of("/etc/ssh/ssh_known_hosts"))
            : rule.files();
  }

  /** Returns why the key was refused, or null if it was not. */
  @Nullable IOException refusal() {
    return refusal;
  }

  @Override
  public int check(String jschHost, byte[] key) {
    try {
      IOException problem = judge(key);
      refusal = problem;
      return problem == null ? OK : NOT_INCLUDED;
    } catch (IOException e) {
      String problem = "can't use " + describeFiles() + " (" + LocalFiles.why(e) + ")";
      refusal = failures.connection("connect", null, problem, e);
      return NOT_INCLUDED;
    }
  }

  private @Nullable IOException judge(byte[] key) throws IOException {
    return switch (rule.rule()) {
      case ANY -> null;
      case FINGERPRINT ->
          Fingerprint.of(key).equals(rule.fingerprint()) ? null : otherFingerprint(key);
      case KNOWN_HOSTS -> judge(KnownHosts.read(files), key);
      case ACCEPT_NEW -> acceptNew(key);
    };
  }

  private @Nullable IOException acceptNew(byte[] key) throws IOException {
    IOException problem = judge(KnownHosts.read(files), key);
    if (problem instanceof HostKeyException refused && refused.reason() == Reason.UNKNOWN) {
      // Another program may add the host at this very moment: judge again under the lock.
      return KnownHostsFile.append(
          files.get(0), () -> judge(KnownHosts.read(files), key), line(key));
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
    String port =
        host.equals(plainHost) ? "" : "-p " + host.substring(host.lastIndexOf(':') + 1) + " ";
    return refuse(
        Reason.UNKNOWN,
        key,
        "host key of "
            + host
            + " is unknown ("
            + name(key)
            + "); check it and add it to "
            + files.get(0)
            + " with ssh-keyscan "
            + port
            + plainHost
            + ", or use HostKeys.acceptNew(..)");
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
            + name(key)
            + ", not "
            + rule.fingerprint()
            + "); a server with several keys shows the one of the first of hostKeyAlgorithms(..)");
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
      KnownHosts known = KnownHosts.read(files);
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
