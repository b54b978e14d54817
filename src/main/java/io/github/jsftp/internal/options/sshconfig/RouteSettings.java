package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.AddressFamily;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.options.Destination;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** The settings about the route to the server, and about keeping the connection alive. */
final class RouteSettings {
  private static final int MAX_COUNT = 1_000;

  private RouteSettings() {}

  /** Sets all options but jump host and proxy command. */
  static void apply(SshConfig config, ConnectionOptions.Builder builder) throws IOException {
    config.apply(
        "AddressFamily",
        family -> builder.addressFamily(AddressFamily.valueOf(family.toUpperCase(Locale.ROOT))));
    config.apply("BindAddress", builder::bindAddress);
    config.apply("ConnectTimeout", seconds -> applyTimeout(builder, Long.parseLong(seconds)));
    config.apply("ServerAliveInterval", seconds -> applyKeepAlive(config, builder, seconds));
  }

  /** Sets the proxy command. */
  static void applyCommand(SshConfig config, ConnectionOptions.Builder builder) throws IOException {
    Setting command = config.settings().first("ProxyCommand");
    if (command != null && !command.isNone()) {
      refuseDescriptor(config);
      config.apply("ProxyCommand", text -> builder.proxyCommand(config.proxyCommand(command)));
    }
  }

  private static void applyTimeout(ConnectionOptions.Builder builder, long seconds) {
    if (seconds > 0) { // with 0, ssh waits as long as the system does
      builder.connectTimeout(Duration.ofSeconds(seconds));
    }
  }

  private static void applyKeepAlive(
      SshConfig config, ConnectionOptions.Builder builder, String seconds) {
    Duration interval = Duration.ofSeconds(Long.parseLong(seconds));
    int count = Integer.parseInt(config.settings().value("ServerAliveCountMax", "3"));
    if (interval.isZero()) {
      builder.keepAlive(interval);
    } else { // with 0, ssh never gives up
      builder.keepAlive(interval, count == 0 ? MAX_COUNT : Math.min(count, MAX_COUNT));
    }
  }

  private static void refuseDescriptor(SshConfig config) throws IOException {
    Setting setting = config.settings().first("ProxyUseFdpass");
    if (setting != null && setting.line() != null && setting.value().equals("yes")) {
      throw setting
          .line()
          .problem(
              "proxyusefdpass: a connection can't be taken over from a command; use a command that"
                  + " transfers the data itself");
    }
  }

  /**
   * Returns the hops of ProxyJump, in the order in which they are connected to.
   *
   * @throws IOException if a hop is malformed after its tokens are expanded
   */
  static List<Destination> hops(SshConfig config) throws IOException {
    Setting jump = config.settings().first("ProxyJump");
    if (jump == null || jump.line() == null || jump.isNone()) {
      return List.of();
    }
    String expanded = config.expandedCommand(jump.value(), jump.line());
    try {
      return List.of(expanded.split(",", -1)).stream().map(Destination::ofHop).toList();
    } catch (IllegalArgumentException e) {
      throw jump.line().problem("proxyjump: " + e.getMessage());
    }
  }
}
