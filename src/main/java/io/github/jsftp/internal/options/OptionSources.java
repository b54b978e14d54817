package io.github.jsftp.internal.options;

import io.github.jsftp.ConnectionOptions;
import java.nio.charset.StandardCharsets;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@link ConnectionOptions} from URIs, maps and environment variables. */
public final class OptionSources {
  private static final String KEYWORDS =
      "host, username, password, private_key, private_key_pass, port, ciphers, log, default_path,"
          + " known_hosts";

  private static final String IPV6 = "[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*(%[^:]+)?";

  /** The beginning of private keys: as text, in OpenSSH's binary format, and in ASN.1. */
  private static final String KEY_START = "(?s)\\s*(-----BEGIN |PuTTY-User-Key|openssh-key-v1|0).*";

  /** Shorter base64 text may also be a path. */
  private static final int MIN_KEY_LENGTH = 64;

  private OptionSources() {}

  /** Returns the name of the user who runs this program; empty if there is none. */
  public static String currentUser() {
    String name = System.getProperty("user.name", "");
    // The JDK returns "?" for a user who is not in the password database.
    return name.equals("?") ? "" : name;
  }

  /**
   * Returns true if a text is a private key instead of the path of its file. A key is never shown.
   */
  public static boolean isKey(String text) {
    if (text.contains("-----BEGIN ")
        || text.contains("PuTTY-User-Key")
        || text.indexOf('\n') >= 0
        || text.indexOf('\r') >= 0) {
      return true;
    }
    try {
      return text.length() >= MIN_KEY_LENGTH
          && new String(Base64.getDecoder().decode(text), StandardCharsets.ISO_8859_1)
              .matches(KEY_START);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /**
   * Returns a host without the brackets of an IPv6 address.
   *
   * @throws IllegalArgumentException if it is not a host; the message repeats nothing that may be
   *     secret
   */
  public static String bareHost(String host) {
    if (host.indexOf('@') >= 0 || host.indexOf('/') >= 0) {
      throw new IllegalArgumentException(
          "host must be a name or an address alone; ConnectionOptions.fromUri(..) reads"
              + " sftp://user:password@host:port/dir");
    }
    boolean brackets = host.startsWith("[") && host.endsWith("]");
    String bare = brackets ? host.substring(1, host.length() - 1) : host;
    if (bare.indexOf(':') >= 0 && !bare.matches(IPV6)) {
      throw new IllegalArgumentException(
          "host must be a name or an address alone; the port is set with port(..)");
    }
    if (bare.isBlank() || bare.indexOf(' ') >= 0 || hasControl(bare)) {
      throw new IllegalArgumentException(
          "host must be a name or an address, without blanks and control characters");
    }
    return bare;
  }

  /** Returns true if a text has control characters. */
  public static boolean hasControl(String text) {
    for (int i = 0; i < text.length(); i++) {
      if (Character.isISOControl(text.charAt(i))) {
        return true;
      }
    }
    return false;
  }

  public static ConnectionOptions fromUri(String uri) {
    Destination destination = Destination.ofUri(uri);
    var builder = ConnectionOptions.builder(destination.host());
    destination.applyTo(builder);
    return builder.build();
  }

  public static ConnectionOptions fromEnvironment(Map<String, String> environment) {
    String host = environment.getOrDefault("SFTP_HOST", "");
    if (host.isEmpty()) {
      throw new IllegalStateException("SFTP_HOST is not set");
    }
    var builder = ConnectionOptions.builder(host);
    String port = environment.getOrDefault("SFTP_PORT", "");
    if (!port.isEmpty()) {
      builder.port(port("SFTP_PORT", port));
    }
    String user = environment.getOrDefault("SFTP_USER", "");
    if (!user.isEmpty()) {
      builder.username(user);
    }
    String password = environment.getOrDefault("SFTP_PASSWORD", "");
    if (!password.isEmpty()) {
      builder.password(password);
    }
    String key = environment.getOrDefault("SFTP_KEY", "");
    if (!key.isEmpty()) {
      setKey(builder, "SFTP_KEY", key);
    }
    return builder.build();
  }

  public static ConnectionOptions fromMap(Map<String, ?> keywords) {
    Object host = keywords.get("host");
    if (host == null) {
      throw new IllegalArgumentException("host is missing");
    }
    var builder = ConnectionOptions.builder(text("host", host));
    keywords.forEach(
        (key, value) -> {
          if (value != null) {
            set(builder, String.valueOf(key), value);
          }
        });
    return builder.build();
  }

  private static void set(ConnectionOptions.Builder builder, String key, Object value) {
    switch (key) {
      case "host" -> {}
      case "username" -> builder.username(text(key, value));
      case "password" -> builder.password(text(key, value));
      case "private_key" -> setKey(builder, key, value);
      case "private_key_pass" -> builder.passphrase(text(key, value));
      case "port" ->
          builder.port(port(key, value instanceof Number ? value.toString() : text(key, value)));
      case "ciphers" -> builder.ciphers(texts(key, value));
      case "log" -> builder.log(path(key, value));
      case "default_path" -> builder.defaultPath(text(key, value));
      case "known_hosts" -> builder.knownHosts(path(key, value));
      default ->
          throw new IllegalArgumentException("unknown option: " + key + "; known are " + KEYWORDS);
    }
  }

  private static void setKey(ConnectionOptions.Builder builder, String key, Object value) {
    if (value instanceof String text && isKey(text)) {
      builder.privateKeyContent(text);
    } else {
      builder.privateKey(path(key, value));
    }
  }

  private static int port(String key, String value) {
    try {
      return Destination.port(key, Integer.parseInt(value.strip()));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          key + " must be a number from 1 to 65535, not \"" + value + '"', e);
    }
  }

  private static String text(String key, @Nullable Object value) {
    if (value instanceof String text) {
      return text;
    }
    throw wrongType(key, value, "a String");
  }

  private static Path path(String key, Object value) {
    if (value instanceof Path path) {
      return path;
    }
    if (value instanceof String text) {
      try {
        return Path.of(text);
      } catch (InvalidPathException e) {
        throw new IllegalArgumentException(key + " must be the path of a file: " + e.getReason());
      }
    }
    throw wrongType(key, value, "a Path or a String");
  }

  private static String[] texts(String key, Object value) {
    Object several = value instanceof Object[] array ? Arrays.asList(array) : value;
    if (several instanceof Iterable<?> names) {
      var texts = new ArrayList<String>();
      for (Object name : names) {
        texts.add(text(key, name));
      }
      return texts.toArray(String[]::new);
    }
    throw wrongType(key, value, "a list of names");
  }

  private static IllegalArgumentException wrongType(
      String key, @Nullable Object value, String wanted) {
    String type = value == null ? "null" : "a " + value.getClass().getName();
    return new IllegalArgumentException(key + " must be " + wanted + ", not " + type);
  }
}
