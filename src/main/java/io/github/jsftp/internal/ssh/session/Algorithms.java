package io.github.jsftp.internal.ssh.session;

import static java.util.stream.Collectors.joining;

import com.jcraft.jsch.Session;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.OfferedAlgorithms;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.support.AlgorithmList;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** The algorithms to offer to the server. */
final class Algorithms {
  private static final List<String> COMPRESSION = List.of("compression c2s", "compression s2c");

  private final ConnectionOptions options;
  private final Map<AlgorithmKind, List<String>> offered = new EnumMap<>(AlgorithmKind.class);
  private final List<String> leftOut = new ArrayList<>();

  /**
   * Assembles the lists of the options.
   *
   * @throws IllegalArgumentException if a name is unknown, or a list has no name that this JVM can
   *     use
   * @throws IOException if that is so with a list in ssh_config
   */
  Algorithms(ConnectionOptions options) throws IOException {
    this.options = options;
    for (AlgorithmKind kind : AlgorithmKind.values()) {
      offered.put(kind, assemble(kind));
    }
  }

  private List<String> assemble(AlgorithmKind kind) throws IOException {
    AlgorithmList given = kind.given(options);
    List<String> known = kind.known();
    var unknown = new ArrayList<>(given.unknown(known));
    var unsupported = new ArrayList<String>();
    for (String name : unknown) {
      if (AlgorithmKind.isUnsupported(name)) {
        unsupported.add(name);
      }
    }
    unknown.removeAll(unsupported);
    if (!unknown.isEmpty()) {
      throw kind.problem(
          options,
          "unknown algorithm \"" + unknown.get(0) + "\"; known are " + String.join(", ", known));
    }
    List<String> usable = usable(given.assemble(kind.defaults(options.legacyAlgorithms()), known));
    var unusable = new ArrayList<>(given.assemble(List.of(), known));
    unusable.removeAll(usable);
    unusable.addAll(unsupported);
    if (usable.isEmpty()) {
      throw kind.problem(
          options,
          unusable.isEmpty()
              ? "no algorithm is left"
              : unusable.stream().map(AlgorithmKind::lacking).collect(joining(", ")));
    }
    for (String name : unusable) {
      if (given.names().contains(name)) {
        leftOut.add(kind.option + ": " + AlgorithmKind.lacking(name));
      }
    }
    return usable;
  }

  private static List<String> usable(List<String> names) {
    var usable = new ArrayList<String>();
    for (String name : names) {
      if (AlgorithmKind.isUsable(name)) {
        usable.add(name);
      }
    }
    return usable;
  }

  /** Returns the names that the options give and that are not offered, with the reason. */
  List<String> leftOut() {
    return Collections.unmodifiableList(leftOut);
  }

  /**
   * Configures a session to offer these algorithms. Returns false if no host key algorithm is left.
   *
   * @param hostKeyChoice returns those of the host key algorithms to offer, the best first
   */
  boolean applyTo(Session session, UnaryOperator<List<String>> hostKeyChoice) {
    for (var each : offered.entrySet()) {
      set(session, each.getValue(), each.getKey().configKeys);
    }
    // JSch would create a key for each of the others at every login to find out what it can use.
    session.setConfig("CheckKexes", "curve25519-sha256,curve25519-sha256@libssh.org");
    session.setConfig("CheckCiphers", "");
    String hostKeys =
        String.join(
            ",", hostKeyChoice.apply(offered.getOrDefault(AlgorithmKind.HOST_KEY, List.of())));
    session.setConfig("server_host_key", hostKeys);
    if (!hostKeys.contains("ssh-rsa")) {
      // JSch verifies a signature by the algorithm that it names itself, which may be one that was
      // not offered. The verifier of another algorithm rejects it.
      session.setConfig("ssh-rsa", session.getConfig("rsa-sha2-256"));
    }
    List<String> compression = List.of("compression.c2s", "compression.s2c");
    if (options.compression()) {
      // jzlib is JSch's default. Its alternative, over the JDK's zlib, is faster, but leaves bytes
      // behind in packets that were partially flushed, as OpenSSH's are.
      session.setConfig("zlib@openssh.com", "com.jcraft.jsch.jzlib.Compression");
      set(session, List.of("zlib@openssh.com", "none"), compression);
    } else {
      set(session, List.of("none"), compression);
    }
    return !hostKeys.isEmpty();
  }

  private static void set(Session session, List<String> names, List<String> keys) {
    for (String key : keys) {
      session.setConfig(key, String.join(",", names));
    }
  }

  /** Returns the algorithms that a session has offered. */
  static OfferedAlgorithms offered(JschLog log) {
    return Results.NEW.offeredAlgorithms(
        log.proposed("KEX algorithms"),
        log.proposed("host key algorithms"),
        log.proposed("ciphers c2s"),
        log.proposed("MACs c2s"),
        log.proposed("compression c2s"));
  }

  /** Returns a message that lists what both sides offer, and the call that would have worked. */
  String noCommonAlgorithm(JschLog log) {
    Map<AlgorithmKind, List<String>> theirs = new EnumMap<>(AlgorithmKind.class);
    var problems = new ArrayList<String>();
    for (AlgorithmKind kind : AlgorithmKind.values()) {
      kind.logNames.stream()
          .filter(name -> !hasCommon(log, name))
          .findFirst()
          .ifPresent(
              name -> {
                theirs.put(kind, log.proposedByServer(name));
                problems.add(noneInCommon(kind.words, log, name));
              });
    }
    COMPRESSION.stream()
        .filter(name -> !hasCommon(log, name))
        .findFirst()
        .ifPresent(name -> problems.add(noneInCommon("compression", log, name)));
    String remedy =
        theirs.isEmpty() ? "compression(true) may work" : new Remedy(options, theirs).words();
    return String.join("; ", problems) + "; " + remedy;
  }

  private static boolean hasCommon(JschLog log, String logName) {
    return !Collections.disjoint(log.proposed(logName), log.proposedByServer(logName));
  }

  private static String noneInCommon(String what, JschLog log, String logName) {
    return "no "
        + what
        + " in common: this side offers "
        + String.join(",", log.proposed(logName))
        + ", the server "
        + String.join(",", log.proposedByServer(logName));
  }

  /**
   * The option that would have made a negotiation succeed.
   *
   * @param theirs what the server offers, for each kind without a common algorithm
   */
  private record Remedy(ConnectionOptions options, Map<AlgorithmKind, List<String>> theirs) {

    String words() {
      // A server whose host key signs with SHA-1 wants the same of users' keys.
      boolean broad = theirs.size() > 1 || theirs.containsKey(AlgorithmKind.HOST_KEY);
      var calls = new LinkedHashSet<String>();
      var missing = new ArrayList<String>();
      theirs.forEach(
          (kind, names) -> {
            List<String> known = kind.known().stream().filter(names::contains).toList();
            List<String> usable = usable(known);
            if (broad && isLegacyEnough(kind, usable)) {
              calls.add("legacyAlgorithms(true)");
            } else if (!usable.isEmpty()) {
              calls.add(call(kind, usable.get(0)));
            } else if (known.isEmpty()) {
              missing.add("no " + kind.words + " of the server's is supported here");
            } else {
              missing.add(AlgorithmKind.lacking(known.get(0)));
            }
          });
      return missing.isEmpty()
          ? String.join(".", calls) + " would work"
          : String.join("; ", missing);
    }

    private boolean isLegacyEnough(AlgorithmKind kind, List<String> usable) {
      List<String> ours = kind.given(options).assemble(kind.defaults(true), kind.known());
      return !Collections.disjoint(ours, usable);
    }

    private String call(AlgorithmKind kind, String name) {
      String sign = kind.given(options).replacesDefaults() ? "" : "+";
      return kind.option + "(\"" + sign + name + "\")";
    }
  }
}
