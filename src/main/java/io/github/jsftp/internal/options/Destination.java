package io.github.jsftp.internal.options;

import io.github.jsftp.ConnectionOptions;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A destination to connect to, as users write it.
 *
 * @param user the user, or null if it is left out
 * @param password the password, or null
 * @param host a host name, an address without brackets, or an alias in ssh_config
 * @param port the port; 0 if it is left out
 * @param directory the directory to start in, or null
 */
public record Destination(
    @Nullable String user,
    @Nullable String password,
    String host,
    int port,
    @Nullable String directory) {
  private static final Pattern URI =
      Pattern.compile(
          "(?<scheme>[a-z]+)://(?:(?<user>[^@:/?#]*)(?::(?<password>[^@/?#]*))?@)?"
              + "(?<host>\\[[^\\]@/?#]*\\]|[^@:/?#\\[\\]]*)(?::(?<port>\\d{1,5})?)?(?<dir>/[^?#]*)?",
          Pattern.CASE_INSENSITIVE);

  private static final Pattern HOST_AND_PORT =
      Pattern.compile("(?<host>\\[[^\\]]+\\]|[^:/\\[\\]]+)(?::(?<port>\\d{1,5})?)?");

  private static final Pattern NUMERIC = Pattern.compile("[0-9.]*|.*:.*");
  private static final int MAX_PORT = 65535;

  /** Characters that a shell could interpret in a ProxyCommand; OpenSSH rejects them as well. */
  private static final String UNSAFE_IN_HOST = "'`\"$\\;&<>|(){},";

  private static final String UNSAFE_IN_USER = "'`\";&<>|(){}";

  /**
   * Parses what sftp(1) takes: {@code [user@]host} or {@code sftp://[user[:password]@]host[:port]
   * [/dir]}.
   *
   * @throws IllegalArgumentException if it is neither; the message repeats nothing that may be
   *     secret
   */
  public static Destination parse(String text) {
    if (text.toLowerCase(Locale.ROOT).startsWith("sftp://")) {
      return checked(ofUri(text));
    }
    int at = text.lastIndexOf('@');
    if (at == 0) {
      throw new IllegalArgumentException("destination has an empty user before the @");
    }
    String host = text.substring(at + 1);
    boolean hasPort = host.indexOf(':') >= 0 && !host.startsWith("[");
    if (hasPort && host.indexOf(':') == host.lastIndexOf(':')) {
      throw new IllegalArgumentException(
          "destination must be [user@]host or a URI; a port or a directory is given as in"
              + " sftp://user@host:2222/dir");
    }
    return checked(
        new Destination(
            at < 0 ? null : text.substring(0, at), null, OptionSources.bareHost(host), 0, null));
  }

  /**
   * Parses an sftp URI.
   *
   * @throws IllegalArgumentException if it is not one; the message never repeats a password
   */
  public static Destination ofUri(String uri) {
    Matcher parts = URI.matcher(uri);
    if (!parts.matches()
        || !parts.group("scheme").equalsIgnoreCase("sftp")
        || uri.chars().anyMatch(c -> c <= ' ' || Character.isISOControl(c))) {
      throw new IllegalArgumentException(
          "not a URI of the form sftp://user:password@host:port/dir; in user, password and"
              + " directory write % as %25, @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, and a"
              + " blank as %20");
    }
    String host = OptionSources.bareHost(percentDecode("host", parts.group("host")));
    String dir = parts.group("dir") == null ? "" : percentDecode("directory", parts.group("dir"));
    if (dir.startsWith("/~/")) {
      dir = dir.substring(3);
    }
    return new Destination(
        decoded(parts, "user"),
        decoded(parts, "password"),
        host,
        port(parts.group("port")),
        dir.isEmpty() || dir.equals("/~") ? null : dir);
  }

  /**
   * Parses a hop of ProxyJump: {@code [user@]host[:port]} or an ssh URI.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Destination ofHop(String text) {
    Matcher uri = URI.matcher(text);
    if (uri.matches() && uri.group("scheme").equalsIgnoreCase("ssh") && uri.group("dir") == null) {
      String host = OptionSources.bareHost(uri.group("host"));
      return new Destination(decoded(uri, "user"), null, host, port(uri.group("port")), null);
    }
    int at = text.lastIndexOf('@');
    Matcher parts = HOST_AND_PORT.matcher(text.substring(at + 1));
    if (at == 0 || !parts.matches()) {
      throw new IllegalArgumentException(
          "a hop must be [user@]host[:port] or ssh://user@host:port");
    }
    return new Destination(
        at < 0 ? null : text.substring(0, at),
        null,
        OptionSources.bareHost(parts.group("host")),
        port(parts.group("port")),
        null);
  }

  private static Destination checked(Destination destination) {
    String user = destination.user == null ? "" : destination.user;
    if (isUnsafe(destination.host, UNSAFE_IN_HOST) || isUnsafe(user, UNSAFE_IN_USER)) {
      throw new IllegalArgumentException(
          "destination starts with a hyphen, or has characters with a meaning in a shell");
    }
    return destination;
  }

  private static boolean isUnsafe(String text, String unsafe) {
    return text.startsWith("-")
        || text.chars().anyMatch(c -> unsafe.indexOf(c) >= 0 || Character.isISOControl(c));
  }

  private static @Nullable String decoded(Matcher parts, String name) {
    String text = parts.group(name);
    return text == null ? null : percentDecode(name, text);
  }

  private static int port(@Nullable String digits) {
    if (digits == null) {
      return 0;
    }
    return port("port", Integer.parseInt(digits));
  }

  /**
   * Returns a port number.
   *
   * @param name what the user calls it, for the message
   * @throws IllegalArgumentException if it is not in 1 to 65535
   */
  static int port(String name, int number) {
    if (number < 1 || number > MAX_PORT) {
      throw new IllegalArgumentException(name + " must be in 1 to 65535, not " + number);
    }
    return number;
  }

  /** Decodes %XX. Unlike URLDecoder, it keeps "+" and rejects bytes that are not UTF-8. */
  private static String percentDecode(String part, String text) {
    var bytes = new ByteArrayOutputStream();
    try {
      for (int i = 0; i < text.length(); i++) {
        if (text.charAt(i) == '%') {
          bytes.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
          i += 2;
        } else {
          int end = text.offsetByCodePoints(i, 1);
          bytes.writeBytes(text.substring(i, end).getBytes(StandardCharsets.UTF_8));
          i = end - 1;
        }
      }
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(bytes.toByteArray()))
          .toString();
    } catch (IllegalArgumentException | IndexOutOfBoundsException | CharacterCodingException e) {
      // The cause is left out, since it may repeat a password.
      throw new IllegalArgumentException(
          "the " + part + " in the URI is not percent-encoded UTF-8; write % itself as %25");
    }
  }

  /** Sets all given parts except for the host. */
  public void applyTo(ConnectionOptions.Builder builder) {
    if (user != null) {
      builder.username(user);
    }
    if (password != null) {
      builder.password(password);
    }
    if (port != 0) {
      builder.port(port);
    }
    if (directory != null) {
      builder.defaultPath(directory);
    }
  }

  /** Returns {@code [user@]host[:port]}, without the password. */
  @Override
  public String toString() {
    String shown = NUMERIC.matcher(host).matches() ? "[" + host + "]" : host;
    return (user == null ? "" : user + "@") + shown + (port == 0 ? "" : ":" + port);
  }
}
