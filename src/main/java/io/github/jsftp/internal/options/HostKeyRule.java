package io.github.jsftp.internal.options;

import io.github.jsftp.HostKeys;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The rule in a {@link HostKeys}, which the public API does not show.
 *
 * @param files the known_hosts files; null for those that ssh reads by default
 * @param pins fingerprints, or keys as "type base64"
 */
public record HostKeyRule(Kind kind, @Nullable List<Path> files, List<String> pins) {
  private static final String SHA256 = "SHA256:[A-Za-z0-9+/]{43}=?";
  private static final int FINGERPRINT_LENGTH = 50;

  /** As in ssh_config, this word stands for no file. */
  private static final Path NONE = Path.of("none");

  private static final AtomicReference<@Nullable Function<HostKeys, HostKeyRule>> ACCESS =
      new AtomicReference<>();

  /** The kinds of rules. */
  public enum Kind {
    /** Accepts only keys in the known_hosts files. */
    KNOWN_HOSTS,
    /** Accepts keys in the known_hosts files, and adds those of unknown hosts to the first file. */
    ACCEPT_NEW,
    /** Accepts only the given keys. */
    KEY,
    /** Accepts only keys with the given fingerprints. */
    FINGERPRINT,
    /** Accepts any key. */
    ANY
  }

  /** Lets {@link #of} read the rule of a HostKeys. Called only by HostKeys. */
  public static void grantAccess(Function<HostKeys, HostKeyRule> access) {
    ACCESS.set(access);
  }

  /** Returns the rule of a HostKeys. */
  public static HostKeyRule of(HostKeys keys) {
    return Objects.requireNonNull(ACCESS.get()).apply(keys);
  }

  /**
   * Creates a rule about known_hosts files.
   *
   * @param files empty for those that ssh reads by default
   * @throws IllegalArgumentException if new keys are added, but there is no file for them
   */
  public static HostKeyRule inFiles(Kind kind, Path... files) {
    if (files.length == 0) {
      return new HostKeyRule(kind, null, List.of());
    }
    if (kind == Kind.ACCEPT_NEW && files[0].equals(NONE)) {
      throw new IllegalArgumentException("acceptNew needs a file to add keys to, not \"none\"");
    }
    var given = new ArrayList<Path>();
    for (Path file : files) {
      if (!file.equals(NONE)) {
        given.add(file);
      }
    }
    return new HostKeyRule(kind, List.copyOf(given), List.of());
  }

  /**
   * Creates a rule that accepts the given keys only.
   *
   * @param lines keys as in ".pub" and known_hosts files
   * @throws IllegalArgumentException if there is none, or one is malformed
   */
  public static HostKeyRule keys(String... lines) {
    return new HostKeyRule(
        Kind.KEY, null, Arrays.stream(some("key", lines)).map(HostKeyRule::key).toList());
  }

  /**
   * Creates a rule that accepts keys with the given fingerprints only.
   *
   * @throws IllegalArgumentException if there is none, or one is malformed
   */
  public static HostKeyRule fingerprints(String... sha256) {
    for (String each : some("fingerprint", sha256)) {
      if (!each.matches(SHA256)) {
        throw new IllegalArgumentException(
            "fingerprint must be SHA256: and 43 characters as ssh-keygen -l prints it, not: "
                + each);
      }
    }
    return new HostKeyRule(
        Kind.FINGERPRINT,
        null,
        Arrays.stream(sha256).map(each -> each.substring(0, FINGERPRINT_LENGTH)).toList());
  }

  /** Creates a rule that accepts any key. */
  public static HostKeyRule any() {
    return new HostKeyRule(Kind.ANY, null, List.of());
  }

  private static String[] some(String what, String... pins) {
    if (pins.length == 0) {
      throw new IllegalArgumentException(what + ": at least one is needed");
    }
    return pins;
  }

  /** Returns the "type base64" of a line, which may begin with a host and end with a comment. */
  private static String key(String line) {
    String[] fields = line.strip().split("[ \\t]+", -1);
    for (int i = 0; i + 1 < fields.length && i < 2; i++) {
      if (isKey(fields[i], fields[i + 1])) {
        return fields[i] + " " + fields[i + 1];
      }
    }
    throw new IllegalArgumentException(
        "key must be like \"ssh-ed25519 AAAA...\", as in the server's /etc/ssh/ssh_host_*_key.pub,"
            + " not: "
            + line);
  }

  private static boolean isKey(String type, String base64) {
    try {
      ByteBuffer blob = ByteBuffer.wrap(Base64.getDecoder().decode(base64));
      byte[] name = type.getBytes(StandardCharsets.US_ASCII);
      if (blob.remaining() < Integer.BYTES + name.length || blob.getInt() != name.length) {
        return false;
      }
      byte[] inside = new byte[name.length];
      blob.get(inside);
      return Arrays.equals(inside, name);
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  @Override
  public String toString() {
    return switch (kind) {
      case KNOWN_HOSTS -> "known hosts" + in();
      case ACCEPT_NEW -> "known hosts" + in() + ", new ones added";
      case KEY, FINGERPRINT -> String.join(" or ", pins);
      case ANY -> "any host key, insecurely";
    };
  }

  private String in() {
    if (files == null) {
      return "";
    }
    return files.isEmpty()
        ? " in no file"
        : files.stream().map(Path::toString).collect(Collectors.joining(", ", " in ", ""));
  }
}
