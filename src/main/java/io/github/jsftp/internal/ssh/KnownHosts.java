package io.github.jsftp.internal.ssh;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

/**
 * The lines of known_hosts files, read as sshd(8) describes them. A line that makes no sense counts
 * as a comment. JSch's own reader gives up at the first such line, and knows neither wildcards nor
 * negations.
 */
final class KnownHosts {
  private static final String REVOKED = "@revoked";
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");

  private final List<Line> lines = new ArrayList<>();

  /**
   * One line.
   *
   * @param hosts patterns separated by commas, or a hash
   * @param type the key's type, such as "ssh-ed25519"
   * @param key the key itself in base64
   * @param file the file that it is in
   */
  record Line(boolean revoked, String hosts, String type, String key, Path file) {

    /** Says whether this line is about a host, written as known_hosts does. */
    boolean isAbout(String host) {
      return hosts.startsWith("|") ? hasHash(host) : hasPattern(host);
    }

    private boolean hasHash(String host) {
      String[] parts = hosts.split("\\|", -1);
      if (parts.length != 4 || !parts[1].equals("1")) {
        return false;
      }
      try {
        Mac mac = Mac.getInstance("HmacSHA1");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[2]), "HmacSHA1"));
        byte[] hash = mac.doFinal(host.getBytes(StandardCharsets.UTF_8));
        return Arrays.equals(hash, Base64.getDecoder().decode(parts[3]));
      } catch (IllegalArgumentException | GeneralSecurityException e) {
        return false;
      }
    }

    private boolean hasPattern(String host) {
      boolean found = false;
      for (String pattern : hosts.split(",", -1)) {
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

    private static boolean matches(String pattern, String host) {
      var regex = new StringBuilder();
      for (char c : pattern.toLowerCase(Locale.ROOT).toCharArray()) {
        switch (c) {
          case '*' -> regex.append(".*");
          case '?' -> regex.append('.');
          default -> regex.append(Pattern.quote(String.valueOf(c)));
        }
      }
      return Pattern.matches(regex.toString(), host);
    }

    /** Returns the key's bytes. */
    byte[] blob() {
      return Base64.getDecoder().decode(key);
    }
  }

  /** Reads files; those that do not exist count as empty. */
  static KnownHosts read(List<Path> files) throws IOException {
    var known = new KnownHosts();
    for (Path file : files) {
      try {
        known.parse(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1), file);
      } catch (NoSuchFileException e) {
        // As good as empty.
      }
    }
    return known;
  }

  /** Returns the lines about a host. */
  List<Line> about(String host) {
    return lines.stream().filter(line -> line.isAbout(host)).toList();
  }

  private void parse(String text, Path file) {
    text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty() && !line.startsWith("#"))
        .forEach(line -> parseLine(BLANKS.split(line), file));
  }

  private void parseLine(String[] words, Path file) {
    boolean revoked = words[0].equals(REVOKED);
    if (words[0].startsWith("@") && !revoked) {
      // Authorities of host certificates, which are not judged here.
      return;
    }
    int first = revoked ? 1 : 0;
    if (words.length < first + 3) {
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
}
