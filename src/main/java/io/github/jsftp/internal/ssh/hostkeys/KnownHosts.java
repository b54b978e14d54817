package io.github.jsftp.internal.ssh.hostkeys;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The entries for some hosts in known_hosts files, in the format of sshd(8). Malformed lines are
 * ignored like comments. JSch's own parser stops at the first malformed line, and supports neither
 * wildcards nor negations.
 */
public final class KnownHosts {
  private static final String REVOKED = "@revoked";
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
  private static final int MAX_LINE_LENGTH = 64 * 1024;

  private final List<String> hosts;
  private final List<HostKeyEntry> entries = new ArrayList<>();

  /**
   * Creates an empty set of entries.
   *
   * @param hosts the hosts to collect entries for, written as in known_hosts
   */
  public KnownHosts(List<String> hosts) {
    this.hosts = hosts;
  }

  /**
   * A line of a known_hosts file.
   *
   * @param revoked true if it is marked {@code @revoked}
   * @param hosts patterns separated by commas, or a hash
   * @param type the key's type, such as "ssh-ed25519"
   * @param key the key in base64
   * @param file the file that contains it
   */
  public record HostKeyEntry(boolean revoked, String hosts, String type, String key, Path file) {

    /** Returns the decoded key. */
    public byte[] blob() {
      return Base64.getDecoder().decode(key);
    }
  }

  /** Returns the entries that match one of the hosts. */
  public List<HostKeyEntry> about(String host) {
    return entries.stream().filter(entry -> matchesHost(entry.hosts(), host)).toList();
  }

  /**
   * Adds the matching entries of a file. Reads line by line, so a large file needs little memory.
   */
  public void read(InputStream in, Path file) throws IOException {
    String line = readLine(in);
    while (line != null) {
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        parse(BLANKS.split(stripped), file);
      }
      line = readLine(in);
    }
  }

  private static @Nullable String readLine(InputStream in) throws IOException {
    var line = new StringBuilder();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (line.length() == MAX_LINE_LENGTH) {
        throw new IOException("it has a line of more than 64 KiB");
      }
      line.append((char) next);
      next = in.read();
    }
    return line.toString();
  }

  private void parse(String[] fields, Path file) {
    boolean revoked = fields[0].equals(REVOKED);
    if (fields[0].startsWith("@") && !revoked) {
      // Host certificates are not supported, so their authorities are skipped.
      return;
    }
    int first = revoked ? 1 : 0;
    if (fields.length < first + 3
        || hosts.stream().noneMatch(host -> matchesHost(fields[first], host))) {
      return;
    }
    try {
      byte[] key = Base64.getDecoder().decode(fields[first + 2]);
      if (Fingerprint.type(key).equals(fields[first + 1])) {
        entries.add(
            new HostKeyEntry(
                revoked,
                fields[first],
                fields[first + 1],
                Base64.getEncoder().encodeToString(key),
                file));
      }
    } catch (IllegalArgumentException e) {
      // Not a key; ssh would not accept the line either.
    }
  }

  private static boolean matchesHost(String hosts, String host) {
    return hosts.startsWith("|") ? matchesHash(hosts, host) : matchesPatterns(hosts, host);
  }

  private static boolean matchesHash(String hash, String host) {
    String[] parts = hash.split("\\|", -1);
    if (parts.length != 4 || !parts[1].equals("1")) {
      return false;
    }
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[2]), "HmacSHA1"));
      byte[] expected = mac.doFinal(host.getBytes(StandardCharsets.UTF_8));
      return Arrays.equals(expected, Base64.getDecoder().decode(parts[3]));
    } catch (IllegalArgumentException | GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean matchesPatterns(String patterns, String host) {
    boolean found = false;
    for (String pattern : patterns.toLowerCase(Locale.ROOT).split(",", -1)) {
      boolean negated = pattern.startsWith("!");
      if (matchesPattern(negated ? pattern.substring(1) : pattern, host)) {
        if (negated) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  /**
   * Matches without recursion or exponential time: after a mismatch, only the last star is extended
   * by one character.
   */
  private static boolean matchesPattern(String pattern, String host) {
    int at = 0;
    int star = -1;
    int retryAt = 0;
    int i = 0;
    while (i < host.length()) {
      int c = at < pattern.length() ? pattern.charAt(at) : -1;
      if (c == '*') {
        star = at++;
        retryAt = i;
      } else if (c == '?' || c == host.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++retryAt;
      } else {
        return false;
      }
    }
    while (at < pattern.length() && pattern.charAt(at) == '*') {
      at++;
    }
    return at == pattern.length();
  }
}
