package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.HostKeyException;
import io.github.jsftp.HostKeyException.Reason;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.hostkeys.KnownHosts.Entry;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Creates the exceptions for host keys that are not accepted, each with a helpful command. */
final class HostKeyRefusals {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_@%+=:,./-]+");

  private final Failures failures;
  private final HostNames names;
  private final List<Path> files;

  HostKeyRefusals(Failures failures, HostNames names, List<Path> files) {
    this.failures = failures;
    this.names = names;
    this.files = files;
  }

  /**
   * Returns the exception for a host that is in none of the files.
   *
   * @param certificateProblem why its certificate does not count, or null if it has none
   * @param trusted true if the certificate is by a known authority
   */
  HostKeyException unknown(byte[] key, @Nullable String certificateProblem, boolean trusted) {
    String command = commandToAdd(key);
    return refusal(
        trusted ? Reason.INVALID_CERTIFICATE : Reason.UNKNOWN,
        key,
        command,
        certificate(certificateProblem)
            + "host key of "
            + names.host()
            + " is unknown ("
            + describe(key)
            + (files.isEmpty() ? ", and there is no known_hosts file" : ", not in " + list(files))
            + "); check it"
            + (command.isEmpty() ? "" : " and add it with `" + command + "`")
            + ", or use HostKeys.acceptNew(..)");
  }

  /**
   * Returns the exception for a host with another key than those known.
   *
   * @param known the entries of the host
   */
  HostKeyException changed(byte[] key, List<Entry> known, @Nullable String certificateProblem) {
    String others =
        known.stream()
            .map(entry -> describe(entry.key()) + " in " + entry.place())
            .distinct()
            .collect(Collectors.joining(", "));
    String command = commandToRemove(known);
    return refusal(
        Reason.CHANGED,
        key,
        command,
        certificate(certificateProblem)
            + "host key of "
            + names.host()
            + " has changed (it is "
            + describe(key)
            + ", known is "
            + others
            + "): the server was reinstalled, or this is a man-in-the-middle attack; if its owner"
            + " confirms the new key, remove the old one with `"
            + command
            + "`");
  }

  /** Returns the exception for a key, or an authority of a certificate, that is revoked. */
  HostKeyException revoked(byte[] key, String place) {
    return refusal(
        Reason.REVOKED,
        key,
        "",
        "host key of "
            + names.host()
            + ", or the authority that certifies it, is revoked ("
            + describe(key)
            + ", in "
            + place
            + "); do not connect until the server has a new key");
  }

  /** Returns the exception for a server with other keys than the rule accepts. */
  HostKeyException mismatch(List<byte[]> keys, List<String> pins) {
    return refusal(
        Reason.MISMATCH,
        keys.get(0),
        "",
        "host key of "
            + names.host()
            + " does not match ("
            + keys.stream().map(HostKeyRefusals::describe).collect(Collectors.joining(", "))
            + ", not "
            + pins.stream().map(HostKeyRefusals::describePin).collect(Collectors.joining(" or "))
            + "); ask the server's owner which key it has");
  }

  /** Returns the exception for a server that has no key of the type that the rule accepts. */
  HostKeyException noSuchType(List<String> pins, List<String> serverOffers) {
    return withoutKey(
        Reason.MISMATCH,
        "host key of "
            + names.host()
            + " does not match: the server has no key of the type "
            + types(pins)
            + ", it offers "
            + Printable.of(String.join(",", serverOffers)));
  }

  /** Returns the exception for pinned keys whose types are not among the algorithms to offer. */
  HostKeyException notOffered(List<String> pins) {
    return withoutKey(
        Reason.MISMATCH,
        "host keys of the type "
            + types(pins)
            + " can't be requested, since hostKeyAlgorithms has none for them");
  }

  /** Returns the exception for a certificate that is not a host's. */
  HostKeyException userCertificate() {
    return withoutKey(
        Reason.INVALID_CERTIFICATE,
        "host certificate is not valid (" + HostCertificate.NOT_FOR_HOSTS + ")");
  }

  private HostKeyException withoutKey(Reason reason, String problem) {
    return Results.NEW.hostKeyException(
        failures.details("connect", null, problem),
        failures.host(),
        failures.port(),
        reason,
        "",
        "",
        "",
        "",
        null);
  }

  private static String types(List<String> pins) {
    return pins.stream()
        .map(pin -> pin.substring(0, pin.indexOf(' ')))
        .distinct()
        .collect(Collectors.joining(" or "));
  }

  /** Returns the words for a key of another type than those requested. */
  String notRequested(byte[] key) {
    return "the server shows a host key that was not requested (" + describe(key) + ")";
  }

  /** Returns the words for a file of revoked keys that can't be used. */
  String unusable(FileSystemException failure) {
    return "can't use the revoked host keys in "
        + failure.getFile()
        + " ("
        + SshDirectory.reason(failure)
        + ")";
  }

  private HostKeyException refusal(Reason reason, byte[] key, String command, String problem) {
    return Results.NEW.hostKeyException(
        failures.details("connect", null, problem),
        failures.host(),
        failures.port(),
        reason,
        Fingerprint.type(key),
        Fingerprint.of(key),
        knownHostsLine(key),
        command,
        null);
  }

  private static String certificate(@Nullable String problem) {
    return problem == null ? "" : "host certificate is not valid (" + problem + "), and the ";
  }

  /** Returns the type and fingerprint of a key. */
  static String describe(byte[] key) {
    return Printable.of(Fingerprint.type(key)) + " " + Fingerprint.of(key);
  }

  private static String describePin(String pin) {
    int space = pin.indexOf(' ');
    return space < 0 ? pin : describe(Base64.getDecoder().decode(pin.substring(space + 1)));
  }

  /** Returns a key as "type base64". */
  static String keyText(byte[] key) {
    return Fingerprint.type(key) + " " + Base64.getEncoder().encodeToString(key);
  }

  /** Returns the line of known_hosts for a key. */
  String knownHostsLine(byte[] key) {
    return names.host() + " " + keyText(key);
  }

  private String commandToAdd(byte[] key) {
    if (files.isEmpty()) {
      return "";
    }
    Path file = files.get(0);
    Path directory = file.toAbsolutePath().getParent();
    String keys =
        names.scannable()
            ? "ssh-keyscan "
                + (names.hasDefaultPort() ? "" : "-p " + names.port() + " ")
                + quoted(names.address())
            : "echo " + quoted(knownHostsLine(key));
    return (directory == null || Files.isDirectory(directory)
            ? ""
            : "mkdir -p " + quoted(directory.toString()) + " && ")
        + keys
        + " >> "
        + quoted(file.toString());
  }

  /** ssh-keygen removes no lines that name the host by a pattern. */
  private String commandToRemove(List<Entry> entries) {
    Map<Path, List<Entry>> byFile = new LinkedHashMap<>();
    entries.forEach(
        entry -> byFile.computeIfAbsent(entry.file(), file -> new ArrayList<>()).add(entry));
    return byFile.entrySet().stream()
        .map(each -> commandToRemove(each.getKey(), each.getValue()))
        .collect(Collectors.joining(" && "));
  }

  private String commandToRemove(Path file, List<Entry> entries) {
    String name = quoted(file.toString());
    if (entries.stream().noneMatch(entry -> HostPatterns.isPattern(entry.hosts()))) {
      return "ssh-keygen -R " + quoted(names.host()) + " -f " + name;
    }
    return entries.stream()
        .map(entry -> entry.line() + "d")
        .collect(Collectors.joining(";", "sed -i '", "' " + name));
  }

  private static String quoted(String word) {
    return PLAIN.matcher(word).matches() ? word : "'" + word.replace("'", "'\\''") + "'";
  }

  private static String list(List<Path> files) {
    return files.stream().map(Path::toString).collect(Collectors.joining(", "));
  }
}
