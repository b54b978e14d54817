package io.github.jsftp.internal.ssh.hostkeys;

import com.jcraft.jsch.HostKey;
import com.jcraft.jsch.HostKeyRepository;
import com.jcraft.jsch.UserInfo;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.internal.options.HostKeyRule;
import io.github.jsftp.internal.options.HostKeyRule.Kind;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.hostkeys.KnownHosts.Entry;
import io.github.jsftp.internal.ssh.hostkeys.KnownHosts.Marker;
import io.github.jsftp.internal.ssh.support.OpenSshCertificate;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Checks the host keys that a server presents while one session is opened, and records why a key
 * was refused. JSch checks only that the server owns the key. This class decides whether the key or
 * its certificate is trusted.
 */
public final class HostKeyCheck implements HostKeyRepository {
  private final HostKeyRule rule;
  private final Failures failures;
  private final AtomicReference<byte @Nullable []> pinned;
  private final HostNames names;
  private final List<Path> files;
  private final List<Path> revokedFiles;
  private final HostKeyRefusals refusals;
  private final List<byte[]> mismatched = new CopyOnWriteArrayList<>();
  private volatile Set<String> requestedTypes = Set.of();
  private volatile boolean certificatesRejected;
  private volatile boolean mayShowAnother;
  private volatile @Nullable IOException refusal;
  private volatile @Nullable PresentedCertificate presented;

  /**
   * Creates a check that follows the rule of the options.
   *
   * @param pinned the key that matches the expected fingerprint, once one has been seen; shared by
   *     all sessions
   */
  public HostKeyCheck(
      ConnectionOptions options, Failures failures, AtomicReference<byte @Nullable []> pinned)
      throws IOException {
    this.rule = HostKeyRule.of(options.hostKeys());
    this.failures = failures;
    this.pinned = pinned;
    names = HostNames.of(options);
    files = rule.files() == null ? defaultFiles(failures) : expandTilde(rule.files(), failures);
    revokedFiles = expandTilde(options.revokedHostKeys(), failures);
    refusals = new HostKeyRefusals(failures, names, files);
  }

  private static List<Path> defaultFiles(Failures failures) throws IOException {
    try {
      var files = new ArrayList<>(SshDirectory.files("known_hosts", "known_hosts2"));
      files.addAll(SshDirectory.systemFiles("ssh_known_hosts", "ssh_known_hosts2"));
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

  /** Begins an attempt to connect. */
  public void beginAttempt() {
    refusal = null;
    presented = null;
    mayShowAnother = false;
  }

  /** Returns true if the server may show another key in a further attempt. */
  public boolean mayShowAnother() {
    return mayShowAnother;
  }

  /**
   * Returns the host key algorithms to offer, the best first: those whose type of key is known for
   * the host come first. Certificates are requested only if an authority for the host is known, and
   * then before all others.
   *
   * @param configured the algorithms to choose from
   */
  public List<String> offered(List<String> configured) {
    List<String> offered = offeredByRule(configured);
    requestedTypes = new HashSet<>();
    for (String name : offered) {
      requestedTypes.add(keyType(name));
    }
    return offered;
  }

  private List<String> offeredByRule(List<String> configured) {
    var withoutCertificates = new ArrayList<String>();
    var certificates = new ArrayList<String>();
    for (String name : configured) {
      (OpenSshCertificate.isAlgorithm(name) ? certificates : withoutCertificates).add(name);
    }
    // Where only certificates are configured, their keys are checked like others.
    List<String> plain = withoutCertificates.isEmpty() ? configured : withoutCertificates;
    return switch (rule.kind()) {
      case ANY -> plain;
      case KEY -> {
        Set<String> types =
            rule.pins().stream()
                .map(pin -> pin.substring(0, pin.indexOf(' ')))
                .collect(Collectors.toSet());
        yield plain.stream().filter(name -> types.contains(keyType(name))).toList();
      }
      case FINGERPRINT -> {
        byte[] key = pinned.get();
        Set<String> excluded = mismatchedTypes();
        yield knownFirst(
            plain.stream().filter(name -> !excluded.contains(keyType(name))).toList(),
            key == null ? Set.of() : Set.of(Fingerprint.type(key)));
      }
      case KNOWN_HOSTS, ACCEPT_NEW -> offeredForKnown(certificates, withoutCertificates);
    };
  }

  private List<String> offeredForKnown(List<String> certificates, List<String> plain) {
    KnownHosts known;
    try {
      known = readKnownHosts();
    } catch (FileSystemException e) {
      return plain; // check() reports the failure
    }
    var types = new HashSet<String>();
    for (Entry entry : known.all(Marker.NONE)) {
      types.add(entry.type());
    }
    if (certificatesRejected || (known.all(Marker.CERT_AUTHORITY).isEmpty() && !plain.isEmpty())) {
      return knownFirst(plain, types);
    }
    presented = new PresentedCertificate();
    var offered = new ArrayList<>(certificates);
    offered.addAll(knownFirst(plain, types));
    return offered;
  }

  private static List<String> knownFirst(List<String> names, Set<String> knownTypes) {
    var known = new ArrayList<String>();
    var others = new ArrayList<String>();
    for (String name : names) {
      (knownTypes.contains(keyType(name)) ? known : others).add(name);
    }
    known.addAll(others);
    return known;
  }

  /** Returns the key type that a signature algorithm uses. */
  private static String keyType(String algorithm) {
    String plain = OpenSshCertificate.plainAlgorithm(algorithm);
    return plain.startsWith("rsa-sha2-") ? "ssh-rsa" : plain;
  }

  /** Records bytes from the server. They contain its certificate, if it has one. */
  public void received(byte[] bytes, int offset, int length) {
    PresentedCertificate current = presented;
    if (current != null) {
      current.received(bytes, offset, length);
    }
  }

  private Set<String> mismatchedTypes() {
    return mismatched.stream().map(Fingerprint::type).collect(Collectors.toUnmodifiableSet());
  }

  /** Returns the exception for a rule that leaves no host key algorithm to offer. */
  public IOException nothingToOffer() {
    if (certificatesRejected) {
      return refusals.userCertificate();
    }
    return mismatched.isEmpty()
        ? refusals.notOffered(rule.pins())
        : refusals.mismatch(mismatched, rule.pins());
  }

  /**
   * Returns the exception for a server that has no key of the types requested, or null if that is
   * not known to be due to the rule.
   *
   * @param serverOffers the server's host key algorithms; empty if they are unknown
   */
  public @Nullable IOException noSuchType(List<String> serverOffers) {
    if (!mismatched.isEmpty()) {
      return refusals.mismatch(mismatched, rule.pins());
    }
    return rule.kind() == Kind.KEY && !serverOffers.isEmpty()
        ? refusals.noSuchType(rule.pins(), serverOffers)
        : null;
  }

  /**
   * Returns the exception for a certificate that JSch does not even pass to {@link #check}, since
   * it is a user's. A further attempt requests none.
   */
  public IOException rejectCertificates() {
    mayShowAnother = !certificatesRejected;
    certificatesRejected = true;
    return refusals.userCertificate();
  }

  /** Returns why the key was refused, or null if it was not. */
  public @Nullable IOException refusal() {
    return refusal;
  }

  @Override
  public int check(String jschHost, byte[] key) {
    try {
      refusal = checkByRule(key);
    } catch (FileSystemException e) {
      String problem = "can't use " + e.getFile() + " (" + SshDirectory.reason(e) + ")";
      refusal = failures.connection("connect", null, problem, e);
    }
    presented = null;
    return refusal == null ? OK : NOT_INCLUDED;
  }

  private @Nullable IOException checkByRule(byte[] key) throws FileSystemException {
    // JSch accepts any type, whatever was negotiated.
    if (!requestedTypes.contains(Fingerprint.type(key))) {
      return failures.connection("connect", null, refusals.notRequested(key), null);
    }
    PresentedCertificate seen = presented;
    HostCertificate certificate = seen == null ? null : seen.of(key);
    IOException revoked = checkRevoked(key, certificate);
    if (revoked != null) {
      return revoked;
    }
    return switch (rule.kind()) {
      case ANY -> null;
      case KEY -> checkKey(key);
      case FINGERPRINT -> checkFingerprint(key);
      case KNOWN_HOSTS -> checkKnown(readKnownHosts(), key, certificate);
      case ACCEPT_NEW -> acceptNew(key, certificate);
    };
  }

  private @Nullable IOException checkRevoked(byte[] key, @Nullable HostCertificate certificate) {
    List<byte[]> keys = certificate == null ? List.of(key) : List.of(key, certificate.authority());
    try {
      String place = RevokedKeys.find(revokedFiles, keys);
      return place == null ? null : refusals.revoked(key, place);
    } catch (FileSystemException e) {
      return failures.connection("connect", null, refusals.unusable(e), e);
    }
  }

  private KnownHosts readKnownHosts() throws FileSystemException {
    return KnownHostsFile.read(files, names.lookups());
  }

  private @Nullable IOException checkKey(byte[] key) {
    return rule.pins().contains(HostKeyRefusals.keyText(key))
        ? null
        : refusals.mismatch(List.of(key), rule.pins());
  }

  private @Nullable IOException checkFingerprint(byte[] key) {
    if (rule.pins().contains(Fingerprint.of(key))) {
      pinned.set(key);
      return null;
    }
    mismatched.add(key);
    mayShowAnother = true;
    return refusals.mismatch(mismatched, rule.pins());
  }

  private @Nullable IOException acceptNew(byte[] key, @Nullable HostCertificate certificate)
      throws FileSystemException {
    IOException problem = checkKnown(readKnownHosts(), key, certificate);
    if (!isNew(problem)) {
      return problem;
    }
    // Another program may be adding the host right now, so the key is checked again under the lock.
    return KnownHostsFile.append(
        files.get(0),
        names.lookups(),
        known -> checkKnown(known, key, certificate),
        refusals.knownHostsLine(key));
  }

  /**
   * Returns true if a host was refused only because it is not known. As with ssh, a certificate
   * that is not valid does not prevent the key from being added.
   */
  static boolean isNew(@Nullable IOException problem) {
    return problem instanceof HostKeyException refused
        && switch (refused.reason()) {
          case UNKNOWN, INVALID_CERTIFICATE -> true;
          case CHANGED, MISMATCH, REVOKED -> false;
        };
  }

  private @Nullable IOException checkKnown(
      KnownHosts known, byte[] key, @Nullable HostCertificate certificate) {
    for (Entry entry : known.all(Marker.REVOKED)) {
      if (entry.has(key) || (certificate != null && entry.has(certificate.authority()))) {
        return refusals.revoked(key, entry.place());
      }
    }
    String problem = certificate == null ? null : problem(known, certificate);
    if (certificate != null && problem == null) {
      return null;
    }
    // As in ssh, the key alone counts if its certificate does not. A key known for the host without
    // port is accepted as well, but a different one is no mismatch.
    for (String name : names.lookups()) {
      if (contains(known.about(name, Marker.NONE), key)) {
        return null;
      }
    }
    List<Entry> others = known.about(names.host(), Marker.NONE);
    if (!others.isEmpty()) {
      return refusals.changed(key, others, problem);
    }
    if (certificatesRejected) {
      return refusals.unknown(key, HostCertificate.NOT_FOR_HOSTS, true);
    }
    boolean trusted = certificate != null && isTrusted(known, certificate);
    return refusals.unknown(key, problem, trusted);
  }

  private static boolean contains(List<Entry> entries, byte[] key) {
    for (Entry entry : entries) {
      if (entry.has(key)) {
        return true;
      }
    }
    return false;
  }

  private static boolean isTrusted(KnownHosts known, HostCertificate certificate) {
    return contains(known.all(Marker.CERT_AUTHORITY), certificate.authority());
  }

  /** Returns why a certificate is not accepted, or null if it is. */
  private @Nullable String problem(KnownHosts known, HostCertificate certificate) {
    return isTrusted(known, certificate)
        ? certificate.problem(names.principal(), Instant.now())
        : "its authority, "
            + HostKeyRefusals.describe(certificate.authority())
            + ", is not known for this host";
  }

  private String describeFiles() {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  /**
   * Returns no key, so that JSch itself trusts no certificate. It then passes the certified key to
   * {@link #check}.
   */
  @Override
  public HostKey[] getHostKey(@Nullable String jschHost, @Nullable String type) {
    return new HostKey[0];
  }

  @Override
  public HostKey[] getHostKey() {
    return new HostKey[0];
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
