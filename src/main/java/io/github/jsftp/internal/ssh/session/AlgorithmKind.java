package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.JSch;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.ssh.support.AlgorithmList;
import io.github.jsftp.internal.ssh.support.AlgorithmProblem;
import io.github.jsftp.internal.ssh.support.CryptoProviders;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The kinds of algorithms that are negotiated. The names of a kind are JSch's defaults, those that
 * are offered last, those for servers of the 2000s, and others that JSch has.
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists are immutable
enum AlgorithmKind {
  KEY_EXCHANGE(
      "key exchange method",
      "keyExchanges",
      "KexAlgorithms",
      List.of("KEX algorithms"),
      List.of("kex"),
      // Last, since the first key of sntrup761 takes Bouncy Castle seconds in a new JVM.
      "sntrup761x25519-sha512,sntrup761x25519-sha512@openssh.com",
      "diffie-hellman-group14-sha1,diffie-hellman-group-exchange-sha1,diffie-hellman-group1-sha1",
      "mlkem1024nistp384-sha384,mlkem768nistp256-sha256,curve448-sha512,"
          + "diffie-hellman-group15-sha512,diffie-hellman-group17-sha512,"
          + "diffie-hellman-group14-sha256@ssh.com,diffie-hellman-group15-sha256@ssh.com,"
          + "diffie-hellman-group15-sha384@ssh.com,diffie-hellman-group16-sha384@ssh.com,"
          + "diffie-hellman-group16-sha512@ssh.com,diffie-hellman-group18-sha512@ssh.com,"
          + "diffie-hellman-group-exchange-sha384@ssh.com,"
          + "diffie-hellman-group-exchange-sha512@ssh.com,"
          + "diffie-hellman-group14-sha224@ssh.com,diffie-hellman-group-exchange-sha224@ssh.com"),

  HOST_KEY(
      "host key algorithm",
      "hostKeyAlgorithms",
      "HostKeyAlgorithms",
      List.of("host key algorithms"),
      List.of("server_host_key"),
      "",
      "ssh-rsa,ssh-dss",
      "ssh-ed448,ssh-rsa-sha256@ssh.com,ssh-rsa-sha384@ssh.com,ssh-rsa-sha512@ssh.com,"
          + "ssh-rsa-sha224@ssh.com"),

  CIPHER(
      "cipher",
      "ciphers",
      "Ciphers",
      List.of("ciphers c2s", "ciphers s2c"),
      List.of("cipher.c2s", "cipher.s2c"),
      "chacha20-poly1305@openssh.com",
      "aes128-cbc,aes192-cbc,aes256-cbc,3des-cbc",
      "3des-ctr,twofish256-ctr,twofish192-ctr,twofish128-ctr,cast128-ctr,blowfish-ctr,"
          + "rijndael-cbc@lysator.liu.se,twofish256-cbc,twofish192-cbc,twofish128-cbc,twofish-cbc,"
          + "cast128-cbc,blowfish-cbc,seed-cbc@ssh.com,arcfour256,arcfour128,arcfour"),

  MAC(
      "message authentication code",
      "macs",
      "MACs",
      List.of("MACs c2s", "MACs s2c"),
      List.of("mac.c2s", "mac.s2c"),
      "",
      "hmac-sha1-96,hmac-md5,hmac-md5-96",
      "hmac-sha1-96-etm@openssh.com,hmac-md5-etm@openssh.com,hmac-md5-96-etm@openssh.com,"
          + "hmac-ripemd160-etm@openssh.com,hmac-ripemd160@openssh.com,hmac-ripemd160,"
          + "hmac-sha512@ssh.com,hmac-sha384@ssh.com,hmac-sha256@ssh.com,hmac-sha256-2@ssh.com,"
          + "hmac-sha224@ssh.com");

  /** Names that OpenSSH knows, and JSch has no implementation of. */
  private static final List<String> NOT_SUPPORTED =
      List.of(
          "umac-64@openssh.com",
          "umac-128@openssh.com",
          "umac-64-etm@openssh.com",
          "umac-128-etm@openssh.com",
          "sk-ssh-ed25519@openssh.com",
          "sk-ssh-ed25519-cert-v01@openssh.com",
          "sk-ecdsa-sha2-nistp256@openssh.com",
          "sk-ecdsa-sha2-nistp256-cert-v01@openssh.com",
          "webauthn-sk-ecdsa-sha2-nistp256@openssh.com",
          "ssh-rsa-cert-v01@openssh.com",
          "ssh-dss-cert-v01@openssh.com");

  final String words;
  final String option;

  /** The keyword of the option in ssh_config. */
  private final String keyword;

  /** The names of the kind in JSch's log, one for each direction. */
  final List<String> logNames;

  final List<String> configKeys;
  private final List<String> last;
  private final List<String> legacy;
  private final List<String> others;

  AlgorithmKind(
      String words,
      String option,
      String keyword,
      List<String> logNames,
      List<String> configKeys,
      String last,
      String legacy,
      String others) {
    this.words = words;
    this.option = option;
    this.keyword = keyword;
    this.logNames = logNames;
    this.configKeys = configKeys;
    this.last = names(last);
    this.legacy = names(legacy);
    this.others = names(others);
  }

  /** Returns the names in a list that commas separate. */
  static List<String> names(@Nullable String list) {
    return list == null || list.isEmpty() ? List.of() : List.of(list.split(",", -1));
  }

  /** Returns the names that the options give, as OpenSSH writes such a list. */
  AlgorithmList given(ConnectionOptions options) {
    return AlgorithmList.of(names(options));
  }

  private List<String> names(ConnectionOptions options) {
    return switch (this) {
      case KEY_EXCHANGE -> options.keyExchanges();
      case HOST_KEY -> options.hostKeyAlgorithms();
      case CIPHER -> options.ciphers();
      case MAC -> options.macs();
    };
  }

  /**
   * Returns the exception for names in ssh_config that can't be used.
   *
   * @throws IllegalArgumentException if the program itself has given the names
   */
  IOException problem(ConnectionOptions options, String problem) {
    return AlgorithmProblem.of(options, option, keyword, names(options), problem);
  }

  /**
   * Returns the names to offer unless the options name others. Some may be unavailable in this JVM.
   *
   * @param legacy true to append those for servers of the 2000s
   */
  List<String> defaults(boolean legacy) {
    var defaults = new LinkedHashSet<>(names(JSch.getConfig(configKeys.get(0))));
    defaults.addAll(last);
    if (legacy) {
      defaults.addAll(this.legacy);
    }
    return List.copyOf(defaults);
  }

  /** Returns all names that JSch has an implementation of, in order of preference. */
  List<String> known() {
    var known = new LinkedHashSet<>(defaults(true));
    known.addAll(others);
    return new ArrayList<>(known);
  }

  /** Returns true if OpenSSH knows the name, and JSch has no implementation of it. */
  static boolean isUnsupported(String name) {
    return NOT_SUPPORTED.contains(name);
  }

  /** Returns true if this JVM can use the algorithm. */
  static boolean isUsable(String name) {
    return !isUnsupported(name) && CryptoProviders.lackingFor(implementation(name)) == null;
  }

  /** Returns what is missing for an algorithm that can't be used: "x needs ..". */
  static String lacking(String name) {
    String lacking = CryptoProviders.lackingFor(implementation(name));
    return name + " " + (lacking == null ? "is not supported" : lacking);
  }

  /** Returns the class that needs a provider, or null if the JDK itself is enough. */
  private static @Nullable String implementation(String name) {
    for (String kem : List.of("mlkem768", "mlkem1024", "sntrup761")) {
      if (name.startsWith(kem)) {
        return JSch.getConfig(kem);
      }
    }
    return JSch.getConfig(name);
  }
}
