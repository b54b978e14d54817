package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.Cipher;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.KeyExchange;
import com.jcraft.jsch.MAC;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.Signature;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.SecurityOptions;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.support.CryptoProviders;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The algorithms to offer to the server. */
final class Algorithms {
  private static final String USER_KEYS = "PubkeyAcceptedAlgorithms";
  private static final String CIPHERS = ",aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc";
  private static final String MACS = ",hmac-sha1-96,hmac-md5,hmac-md5-96";

  /** What is added to JSch's lists for servers of the 2000s. */
  private static final Map<String, String> LEGACY =
      Map.of(
          "kex",
          ",diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1"
              + ",diffie-hellman-group1-sha1",
          "server_host_key",
          ",ssh-rsa",
          "cipher.c2s",
          CIPHERS,
          "cipher.s2c",
          CIPHERS,
          "mac.c2s",
          MACS,
          "mac.s2c",
          MACS);

  private final ConnectionOptions options;

  /**
   * Checks the algorithm names in the options.
   *
   * @throws IllegalArgumentException if a name is unknown, or needs Bouncy Castle and that is
   *     missing
   */
  Algorithms(ConnectionOptions options) {
    this.options = options;
    check("ciphers", options.ciphers(), Cipher.class);
    check("macs", options.macs(), MAC.class);
    check("keyExchanges", options.keyExchanges(), KeyExchange.class);
    check("hostKeyAlgorithms", options.hostKeyAlgorithms(), Signature.class);
  }

  /**
   * Configures a session to offer these algorithms. Returns false if no host key algorithm is left.
   *
   * @param excludedKeyTypes types of host keys not to request, such as "ssh-rsa"
   */
  boolean applyTo(Session session, Set<String> excludedKeyTypes) {
    if (options.legacyAlgorithms()) {
      LEGACY.forEach((key, names) -> session.setConfig(key, session.getConfig(key) + names));
      session.setConfig(USER_KEYS, session.getConfig(USER_KEYS) + ",ssh-rsa");
    }
    set(session, options.ciphers(), "cipher.c2s", "cipher.s2c");
    set(session, options.macs(), "mac.c2s", "mac.s2c");
    set(session, options.keyExchanges(), "kex");
    set(session, options.hostKeyAlgorithms(), "server_host_key");
    // Host certificates are left out, since their authorities are not checked here.
    String hostKeys =
        Arrays.stream(session.getConfig("server_host_key").split(","))
            .filter(name -> !options.hostKeyAlgorithms().isEmpty() || !name.contains("-cert-"))
            .filter(name -> !excludedKeyTypes.contains(keyType(name)))
            .collect(Collectors.joining(","));
    session.setConfig("server_host_key", hostKeys);
    if (options.compression()) {
      // jzlib is JSch's default. Its alternative, over the JDK's zlib, is faster, but leaves bytes
      // behind in packets that were partially flushed, as OpenSSH's are.
      session.setConfig("zlib@openssh.com", "com.jcraft.jsch.jzlib.Compression");
      set(session, List.of("zlib@openssh.com", "none"), "compression.c2s", "compression.s2c");
    } else {
      set(session, List.of("none"), "compression.c2s", "compression.s2c");
    }
    return !hostKeys.isEmpty();
  }

  /** Returns the key type that a signature algorithm uses. */
  private static String keyType(String algorithm) {
    return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
  }

  /** Returns the algorithms that a session has offered. */
  static SecurityOptions offered(JschLog log) {
    return new SecurityOptions(
        algorithmNames(String.join(",", log.proposed("KEX algorithms"))),
        log.proposed("host key algorithms"),
        log.proposed("ciphers c2s"),
        log.proposed("MACs c2s"),
        log.proposed("compression c2s"));
  }

  private static void set(Session session, List<String> names, String... keys) {
    if (!names.isEmpty()) {
      for (String key : keys) {
        session.setConfig(key, String.join(",", names));
      }
    }
  }

  private static void check(String option, List<String> names, Class<?> type) {
    for (String name : names) {
      if (!isKnown(name, type)) {
        throw new IllegalArgumentException(option + ": unknown algorithm \"" + name + '"');
      }
      if (needsBouncyCastle(name)) {
        throw new IllegalArgumentException(
            option + ": \"" + name + "\" needs Bouncy Castle (bcprov) on the class path");
      }
    }
  }

  private static boolean isLegacy(String name) {
    return LEGACY.values().stream().anyMatch(names -> List.of(names.split(",")).contains(name));
  }

  private static boolean isKnown(String name, Class<?> type) {
    String implementation = JSch.getConfig(name);
    return implementation != null
        && implementation.startsWith("com.")
        && implementsType(type, implementation);
  }

  private static boolean needsBouncyCastle(String name) {
    return String.valueOf(JSch.getConfig(name)).startsWith("com.jcraft.jsch.bc.")
        && !CryptoProviders.hasBouncyCastle();
  }

  /** Returns a message that lists what both sides offer, and which option would help. */
  String noCommonAlgorithm(JSchAlgoNegoFailException failure) {
    List<String> ours = algorithmNames(failure.getJSchProposal());
    List<String> theirs = algorithmNames(failure.getServerProposal());
    return switch (failure.getAlgorithmName()) {
      case "kex" ->
          noneInCommon(
              "key exchange method",
              ours,
              theirs,
              "keyExchanges",
              options.keyExchanges(),
              KeyExchange.class);
      case "server_host_key" ->
          noneInCommon(
              "host key algorithm",
              ours,
              theirs,
              "hostKeyAlgorithms",
              options.hostKeyAlgorithms(),
              Signature.class);
      case "cipher.c2s", "cipher.s2c" ->
          noneInCommon("cipher", ours, theirs, "ciphers", options.ciphers(), Cipher.class);
      case "mac.c2s", "mac.s2c" ->
          noneInCommon(
              "message authentication code", ours, theirs, "macs", options.macs(), MAC.class);
      default ->
          noneInCommon("compression", ours, theirs)
              + (theirs.contains("none") ? "" : "; compression(true) may work");
    };
  }

  private static String noneInCommon(
      String what,
      List<String> ours,
      List<String> theirs,
      String option,
      List<String> given,
      Class<?> type) {
    List<String> known = theirs.stream().filter(name -> isKnown(name, type)).toList();
    String help =
        known.stream()
            .filter(name -> !needsBouncyCastle(name))
            .findFirst()
            .map(
                name ->
                    given.isEmpty() && isLegacy(name)
                        ? "legacyAlgorithms(true) would work"
                        : option + "(\"" + name + "\") would work")
            .orElse("none of the server's is supported here");
    boolean lacksBouncyCastle = known.stream().allMatch(Algorithms::needsBouncyCastle);
    return noneInCommon(what, ours, theirs)
        + "; "
        + (lacksBouncyCastle && !known.isEmpty()
            ? known.get(0) + " needs Bouncy Castle (bcprov) on the class path"
            : help);
  }

  private static String noneInCommon(String what, List<String> ours, List<String> theirs) {
    return "no "
        + what
        + " in common: this side offers "
        + String.join(",", ours)
        + ", the server "
        + String.join(",", theirs);
  }

  /**
   * Returns the algorithms in a proposal, without the markers that announce protocol extensions.
   */
  private static List<String> algorithmNames(String proposal) {
    return Arrays.stream(proposal.split(","))
        .filter(name -> !name.startsWith("ext-info-") && !name.startsWith("kex-strict-"))
        .toList();
  }

  private static boolean implementsType(Class<?> type, String implementation) {
    try {
      return type.isAssignableFrom(
          Class.forName(implementation, false, JSch.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
