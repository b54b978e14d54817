package io.github.jsftp.internal.options;

import io.github.jsftp.ConnectionOptions;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The command of a route to a server, with its percent tokens. */
public final class ProxyCommand {
  private static final Pattern TOKEN = Pattern.compile("%(.?)");

  /** Characters that a shell might interpret, and a leading hyphen. */
  private static final Pattern UNSAFE = Pattern.compile("^-|[\\s'`\"$\\\\;&<>|(){}]");

  private ProxyCommand() {}

  /**
   * Returns the command unchanged.
   *
   * @throws IllegalArgumentException if it has an unknown percent token
   */
  public static String checked(String command) {
    Matcher token = TOKEN.matcher(command);
    while (token.find()) {
      if (!token.group(1).matches("[hnpr%]")) {
        throw new IllegalArgumentException(
            "proxyCommand knows %h, %n, %p, %r and %%, not " + token.group());
      }
    }
    return command;
  }

  /**
   * Returns the command of the options with its tokens replaced.
   *
   * @throws IllegalStateException if host or user would be unsafe in a shell
   */
  public static String of(ConnectionOptions options) {
    return TOKEN
        .matcher(options.proxyCommand().orElseThrow())
        .replaceAll(token -> Matcher.quoteReplacement(value(token.group(1), options)));
  }

  private static String value(String token, ConnectionOptions options) {
    return switch (token) {
      case "h", "n" -> safe("host", options.host());
      case "p" -> String.valueOf(options.port());
      case "r" -> safe("username", options.username());
      default -> "%";
    };
  }

  private static String safe(String what, String value) {
    if (UNSAFE.matcher(value).find()) {
      throw new IllegalStateException(
          "the " + what + " has characters that are unsafe in a proxyCommand");
    }
    return value;
  }
}
