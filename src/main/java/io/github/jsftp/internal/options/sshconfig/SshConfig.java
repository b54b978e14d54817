package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.options.Destination;
import io.github.jsftp.internal.options.sshconfig.ConfigEvaluation.Source;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import io.github.jsftp.internal.options.sshconfig.Tokens.Token;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The settings in the configuration files for one host. */
final class SshConfig {
  private static final Pattern ADDRESS = Pattern.compile("[0-9.]+|.*[:%].*");
  private static final int DEFAULT_PORT = 22;

  private final String originalHost;
  private final String host;
  private final LocalAccount account;
  private final Settings settings;
  private final List<ConfigLine> unknown;

  SshConfig(
      String originalHost,
      String host,
      LocalAccount account,
      Settings settings,
      List<ConfigLine> unknown) {
    this.originalHost = originalHost;
    this.host = host;
    this.account = account;
    this.settings = settings;
    this.unknown = unknown;
  }

  /** Sets an option from the value of a line. */
  @FunctionalInterface
  interface Setter {
    void set(String value) throws IOException;
  }

  /**
   * Reads the configuration files.
   *
   * @param destination the host; its user and port win over those in the files
   * @param file the only file to read, or null for the user's and the system's
   * @throws java.nio.file.NoSuchFileException if the given file does not exist
   * @throws IOException if a file can't be read or is malformed; the message has its name and the
   *     line number
   */
  static SshConfig read(Destination destination, @Nullable Path file, LocalAccount account)
      throws IOException {
    var settings = new Settings();
    if (destination.user() != null) {
      settings.add(given("User", destination.user()));
    }
    if (destination.port() != 0) {
      settings.add(given("Port", String.valueOf(destination.port())));
    }
    List<Source> sources = sources(file, account);
    var evaluation = new ConfigEvaluation(destination.host(), account, settings);
    evaluation.read(sources);
    String host = lowerCase(evaluation.hostSoFar());
    if (evaluation.needsFinalPass()
        || !settings.value("CanonicalizeHostname", "false").equals("false")) {
      evaluation.startFinalPass(host);
      evaluation.read(sources);
    }
    return new SshConfig(destination.host(), host, account, settings, evaluation.unknown());
  }

  /** Returns the files to read, in order. The first value of a setting wins. */
  static List<Source> sources(@Nullable Path file, LocalAccount account) {
    if (file != null) {
      return List.of(new Source(file, true, false, true));
    }
    var sources = new ArrayList<Source>();
    if (account.home() != null) {
      sources.add(new Source(account.home().resolve(".ssh/config"), true, true, false));
    }
    sources.add(new Source(account.systemDirectory().resolve("ssh_config"), false, false, false));
    return sources;
  }

  private static Setting given(String name, String value) {
    return new Setting(new Keyword(name, Keyword.Kind.TEXT), List.of(value), null, true);
  }

  private static String lowerCase(String host) {
    return ADDRESS.matcher(host).matches() ? host : host.toLowerCase(Locale.ROOT);
  }

  /** Returns the host to connect to. */
  String host() {
    return host;
  }

  int port() {
    return Integer.parseInt(settings.value("Port", String.valueOf(DEFAULT_PORT)));
  }

  /** Returns the user to log in as; empty if there is none. */
  String user() throws IOException {
    Setting user = settings.first("User");
    if (user == null || user.line() == null) {
      return user == null ? account.name() : user.value();
    }
    Map<Character, Token> tokens = tokens();
    tokens.keySet().removeAll(List.of('r', 'C'));
    return Tokens.of(tokens, account).expand(user.value(), user.line());
  }

  Settings settings() {
    return settings;
  }

  LocalAccount account() {
    return account;
  }

  /** Returns the first line of each keyword that ssh_config(5) does not know. */
  List<ConfigLine> unknown() {
    return unknown;
  }

  /** Returns a value with its tokens and environment variables expanded. */
  String expanded(String value, ConfigLine line) throws IOException {
    return Tokens.of(tokens(), account).expand(value, line);
  }

  /** Returns the values of a setting as paths: the home directory and tokens are expanded. */
  List<String> paths(Setting setting) throws IOException {
    var paths = new ArrayList<String>();
    ConfigLine line = setting.line();
    if (line != null) {
      for (String value : setting.values()) {
        paths.add(expanded(account.expandTilde(value, line), line));
      }
    }
    return paths;
  }

  /** Returns a command of Match exec with its tokens expanded. */
  String expandedExec(String command, ConfigLine line) throws IOException {
    return Tokens.withoutEnvironment(tokens()).expand(command, line);
  }

  /** Returns a command or the hops with their tokens expanded; ${NAME} is left to the shell. */
  String expandedCommand(String command, ConfigLine line) throws IOException {
    return Tokens.withoutEnvironment(tokensInCommands()).expand(command, line);
  }

  /**
   * Returns a command with all tokens expanded but %h, %p, %r and %%. These are expanded when
   * connecting, so that a port or user that the program sets afterwards is used.
   */
  String proxyCommand(Setting setting) throws IOException {
    Map<Character, Token> tokens = tokensInCommands();
    tokens.replaceAll((name, token) -> () -> token.get().replace("%", "%%"));
    for (char kept : new char[] {'h', 'p', 'r', '%'}) {
      tokens.put(kept, () -> "%" + kept);
    }
    ConfigLine line = setting.line();
    return line == null
        ? setting.value()
        : Tokens.withoutEnvironment(tokens).expand(setting.value(), line);
  }

  private Map<Character, Token> tokensInCommands() {
    Map<Character, Token> tokens = tokens();
    tokens.keySet().retainAll(List.of('h', 'k', 'n', 'p', 'r', '%'));
    return tokens;
  }

  private Map<Character, Token> tokens() {
    var tokens = new HashMap<Character, Token>();
    tokens.put('%', () -> "%");
    tokens.put('h', () -> host);
    tokens.put('n', () -> originalHost);
    tokens.put('k', this::hostKeyAlias);
    tokens.put('p', () -> String.valueOf(port()));
    tokens.put('r', this::user);
    tokens.put('u', account::name);
    tokens.put('d', () -> account.home() == null ? "" : account.home().toString());
    tokens.put('i', () -> String.valueOf(account.uid()));
    tokens.put('l', account::hostname);
    tokens.put('L', () -> account.hostname().split("\\.", 2)[0]);
    tokens.put('j', this::jumpHost);
    tokens.put('C', this::hash);
    return tokens;
  }

  private String hostKeyAlias() {
    Setting alias = settings.first("HostKeyAlias");
    return alias == null ? originalHost : alias.value().toLowerCase(Locale.ROOT);
  }

  /** Returns the host of the last hop; empty if there is none. */
  private String jumpHost() {
    String hops = settings.value("ProxyJump", "none");
    return hops.equals("none")
        ? ""
        : Destination.ofHop(hops.substring(hops.lastIndexOf(',') + 1)).host();
  }

  private String hash() throws IOException {
    String hashed = account.hostname() + host + port() + user() + jumpHost();
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-1").digest(hashed.getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IOException("this JVM lacks SHA-1, which the hash of the connection needs", e);
    }
  }

  /**
   * Sets an option from the first value of a keyword. Does nothing if there is no value, or if it
   * is the program's.
   *
   * @throws IOException if the value can't be used
   */
  void apply(String keyword, Setter setter) throws IOException {
    Setting setting = settings.first(keyword);
    if (setting == null || setting.line() == null) {
      return;
    }
    try {
      setter.set(setting.value());
    } catch (IllegalArgumentException e) {
      throw setting.line().problem(keyword.toLowerCase(Locale.ROOT) + ": " + e.getMessage());
    }
  }

  /** Returns the values of a setting as files. */
  List<Path> files(Setting setting) throws IOException {
    var files = new ArrayList<Path>();
    for (String path : paths(setting)) {
      files.add(file(path, setting));
    }
    return files;
  }

  /** Returns a value of a setting as a file. */
  static Path file(String text, Setting setting) throws IOException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      String message = "not a path of this machine: " + ConfigLine.quoted(text);
      throw setting.line() == null ? new IOException(message) : setting.line().problem(message);
    }
  }
}
