package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.ssh.support.PublicKeyFormat;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The entries for some hosts in known_hosts files, in the format of sshd(8). Malformed lines are
 * ignored like comments. JSch's own parser stops at the first malformed line, and supports neither
 * wildcards nor negations.
 */
public final class KnownHosts {
  private static final Pattern BLANKS = Pattern.compile("[ \\t]+");
  private static final int MAX_LINE_LENGTH = 64 * 1024;

  private final List<String> hosts;
  private final List<Entry> entries = new ArrayList<>();

  /**
   * Creates an empty set of entries.
   *
   * @param hosts the hosts to collect entries for, written as in known_hosts
   */
  public KnownHosts(List<String> hosts) {
    this.hosts = new ArrayList<>();
    for (String host : hosts) {
      this.hosts.add(bytesOf(host));
    }
  }

  /** The meaning of a line. */
  public enum Marker {
    /** The key is a host key. */
    NONE,
    /** The key signs certificates of hosts. */
    CERT_AUTHORITY,
    /** The key must not be accepted. */
    REVOKED;

    static @Nullable Marker of(String field) {
      return switch (field) {
        case "@cert-authority" -> CERT_AUTHORITY;
        case "@revoked" -> REVOKED;
        default -> field.startsWith("@") ? null : NONE;
      };
    }
  }

  /**
   * A line of a known_hosts file.
   *
   * @param hosts patterns separated by commas, or a hash
   * @param base64 the public key
   * @param file the file that contains the line
   * @param line its number, from 1
   */
  public record Entry(Marker marker, String hosts, String base64, Path file, int line) {

    byte[] key() {
      return Base64.getDecoder().decode(base64);
    }

    boolean has(byte[] other) {
      return Arrays.equals(key(), other);
    }

    String type() {
      return Fingerprint.type(key());
    }

    /** Returns the file and the number of the line, as in "/etc/ssh/ssh_known_hosts:3". */
    String place() {
      return file + ":" + line;
    }
  }

  /** Returns the entries with a marker that match one of the hosts. */
  public List<Entry> about(String host, Marker marker) {
    String bytes = bytesOf(host);
    var about = new ArrayList<Entry>();
    for (Entry entry : entries) {
      if (entry.marker() == marker && HostPatterns.match(entry.hosts(), bytes)) {
        about.add(entry);
      }
    }
    return about;
  }

  /** Returns all entries with a marker, of whichever of the hosts. */
  List<Entry> all(Marker marker) {
    var all = new ArrayList<Entry>();
    for (Entry entry : entries) {
      if (entry.marker() == marker) {
        all.add(entry);
      }
    }
    return all;
  }

  /**
   * Adds the matching entries of a file. Reads line by line, so a large file needs little memory.
   */
  public void read(InputStream in, Path file) throws IOException {
    String line = readLine(in);
    for (int number = 1; line != null; number++) {
      String stripped = line.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        parse(BLANKS.split(stripped), file, number);
      }
      line = readLine(in);
    }
  }

  /** Files are read byte by byte, since names in them need not be valid UTF-8. */
  private static String bytesOf(String host) {
    return new String(host.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  /** Returns the next line, or null at the end. */
  static @Nullable String readLine(InputStream in) throws IOException {
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

  private void parse(String[] fields, Path file, int number) {
    Marker marker = Marker.of(fields[0]);
    int first = marker == Marker.NONE ? 0 : 1;
    if (marker == null || fields.length < first + 3 || !matchesAny(fields[first])) {
      return;
    }
    if (PublicKeyFormat.decode(fields[first + 1], fields[first + 2]) != null) {
      entries.add(new Entry(marker, fields[first], fields[first + 2], file, number));
    }
  }

  private boolean matchesAny(String patterns) {
    for (String host : hosts) {
      if (HostPatterns.match(patterns, host)) {
        return true;
      }
    }
    return false;
  }
}
