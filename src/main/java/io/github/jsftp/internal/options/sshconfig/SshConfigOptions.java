package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.internal.options.Destination;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Turns what ssh_config files say about a host into options. */
public final class SshConfigOptions {
  private static final System.Logger LOGGER = System.getLogger("io.github.jsftp");
  private static final String VARIABLE = "SSH_AUTH_SOCK";

  /** Keywords that matter for reaching a host, for trust in it or for logging in. */
  private static final List<String> NOT_FOLLOWED =
      List.of(
          "AddressFamily",
          "BindAddress",
          "BindInterface",
          "CanonicalizeHostname",
          "CASignatureAlgorithms",
          "CertificateFile",
          "CheckHostIP",
          "HostbasedAuthentication",
          "IdentitiesOnly",
          "KbdInteractiveAuthentication",
          "KnownHostsCommand",
          "NumberOfPasswordPrompts",
          "PasswordAuthentication",
          "PKCS11Provider",
          "PreferredAuthentications",
          "PubkeyAcceptedAlgorithms",
          "PubkeyAuthentication",
          "RequiredRSASize",
          "SecurityKeyProvider",
          "ServerAliveCountMax");

  /** Values that mean the same as no line at all. */
  private static final Set<String> HARMLESS = Set.of("none", "no", "false", "any", "internal");

  /** What has been logged, since programs connect again and again. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private static final int MAX_LOGGED = 1_000;

  private static final List<Path> SYSTEM_KNOWN_HOSTS =
      List.of(Path.of("/etc/ssh/ssh_known_hosts"), Path.of("/etc/ssh/ssh_known_hosts2"));

  /** As in the file, this word stands for no file. */
  private static final Path NONE = Path.of("none");

  private static final Path NOWHERE = Path.of("/dev/null");

  private final Destination destination;
  private final SshConfig config;

  private SshConfigOptions(Destination destination, SshConfig config) {
    this.destination = destination;
    this.config = config;
  }

  /** Sets an option from the value of a line. */
  @FunctionalInterface
  private interface Setter {
    void set(String value) throws IOException;
  }

  /**
   * Reads the configuration files, and logs what can't be used.
   *
   * @param destination what sftp(1) takes: an alias, {@code [user@]host} or an {@code sftp://} URI
   * @param file the only file to read, or null for the user's and the system's
   * @throws IllegalArgumentException if the destination is malformed
   * @throws java.nio.file.NoSuchFileException if the given file does not exist
   * @throws IOException if a file can't be read or is malformed; the message has its name and the
   *     line number
   */
  public static SshConfigOptions read(String destination, @Nullable Path file) throws IOException {
    Destination parsed = Destination.parse(destination);
    SshConfig config =
        SshConfig.read(
            parsed, file == null ? null : SshDirectory.expandTilde(file), LocalAccount.current());
    var options = new SshConfigOptions(parsed, config);
    options.logUnused();
    return options;
  }

  /** Returns the host to connect to. */
  public String host() {
    return config.host();
  }

  /** Returns what the files have set, a line for each keyword and file. */
  public List<String> describe() {
    var lines = new ArrayList<String>();
    for (Setting setting : config.settings().all()) {
      ConfigLine line = setting.line();
      if (line != null) {
        String value = String.join(" ", setting.values());
        lines.add(Printable.of(setting.keyword().name() + " " + value) + "  # " + line.where());
      }
    }
    return lines;
  }

  private void logUnused() {
    for (String keyword : NOT_FOLLOWED) {
      Setting setting = config.settings().first(keyword);
      if (setting != null && setting.line() != null && !HARMLESS.contains(setting.value())) {
        logOnce(setting.line().where() + ": " + keyword + " has no effect here");
      }
    }
    for (ConfigLine line : config.unknown()) {
      logOnce(line.where() + ": unknown keyword " + ConfigLine.quoted(line.keyword()) + " ignored");
    }
  }

  private static void logOnce(String message) {
    if (LOGGED.size() < MAX_LOGGED && LOGGED.add(message)) {
      LOGGER.log(Level.WARNING, message);
    }
  }

  /**
   * Sets all options but the host.
   *
   * @throws IOException if a value can't be used; the message has its file and line number
   */
  public void applyTo(ConnectionOptions.Builder builder) throws IOException {
    if (!config.user().isEmpty()) {
      apply("User", user -> builder.username(config.user()));
    }
    builder.port(config.port());
    refuse("ProxyJump", "jump hosts are not supported");
    refuse("ProxyCommand", "it runs a command, and this library runs none");
    refuse("RefuseConnection", "");
    applyKeys(builder);
    applyHostKeys(builder);
    apply("Ciphers", names -> builder.ciphers(names.split(",")));
    apply("MACs", names -> builder.macs(names.split(",")));
    apply("KexAlgorithms", names -> builder.keyExchanges(names.split(",")));
    apply("HostKeyAlgorithms", names -> builder.hostKeyAlgorithms(names.split(",")));
    apply("Compression", choice -> builder.compression(choice.equals("yes")));
    apply("ConnectTimeout", seconds -> applyTimeout(builder, Long.parseLong(seconds)));
    apply(
        "ServerAliveInterval",
        seconds -> builder.keepAlive(Duration.ofSeconds(Long.parseLong(seconds))));
    destination.applyTo(builder);
  }

  private void apply(String keyword, Setter setter) throws IOException {
    Setting setting = config.settings().first(keyword);
    if (setting == null || setting.line() == null) {
      return;
    }
    try {
      setter.set(setting.value());
    } catch (IllegalArgumentException e) {
      throw setting.line().problem(keyword.toLowerCase(Locale.ROOT) + ": " + e.getMessage());
    }
  }

  private void refuse(String keyword, String reason) throws IOException {
    Setting setting = config.settings().first(keyword);
    if (setting != null && setting.line() != null && !setting.isNone()) {
      throw setting
          .line()
          .problem(keyword + ": " + (reason.isEmpty() ? Printable.of(setting.value()) : reason));
    }
  }

  private static void applyTimeout(ConnectionOptions.Builder builder, long seconds) {
    if (seconds > 0) { // with 0, ssh waits as long as the system does
      builder.connectTimeout(Duration.ofSeconds(seconds));
    }
  }

  private void applyKeys(ConnectionOptions.Builder builder) throws IOException {
    List<Setting> files = config.settings().all("IdentityFile");
    for (Setting setting : files) {
      Path file = setting.isNone() ? null : paths(setting).get(0);
      if (file != null && Files.exists(file)) { // ssh skips missing ones
        builder.privateKey(file);
      }
    }
    Setting agent = config.settings().first("IdentityAgent");
    if (agent != null && agent.isNone()) {
      builder.agent(false);
    } else if (agent != null && !agent.value().equals(VARIABLE)) {
      applyAgent(builder, agent);
    } else if (!files.isEmpty()) {
      builder.agent(true);
    }
  }

  private void applyAgent(ConnectionOptions.Builder builder, Setting agent) throws IOException {
    String value = agent.value();
    if (value.startsWith("$") && !value.startsWith("${")) {
      value = config.account().environment().getOrDefault(value.substring(1), "");
      if (value.isEmpty()) { // ssh has no agent then
        builder.agent(false);
        return;
      }
      builder.agent(path(value, agent));
    } else {
      builder.agent(paths(agent).get(0));
    }
  }

  /**
   * Unlike ssh, accepts a changed key never, also with "no" and "off", and does not ask. Unknown
   * keys are accepted where ssh does so without asking.
   */
  private void applyHostKeys(ConnectionOptions.Builder builder) throws IOException {
    Setting users = config.settings().first("UserKnownHostsFile");
    Setting systems = config.settings().first("GlobalKnownHostsFile");
    Path[] files = {};
    if (users != null || systems != null) {
      files =
          Stream.concat(
                  knownHosts(users, SshDirectory.files("known_hosts", "known_hosts2")).stream(),
                  knownHosts(systems, SYSTEM_KNOWN_HOSTS).stream())
              .toArray(Path[]::new);
    }
    String strict = config.settings().value("StrictHostKeyChecking", "ask");
    if (strict.equals("true") || strict.equals("ask")) {
      builder.knownHosts(files);
    } else {
      if (files.length > 0 && files[0].equals(NONE)) {
        files[0] = NOWHERE; // new keys are accepted, but added to no file
      }
      builder.hostKeys(HostKeys.acceptNew(files));
    }
    apply("HostKeyAlias", alias -> builder.hostKeyAlias(alias.toLowerCase(Locale.ROOT)));
    Setting revoked = config.settings().first("RevokedHostKeys");
    if (revoked != null && !revoked.isNone()) {
      builder.revokedHostKeys(paths(revoked).toArray(Path[]::new));
    }
  }

  private List<Path> knownHosts(@Nullable Setting setting, List<Path> missing) throws IOException {
    if (setting == null) {
      return missing;
    }
    return setting.isNone() ? List.of(NONE) : paths(setting);
  }

  private List<Path> paths(Setting setting) throws IOException {
    var paths = new ArrayList<Path>();
    for (String path : config.paths(setting)) {
      paths.add(path(path, setting));
    }
    return paths;
  }

  private static Path path(String text, Setting setting) throws IOException {
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      String message = "not a path of this machine: " + ConfigLine.quoted(text);
      throw setting.line() == null ? new IOException(message) : setting.line().problem(message);
    }
  }
}
