package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.options.Destination;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Turns what ssh_config files say about a host into options. */
public final class SshConfigOptions {
  private static final System.Logger LOGGER = System.getLogger("io.github.jsftp");

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
          "KnownHostsCommand",
          "PKCS11Provider",
          "PubkeyAcceptedAlgorithms",
          "RequiredRSASize",
          "SecurityKeyProvider",
          "ServerAliveCountMax");

  /** Values that mean the same as no line at all. */
  private static final Set<String> HARMLESS = Set.of("none", "no", "false", "any", "internal");

  /** What has been logged, since programs connect again and again. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private static final int MAX_LOGGED = 1_000;

  private final Destination destination;
  private final SshConfig config;

  private SshConfigOptions(Destination destination, SshConfig config) {
    this.destination = destination;
    this.config = config;
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
      config.apply("User", user -> builder.username(config.user()));
    }
    builder.port(config.port());
    refuse("ProxyJump", "jump hosts are not supported");
    refuse("ProxyCommand", "it runs a command, and this library runs none");
    refuse("RefuseConnection", "");
    LoginSettings.apply(config, builder);
    HostKeySettings.apply(config, builder);
    config.apply("Ciphers", names -> builder.ciphers(names.split(",")));
    config.apply("MACs", names -> builder.macs(names.split(",")));
    config.apply("KexAlgorithms", names -> builder.keyExchanges(names.split(",")));
    config.apply("HostKeyAlgorithms", names -> builder.hostKeyAlgorithms(names.split(",")));
    config.apply("Compression", choice -> builder.compression(choice.equals("yes")));
    config.apply("ConnectTimeout", seconds -> applyTimeout(builder, Long.parseLong(seconds)));
    config.apply(
        "ServerAliveInterval",
        seconds -> builder.keepAlive(Duration.ofSeconds(Long.parseLong(seconds))));
    destination.applyTo(builder);
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
}
