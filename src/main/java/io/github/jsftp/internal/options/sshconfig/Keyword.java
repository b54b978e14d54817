package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.options.Destination;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A keyword of ssh_config(5) whose value is read: how it is written, and what its values are. */
record Keyword(String name, Kind kind) {
  private static final Pattern TIME = Pattern.compile("([0-9]{1,10})([smhdwSMHDW]?)");
  private static final Pattern ENVIRONMENT_NAME = Pattern.compile("[A-Za-z0-9_]+");
  private static final int MAX_PORT = 65535;
  private static final int MAX_FILES = 32;

  private static final Map<String, String> FLAG =
      Map.of("yes", "yes", "true", "yes", "no", "no", "false", "no");
  private static final Map<String, String> TRUE_OR_FALSE =
      Map.of("yes", "true", "true", "true", "no", "false", "false", "false");

  /** The kinds of values. */
  enum Kind {
    TEXT,
    /** Several lines add up; the rest of the kinds keep the first one. */
    PATHS,
    FILES,
    SOCKET,
    COMMAND,
    JUMP,
    NUMBER,
    PORT,
    TIME,
    FLAG,
    COMPRESSION,
    ADDRESS_FAMILY,
    STRICT_CHECKING,
    PUBLIC_KEY,
    CANONICALIZE,
    /** Has no effect on SFTP, or on what this library does; the value is not read. */
    UNUSED
  }

  private static final Map<String, Keyword> ALL = new HashMap<>();

  static {
    add(
        Kind.TEXT,
        "HostName User HostKeyAlias BindAddress BindInterface PreferredAuthentications Ciphers MACs"
            + " KexAlgorithms HostKeyAlgorithms PubkeyAcceptedAlgorithms CASignatureAlgorithms"
            + " IgnoreUnknown Tag PKCS11Provider SecurityKeyProvider");
    add(Kind.PATHS, "IdentityFile CertificateFile");
    add(Kind.FILES, "UserKnownHostsFile GlobalKnownHostsFile RevokedHostKeys");
    add(Kind.SOCKET, "IdentityAgent");
    add(Kind.COMMAND, "ProxyCommand KnownHostsCommand RefuseConnection");
    add(Kind.JUMP, "ProxyJump");
    add(Kind.NUMBER, "NumberOfPasswordPrompts ServerAliveCountMax RequiredRSASize");
    add(Kind.PORT, "Port");
    add(Kind.TIME, "ConnectTimeout ServerAliveInterval");
    add(
        Kind.FLAG,
        "IdentitiesOnly PasswordAuthentication KbdInteractiveAuthentication ProxyUseFdpass"
            + " HostbasedAuthentication CheckHostIP");
    add(Kind.COMPRESSION, "Compression");
    add(Kind.ADDRESS_FAMILY, "AddressFamily");
    add(Kind.STRICT_CHECKING, "StrictHostKeyChecking");
    add(Kind.PUBLIC_KEY, "PubkeyAuthentication");
    add(Kind.CANONICALIZE, "CanonicalizeHostname");
    add(
        Kind.UNUSED,
        "AddKeysToAgent AFSTokenPassing BatchMode CanonicalDomains CanonicalizeFallbackLocal"
            + " CanonicalizeMaxDots CanonicalizePermittedCNAMEs ChannelTimeout Cipher"
            + " ClearAllForwardings CompressionLevel ConnectionAttempts ControlMaster ControlPath"
            + " ControlPersist DynamicForward EnableEscapeCommandline EnableSSHKeysign EscapeChar"
            + " ExitOnForwardFailure FallBackToRsh FingerprintHash ForkAfterAuthentication"
            + " ForwardAgent ForwardX11 ForwardX11Timeout ForwardX11Trusted GatewayPorts"
            + " GlobalKnownHostsFile2 GSSAPIAuthentication GSSAPIClientIdentity"
            + " GSSAPIDelegateCredentials GSSAPIKexAlgorithms GSSAPIKeyExchange"
            + " GSSAPIRenewalForcesRekey GSSAPIServerIdentity GSSAPITrustDNS"
            + " HashKnownHosts HostbasedAcceptedAlgorithms HostbasedKeyTypes IPQoS"
            + " KbdInteractiveDevices KeepAlive KerberosAuthentication KerberosTgtPassing"
            + " LocalCommand LocalForward LogLevel LogVerbose NoHostAuthenticationForLocalhost"
            + " ObscureKeystrokeTiming PermitLocalCommand PermitRemoteOpen Protocol RekeyLimit"
            + " RemoteCommand RemoteForward RequestTTY RhostsAuthentication"
            + " RhostsRSAAuthentication RSAAuthentication SendEnv SessionType SetEnv"
            + " SmartcardDevice StdinNull StreamLocalBindMask StreamLocalBindUnlink SyslogFacility"
            + " TCPKeepAlive Tunnel TunnelDevice UpdateHostKeys UsePrivilegedPort"
            + " UserKnownHostsFile2 UseKeychain UseRoaming UseRsh VerifyHostKeyDNS VersionAddendum"
            + " VisualHostKey WarnWeakCrypto XAuthLocation");
    alias("KbdInteractiveAuthentication", "ChallengeResponseAuthentication");
    alias("KbdInteractiveAuthentication", "SkeyAuthentication");
    alias("KbdInteractiveAuthentication", "TISAuthentication");
    alias("PubkeyAuthentication", "DSAAuthentication");
    alias("PubkeyAcceptedAlgorithms", "PubkeyAcceptedKeyTypes");
    alias("IdentityFile", "IdentityFile2");
  }

  private static void add(Kind kind, String names) {
    for (String name : names.split(" ", -1)) {
      ALL.put(name.toLowerCase(Locale.ROOT), new Keyword(name, kind));
    }
  }

  private static void alias(String name, String alias) {
    ALL.put(alias.toLowerCase(Locale.ROOT), ALL.get(name.toLowerCase(Locale.ROOT)));
  }

  /** Returns the keyword of a line, or null if it is unknown. */
  static @Nullable Keyword of(ConfigLine line) {
    return ALL.get(line.keyword());
  }

  /**
   * Returns the values on a line in the form in which {@code ssh -G} prints them. None means that
   * the line sets nothing.
   *
   * @throws IOException if the line has no value, too many values, or an invalid one
   */
  List<String> values(ConfigLine line, LocalAccount account) throws IOException {
    return switch (kind) {
      case UNUSED -> List.of();
      case TEXT, PATHS -> List.of(line.argument());
      case FILES -> files(line);
      case SOCKET -> List.of(socket(line, account));
      case COMMAND -> List.of(command(line));
      case JUMP -> List.of(jump(line));
      case NUMBER -> List.of(number(line, 0, Integer.MAX_VALUE));
      case PORT -> List.of(number(line, 1, MAX_PORT));
      case TIME -> time(line);
      case FLAG -> List.of(choice(line, FLAG));
      case COMPRESSION -> List.of(choice(line, Map.of("yes", "yes", "no", "no")));
      case ADDRESS_FAMILY ->
          List.of(choice(line, Map.of("any", "any", "inet", "inet", "inet6", "inet6")));
      case STRICT_CHECKING ->
          List.of(
              choice(
                  line, TRUE_OR_FALSE, "ask", "ask", "off", "false", "accept-new", "accept-new"));
      case PUBLIC_KEY ->
          List.of(choice(line, TRUE_OR_FALSE, "unbound", "unbound", "host-bound", "host-bound"));
      case CANONICALIZE -> List.of(choice(line, TRUE_OR_FALSE, "always", "always"));
    };
  }

  private static List<String> files(ConfigLine line) throws IOException {
    List<String> files = line.filledArguments();
    if (files.isEmpty()) {
      throw line.problem(line.keyword() + " has no value");
    }
    if (files.size() > 1 && files.stream().anyMatch("none"::equalsIgnoreCase)) {
      throw line.problem(line.keyword() + ": none must be the only value");
    }
    if (files.size() > MAX_FILES) {
      throw line.problem(line.keyword() + " has more than " + MAX_FILES + " files");
    }
    return files;
  }

  private static String socket(ConfigLine line, LocalAccount account) throws IOException {
    String value = line.argument();
    Tokens.environmentOnly(account).expand(value, line);
    if (value.startsWith("$")
        && !value.startsWith("${")
        && !ENVIRONMENT_NAME.matcher(value.substring(1)).matches()) {
      throw line.problem("not the name of an environment variable: " + ConfigLine.quoted(value));
    }
    return value;
  }

  private static String command(ConfigLine line) throws IOException {
    int start = 0;
    while (start < line.text().length() && " \t=".indexOf(line.text().charAt(start)) >= 0) {
      start++;
    }
    String command = line.text().substring(start);
    if (command.isEmpty()) {
      throw line.problem(line.keyword() + " has no value");
    }
    return command;
  }

  /** Returns the hops, the last of which is written as ssh prints it. */
  private static String jump(ConfigLine line) throws IOException {
    String text = command(line);
    int comment = text.indexOf('#');
    String hops = (comment < 0 ? text : text.substring(0, comment)).stripTrailing();
    if (hops.equalsIgnoreCase("none")) {
      return "none";
    }
    var all = new ArrayList<>(List.of(hops.split(",", -1)));
    try {
      Destination last = Destination.ofHop(all.get(all.size() - 1));
      all.forEach(Destination::ofHop);
      all.set(all.size() - 1, last.toString());
      return String.join(",", all);
    } catch (IllegalArgumentException e) {
      throw line.problem("proxyjump: " + e.getMessage());
    }
  }

  private static String number(ConfigLine line, int least, int most) throws IOException {
    String value = line.argument();
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return String.valueOf(number);
      }
    } catch (NumberFormatException e) {
      // Reported below, like a number out of range.
    }
    throw line.problem(
        line.keyword()
            + " must be a number from "
            + least
            + " to "
            + most
            + ", not "
            + ConfigLine.quoted(value));
  }

  /** Returns the seconds of a time such as 90, 1m30s or 2h; nothing for "none". */
  private static List<String> time(ConfigLine line) throws IOException {
    String value = line.argument();
    if (value.equals("none")) {
      return List.of();
    }
    long total = 0;
    Matcher parts = TIME.matcher(value);
    int end = 0;
    while (total >= 0 && parts.find() && parts.start() == end) {
      end = parts.end();
      total += Long.parseLong(parts.group(1)) * seconds(parts.group(2));
      total = total > Integer.MAX_VALUE ? -1 : total;
    }
    if (total < 0 || end < value.length()) {
      throw line.problem(
          line.keyword() + " must be a time such as 90 or 1m30s, not " + ConfigLine.quoted(value));
    }
    return List.of(String.valueOf(total));
  }

  private static int seconds(String unit) {
    return switch (unit.toLowerCase(Locale.ROOT)) {
      case "m" -> 60;
      case "h" -> 60 * 60;
      case "d" -> 24 * 60 * 60;
      case "w" -> 7 * 24 * 60 * 60;
      default -> 1;
    };
  }

  private static String choice(ConfigLine line, Map<String, String> choices, String... further)
      throws IOException {
    var all = new HashMap<>(choices);
    for (int i = 0; i < further.length; i += 2) {
      all.put(further[i], further[i + 1]);
    }
    String value = line.argument();
    String choice = all.get(value.toLowerCase(Locale.ROOT));
    if (choice == null) {
      throw line.problem(line.keyword() + " must not be " + ConfigLine.quoted(value));
    }
    return choice;
  }
}
