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
 * The lines of known_hosts files that are about some hosts, read as sshd(8) describes them. A line
 * that makes no sense counts as a comment. JSch's own reader gives up at the first such line, and
 * knows neither wildcards nor negations.
 */
public final class KnownHosts {
  private static final String REVOKED = "@revoked";
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
  private static final int LONGEST_LINE = 64 * 1024;

  private final List<String> hosts;
  private final List<Line> lines = new ArrayList<>();

  /** Collects lines about these hosts, written as known_hosts does. */
  public KnownHosts(List<String> hosts) {
    this.hosts = hosts;
  }

  /**
   * One line.
   *
   * @param hosts patterns separated by commas, or a hash
   * @param type the key's type, such as "ssh-ed25519"
   * @param key the key itself in base64
   * @param file the file that it is in
   */
  public record Line(boolean revoked, String hosts, String type, String key, Path file) {

    /** Returns the key's bytes. */
    public byte[] blob() {
      return Base64.getDecoder().decode(key);
    }
  }

  /** Returns the lines about one of the hosts. */
  public List<Line> about(String host) {
    return lines.stream().filter(line -> isAbout(line.hosts(), host)).toList();
  }

  /**
   * Adds the lines of a file. Holds one line at a time in memory, whatever the size of the file.
   */
  public void read(InputStream in, Path file) throws IOException {
    String line = line(in);
    while (line != null) {
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        parse(BLANKS.split(stripped), file);
      }
      line = line(in);
    }
  }

  private static @Nullable String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    int next = in.read();
    if (next < 0) {
      return null;
    }
    while (next >= 0 && next != '\n') {
      if (line.length() == LONGEST_LINE) {
        throw new IOException("it has a line of more than 64 KiB");
      }
      line.append((char) next);
      next = in.read();
    }
    return line.toString();
  }

  private void parse(String[] words, Path file) {
    boolean revoked = words[0].equals(REVOKED);
    if (words[0].startsWith("@") && !revoked) {
      // Authorities of host certificates, which are not judged here.
      return;
    }
    int first = revoked ? 1 : 0;
    if (words.length < first + 3 || hosts.stream().noneMatch(host -> isAbout(words[first], host))) {
      return;
    }
    try {
      byte[] key = Base64.getDecoder().decode(words[first + 2]);
      if (Fingerprint.type(key).equals(words[first + 1])) {
        lines.add(
            new Line(
                revoked,
                words[first],
                words[first + 1],
                Base64.getEncoder().encodeToString(key),
                file));
      }
    } catch (IllegalArgumentException e) {
      // Not a key: no line that ssh would understand either.
    }
  }

  private static boolean isAbout(String hosts, String host) {
    return hosts.startsWith("|") ? hasHash(hosts, host) : hasPattern(hosts, host);
  }

  private static boolean hasHash(String hash, String host) {
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

  private static boolean hasPattern(String patterns, String host) {
    boolean found = false;
    for (String pattern : patterns.toLowerCase(Locale.ROOT).split(",", -1)) {
      boolean negated = pattern.startsWith("!");
      if (matches(negated ? pattern.substring(1) : pattern, host)) {
        if (negated) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  /** Matches without recursion: after a mismatch only the last star takes one character more. */
  private static boolean matches(String pattern, String host) {
    int at = 0;
    int star = -1;
    int resume = 0;
    int i = 0;
    while (i < host.length()) {
      int c = at < pattern.length() ? pattern.charAt(at) : -1;
      if (c == '*') {
        star = at++;
        resume = i;
      } else if (c == '?' || c == host.charAt(i)) {
        at++;
        i++;
      } else if (star >= 0) {
        at = star + 1;
        i = ++resume;
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
