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
import io.github.jsftp.internal.ssh.config.CryptoProviders;
import io.github.jsftp.internal.ssh.log.JschLog;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The algorithms to offer. */
final class Algorithms {
  private final ConnectionOptions options;

  /**
   * Checks the names in the options.
   *
   * @throws IllegalArgumentException if one is unknown
   */
  Algorithms(ConnectionOptions options) {
    this.options = options;
    check("ciphers", options.ciphers(), Cipher.class);
    check("macs", options.macs(), MAC.class);
    check("keyExchanges", options.keyExchanges(), KeyExchange.class);
    check("hostKeyAlgorithms", options.hostKeyAlgorithms(), Signature.class);
  }

  /**
   * Sets up a session to offer them; returns false if no host key algorithm is left.
   *
   * @param withoutHostKeys types of host keys not to ask for, such as "ssh-rsa"
   */
  boolean applyTo(Session session, Set<String> withoutHostKeys) {
    set(session, options.ciphers(), "cipher.c2s", "cipher.s2c");
    set(session, options.macs(), "mac.c2s", "mac.s2c");
    set(session, options.keyExchanges(), "kex");
    set(session, options.hostKeyAlgorithms(), "server_host_key");
    // Without host certificates, whose authorities are not judged here.
    String hostKeys =
        Arrays.stream(session.getConfig("server_host_key").split(","))
            .filter(name -> !options.hostKeyAlgorithms().isEmpty() || !name.contains("-cert-"))
            .filter(name -> !withoutHostKeys.contains(keyType(name)))
            .collect(Collectors.joining(","));
    session.setConfig("server_host_key", hostKeys);
    if (options.compression()) {
      // By jzlib, JSch's usual one: its other one, over the JDK's zlib, is faster, but leaves bytes
      // behind in packets that were flushed partially, as OpenSSH's are.
      session.setConfig("zlib@openssh.com", "com.jcraft.jsch.jzlib.Compression");
      set(session, List.of("zlib@openssh.com", "none"), "compression.c2s", "compression.s2c");
    } else {
      set(session, List.of("none"), "compression.c2s", "compression.s2c");
    }
    return !hostKeys.isEmpty();
  }

  /** Returns the type of the keys that a signature algorithm is for. */
  private static String keyType(String algorithm) {
    return algorithm.startsWith("rsa-sha2-") ? "ssh-rsa" : algorithm;
  }

  /** Returns what a session has offered. */
  static SecurityOptions offered(JschLog log) {
    return new SecurityOptions(
        names(String.join(",", log.proposed("KEX algorithms"))),
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

  private static void check(String option, List<String> names, Class<?> kind) {
    for (String name : names) {
      if (!isKnown(name, kind)) {
        throw new IllegalArgumentException(option + ": unknown algorithm \"" + name + '"');
      }
      if (needsBouncyCastle(name)) {
        throw new IllegalArgumentException(
            option + ": \"" + name + "\" needs Bouncy Castle (bcprov) on the class path");
      }
    }
  }

  private static boolean isKnown(String name, Class<?> kind) {
    String implementation = JSch.getConfig(name);
    return implementation != null && implementation.startsWith("com.") && is(kind, implementation);
  }

  private static boolean needsBouncyCastle(String name) {
    return String.valueOf(JSch.getConfig(name)).startsWith("com.jcraft.jsch.bc.")
        && !CryptoProviders.hasBouncyCastle();
  }

  /** Returns what both sides offer that have nothing in common, and what would help. */
  static String nothingInCommon(JSchAlgoNegoFailException failure) {
    List<String> here = names(failure.getJSchProposal());
    List<String> there = names(failure.getServerProposal());
    return switch (failure.getAlgorithmName()) {
      case "kex" -> nothing("key exchange method", here, there, "keyExchanges", KeyExchange.class);
      case "server_host_key" ->
          nothing("host key algorithm", here, there, "hostKeyAlgorithms", Signature.class);
      case "cipher.c2s", "cipher.s2c" -> nothing("cipher", here, there, "ciphers", Cipher.class);
      case "mac.c2s", "mac.s2c" ->
          nothing("message authentication code", here, there, "macs", MAC.class);
      default ->
          nothing("compression", here, there)
              + (there.contains("none") ? "" : "; compression(true) may work");
    };
  }

  private static String nothing(
      String what, List<String> here, List<String> there, String option, Class<?> kind) {
    List<String> known = there.stream().filter(name -> isKnown(name, kind)).toList();
    String help =
        known.stream()
            .filter(name -> !needsBouncyCastle(name))
            .findFirst()
            .map(name -> option + "(\"" + name + "\") would work")
            .orElse("none of the server's is supported here");
    boolean lacksBouncyCastle = known.stream().allMatch(Algorithms::needsBouncyCastle);
    return nothing(what, here, there)
        + "; "
        + (lacksBouncyCastle && !known.isEmpty()
            ? known.get(0) + " needs Bouncy Castle (bcprov) on the class path"
            : help);
  }

  private static String nothing(String what, List<String> here, List<String> there) {
    return "no "
        + what
        + " in common: this side offers "
        + String.join(",", here)
        + ", the server "
        + String.join(",", there);
  }

  /** Leaves out what stands among key exchange methods to announce extensions. */
  private static List<String> names(String proposal) {
    return Arrays.stream(proposal.split(","))
        .filter(name -> !name.startsWith("ext-info-") && !name.startsWith("kex-strict-"))
        .toList();
  }

  private static boolean is(Class<?> kind, String implementation) {
    try {
      return kind.isAssignableFrom(
          Class.forName(implementation, false, JSch.class.getClassLoader()));
    } catch (ClassNotFoundException | LinkageError e) {
      return false;
    }
  }
}
