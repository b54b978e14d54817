package io.github.jsftp;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@link ConnectionOptions} from where people keep them. */
final class OptionSources {
  private OptionSources() {}

  static String currentUser() {
    return System.getProperty("user.name", "");
  }

  static ConnectionOptions fromEnvironment(Map<String, String> environment) {
    String host = environment.get("SFTP_HOST");
    if (host == null) {
      throw new IllegalStateException("SFTP_HOST is not set");
    }
    var builder = ConnectionOptions.builder(host);
    String port = environment.get("SFTP_PORT");
    if (port != null) {
      builder.port(number("SFTP_PORT", port));
    }
    String user = environment.get("SFTP_USER");
    if (user != null) {
      builder.username(user);
    }
    String password = environment.get("SFTP_PASSWORD");
    if (password != null) {
      builder.password(password);
    }
    String key = environment.get("SFTP_KEY");
    if (key != null) {
      builder.privateKey(Path.of(key));
    }
    return builder.build();
  }

  static ConnectionOptions fromMap(Map<String, ?> keywords) {
    Object host = keywords.get("host");
    if (host == null) {
      throw new IllegalArgumentException("host is missing");
    }
    var builder = ConnectionOptions.builder(text("host", host));
    keywords.forEach(
        (key, value) -> {
          if (value != null) {
            set(builder, key, value);
          }
        });
    return builder.build();
  }

  private static void set(ConnectionOptions.Builder builder, String key, Object value) {
    switch (key) {
      case "host" -> {}
      case "username" -> builder.username(text(key, value));
      case "password" -> builder.password(text(key, value));
      case "private_key" -> builder.privateKey(path(key, value));
      case "private_key_pass" -> builder.passphrase(text(key, value));
      case "port" ->
          builder.port(value instanceof Integer number ? number : number(key, text(key, value)));
      case "ciphers" -> builder.ciphers(texts(key, value));
      case "log" -> builder.log(path(key, value));
      case "default_path" -> builder.defaultPath(text(key, value));
      case "known_hosts" -> builder.knownHosts(path(key, value));
      default -> throw new IllegalArgumentException("unknown option: " + key);
    }
  }

  private static int number(String key, String value) {
    try {
      return Integer.parseInt(value.strip());
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(key + " must be a number, not \"" + value + '"', e);
    }
  }

  private static String text(String key, Object value) {
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
      return Path.of(text);
    }
    throw wrongType(key, value, "a Path or a String");
  }

  private static String[] texts(String key, @Nullable Object value) {
    if (value instanceof String[] array) {
      return array;
    }
    if (value instanceof Iterable<?> several) {
      var texts = new ArrayList<String>();
      for (Object one : several) {
        texts.add(text(key, one));
      }
      return texts.toArray(String[]::new);
    }
    throw wrongType(key, value, "a list of names");
  }

  private static IllegalArgumentException wrongType(
      String key, @Nullable Object value, String wanted) {
    String type = value == null ? "null" : value.getClass().getName();
    return new IllegalArgumentException(key + " must be " + wanted + ", not a " + type);
  }
}
