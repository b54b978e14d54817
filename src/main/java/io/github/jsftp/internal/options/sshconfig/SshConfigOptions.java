package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.options.Destination;
import io.github.jsftp.internal.options.OptionSources;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Turns the settings in ssh_config files for a host into options. */
public final class SshConfigOptions {
  private static final System.Logger LOGGER = System.getLogger("io.github.jsftp");

  /** Unsupported keywords about reaching a host, trusting it or logging in, each with advice. */
  private static final Map<String, String> UNSUPPORTED =
      Map.of(
          "BindInterface", "use BindAddress",
          "CanonicalizeHostname", "names are not completed; give the full name as HostName",
          "CASignatureAlgorithms", "those of ssh's default apply",
          "CheckHostIP", "keys of addresses are not compared",
          "HostbasedAuthentication", "the method is not supported",
          "KnownHostsCommand", "no command is run; use a known_hosts file",
          "PKCS11Provider", "add the keys to an ssh-agent",
          "RequiredRSASize", "RSA keys need 1,024 bits",
          "SecurityKeyProvider", "add the keys to an ssh-agent");

  /** Values that mean the same as no line at all. */
  private static final Set<String> HARMLESS = Set.of("none", "no", "false", "internal");

  /** The messages logged so far. Each is logged once, since programs connect again and again. */
  private static final Set<String> LOGGED = ConcurrentHashMap.newKeySet();

  private static final int MAX_LOGGED = 1_000;
  private static final int MAX_JUMPS = 16;

  private final Destination destination;
  private final @Nullable Path file;
  private final SshConfig config;

  /** The hosts that are reached through this one, the target first. */
  private final List<String> targets;

  private SshConfigOptions(
      Destination destination, @Nullable Path file, LocalAccount account, List<String> targets)
      throws IOException {
    this.destination = destination;
    this.file = file;
    this.targets = targets;
    config = SshConfig.read(destination, file, account);
    config.apply("HostName", name -> OptionSources.bareHost(config.host()));
    logUnused();
  }

  /**
   * Reads the configuration files, and logs the settings that have no effect.
   *
   * @param destination what sftp(1) takes: an alias, {@code [user@]host} or an {@code sftp://} URI
   * @param file the only file to read, or null for the user's and the system's
   * @param mayRunCommands true if the commands of {@code Match exec} are run
   * @throws IllegalArgumentException if the destination is malformed
   * @throws java.nio.file.NoSuchFileException if the given file does not exist
   * @throws IOException if a file can't be read or is malformed; the message has its name and the
   *     line number
   */
  public static SshConfigOptions read(
      String destination, @Nullable Path file, boolean mayRunCommands) throws IOException {
    return new SshConfigOptions(
        Destination.parse(destination),
        file == null ? null : SshDirectory.expandTilde(file),
        LocalAccount.current(mayRunCommands),
        List.of());
  }

  /** Returns the host to connect to. */
  public String host() {
    return config.host();
  }

  /** Returns the settings in the files, each with its file and line number. */
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
    UNSUPPORTED.forEach(
        (keyword, advice) -> {
          Setting setting = config.settings().first(keyword);
          if (setting != null && setting.line() != null && !HARMLESS.contains(setting.value())) {
            logOnce(setting.line().where() + ": " + keyword + " has no effect: " + advice);
          }
        });
    for (ConfigLine line : config.unknown()) {
      logOnce(line.where() + ": unknown keyword " + ConfigLine.quoted(line.keyword()) + " ignored");
    }
  }

  /** Logs a warning unless it has been logged before. */
  static void logOnce(String message) {
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
    applyTo(builder, null);
  }

  private void applyTo(ConnectionOptions.Builder builder, @Nullable ConnectionOptions given)
      throws IOException {
    refuseConnection();
    if (!config.user().isEmpty()) {
      config.apply("User", user -> builder.username(config.user()));
    }
    builder.port(config.port());
    LoginSettings.apply(config, builder);
    HostKeySettings.apply(config, builder);
    RouteSettings.apply(config, builder);
    config.apply("Ciphers", names -> builder.ciphers(names.split(",")));
    config.apply("MACs", names -> builder.macs(names.split(",")));
    config.apply("KexAlgorithms", names -> builder.keyExchanges(names.split(",")));
    config.apply("HostKeyAlgorithms", names -> builder.hostKeyAlgorithms(names.split(",")));
    config.apply("Compression", choice -> builder.compression(choice.equals("yes")));
    ConnectionOptions jumpHost = given == null ? jumpHost() : given;
    if (jumpHost == null) {
      RouteSettings.applyCommand(config, builder);
    } else {
      builder.jumpHost(jumpHost);
    }
    destination.applyTo(builder);
  }

  /** Returns the last hop of ProxyJump, or null if there is none. */
  private @Nullable ConnectionOptions jumpHost() throws IOException {
    ConnectionOptions last = null;
    for (Destination hop : RouteSettings.hops(config)) {
      last = via(hop, last);
    }
    return last;
  }

  /**
   * Returns the options of a jump host, which has its own settings in the same files.
   *
   * @param via the jump host before it, which overrides its own; null if it is the first one
   */
  private ConnectionOptions via(Destination hop, @Nullable ConnectionOptions via)
      throws IOException {
    var next = new ArrayList<>(targets);
    next.add(target());
    var options = new SshConfigOptions(hop, file, config.account(), next);
    if (next.contains(options.target())) {
      throw jumpProblem(
          "the way to "
              + target()
              + " leads through itself; exclude the jump host from this block, as in Host * !"
              + hop.host());
    }
    if (next.size() > MAX_JUMPS) {
      throw jumpProblem("more than " + MAX_JUMPS + " jump hosts need each other");
    }
    ConnectionOptions.Builder builder = ConnectionOptions.builder(options.host());
    options.applyTo(builder, via);
    return options.build(builder);
  }

  private IOException jumpProblem(String message) {
    Setting jump = Objects.requireNonNull(config.settings().first("ProxyJump"));
    return Objects.requireNonNull(jump.line()).problem("proxyjump: " + message);
  }

  /**
   * Builds options.
   *
   * @throws IOException if the values do not go together
   */
  public ConnectionOptions build(ConnectionOptions.Builder builder) throws IOException {
    try {
      return builder.build();
    } catch (IllegalStateException e) {
      throw new IOException("can't use the configuration for " + host() + ": " + e.getMessage(), e);
    }
  }

  private String target() throws IOException {
    return config.user() + "@" + config.host() + ":" + config.port();
  }

  private void refuseConnection() throws IOException {
    Setting setting = config.settings().first("RefuseConnection");
    if (setting != null && setting.line() != null) {
      throw setting.line().problem("refuseconnection: " + Printable.of(setting.value()));
    }
  }
}
