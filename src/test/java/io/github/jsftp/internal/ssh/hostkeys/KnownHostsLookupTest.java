package io.github.jsftp.internal.ssh.hostkeys;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.internal.ssh.hostkeys.KnownHosts.Marker;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Looks up hosts in generated known_hosts files, and compares with {@code ssh-keygen -F}. */
@Timeout(300)
class KnownHostsLookupTest {
  private static final int FILES = 40;
  private static final int LINES = 25;
  private static final List<String> HOSTS =
      List.of(
          "a.example.com",
          "ab.example.com",
          "files",
          "x_y-z.example.org",
          "10.0.0.1",
          "::1",
          "2001:db8::a",
          "fe80::1%eth0",
          "[a.example.com]:2222",
          "[ab.example.com]:22",
          "[10.0.0.1]:22222",
          "[::1]:2222",
          "xn--mnchen-3ya.de");

  private static final Map<String, Marker> MARKERS =
      Map.of("CA", Marker.CERT_AUTHORITY, "REVOKED", Marker.REVOKED);

  private static final Pattern FOUND =
      Pattern.compile("# Host .* found: line (\\d+) (CA|REVOKED)?\\n.*?(SHA256:\\S+)");

  @TempDir private Path dir;
  private final Random random = new Random(1);
  private final List<String> keys = keys();

  @Test
  void findsTheLinesThatSshKeygenFinds() throws Exception {
    List<String> files = IntStream.range(0, FILES).mapToObj(i -> file()).toList();
    // The lines are independent, so one process can look a host up in all files at once.
    Path all = Files.writeString(dir.resolve("all"), String.join("\n", files));
    int lookups = 0;
    int successful = 0;
    for (String host : HOSTS) {
      List<Found> theirs = lookUpWithSshKeygen(all, host);
      int start = 0;
      for (String text : files) {
        int end = start + (int) text.lines().count();
        List<Found> ours = lookUp(text, host, start);
        assertThat(ours).as("%s in:\n%s", host, text).isEqualTo(between(theirs, start, end));
        start = end;
        lookups++;
        successful += ours.isEmpty() ? 0 : 1;
      }
    }
    assertThat(lookups).isGreaterThanOrEqualTo(500);
    assertThat(successful).isBetween(lookups / 2, lookups - 20);
  }

  @Test
  void findsNamesThatAreNotAscii() throws Exception {
    String host = "münchen.de";
    assertThat(lookUp(host + " " + key() + "\n" + hash(host) + " " + key(), host, 0)).hasSize(2);
    assertThat(lookUp("m?nchen.de " + key(), host, 0)).isEmpty(); // it has two bytes, as for ssh
  }

  /**
   * A line that matches.
   *
   * @param line its number in the concatenation of all files
   */
  private record Found(int line, Marker marker, String fingerprint) {}

  private static List<Found> between(List<Found> found, int start, int end) {
    return found.stream().filter(each -> each.line() > start && each.line() <= end).toList();
  }

  private static List<Found> lookUp(String text, String host, int linesBefore) throws IOException {
    var known = new KnownHosts(List.of(host));
    known.read(
        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), Path.of("known_hosts"));
    return Stream.of(Marker.values())
        .flatMap(marker -> known.about(host, marker).stream())
        .map(
            entry ->
                new Found(linesBefore + entry.line(), entry.marker(), Fingerprint.of(entry.key())))
        .sorted(Comparator.comparing(Found::line))
        .toList();
  }

  private static List<Found> lookUpWithSshKeygen(Path file, String host) throws IOException {
    Process keygen =
        new ProcessBuilder("ssh-keygen", "-l", "-F", host, "-f", file.toString())
            .redirectErrorStream(true)
            .start();
    String output = new String(keygen.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return FOUND
        .matcher(output)
        .results()
        .map(
            found ->
                new Found(
                    Integer.parseInt(found.group(1)),
                    found.group(2) == null ? Marker.NONE : MARKERS.get(found.group(2)),
                    found.group(3)))
        .toList();
  }

  private String file() {
    var text = new StringBuilder();
    for (int i = 0; i < LINES; i++) {
      text.append(line()).append(oneIn(8) ? "\r\n" : "\n");
    }
    return text.append(host()).append(" ").append(key()).toString();
  }

  private String line() {
    return switch (random.nextInt(20)) {
      case 0 -> "# " + host() + " " + key();
      case 1 -> any("", "   ", "\t", host(), "word word", "@revoked", "@cert-authority " + host());
      default ->
          any("", "", "", " ", "\t ")
              + any("", "", "", "", "@revoked ", "@revoked  ", "@cert-authority ", badMarker())
              + hosts()
              + any(" ", " ", "  ", "\t", " \t")
              + (oneIn(6) ? badKey() : key())
              + any("", "", " a comment", "\tme@host", " # " + key(), "  ");
    };
  }

  private String badMarker() {
    return any("@revoked @revoked ", "@strange ", "@ ", "@cert-authority @revoked ", "@REVOKED ");
  }

  private String hosts() {
    if (oneIn(4)) {
      return oneIn(5) ? badHash() : hash(host());
    }
    return IntStream.rangeClosed(0, random.nextInt(3))
        .mapToObj(i -> oneIn(30) ? "*".repeat(1030) : (oneIn(5) ? "!" : "") + pattern())
        .collect(Collectors.joining(","));
  }

  private String pattern() {
    String host = host();
    int at = random.nextInt(host.length());
    return switch (random.nextInt(9)) {
      case 0 -> host.substring(0, at) + "*";
      case 1 -> "*" + host.substring(at);
      case 2 -> host.substring(0, at) + "?" + host.substring(at + 1);
      case 3 -> host.substring(0, at) + "**" + host.substring(at + 1);
      case 4 -> host.substring(0, at) + "?*" + host.substring(at);
      case 5 -> any("", "*", "?", "!", "[*]:*", "*:2222", "[*]:22*", "*.*.*.*", "[a.example.com]");
      case 6 -> host.replace('e', 'E').replace('a', 'A');
      default -> host;
    };
  }

  private String badHash() {
    String hash = hash(host());
    return any(
        hash.replace("|1|", "|2|"),
        hash.replace("|1|", "|1|AAAA"),
        hash(host(), 19),
        hash(host(), 21),
        hash.substring(0, hash.length() - 1),
        hash + "=",
        hash + "|",
        "|1|",
        "|",
        "|1|" + hash.substring(hash.lastIndexOf('|')));
  }

  private String badKey() {
    String key = key();
    String type = key.substring(0, key.indexOf(' '));
    String base64 = key.substring(key.indexOf(' ') + 1);
    int half = base64.length() / 2;
    return any(
        type,
        type + " ",
        base64,
        "# " + key,
        type + " " + base64.substring(0, half),
        type + " " + base64.substring(0, base64.length() - 1),
        type + " " + base64 + "AAAA",
        type + " " + base64 + "=",
        type + " " + base64.substring(0, half) + "!" + base64.substring(half),
        type + " " + base64.substring(0, half) + " " + base64.substring(half),
        "ssh-ed25519 " + keys.get(1).substring(keys.get(1).indexOf(' ') + 1),
        "ssh-strange " + base64,
        type.toUpperCase(Locale.ROOT) + " " + base64,
        "1024 35 " + base64);
  }

  private String host() {
    return HOSTS.get(random.nextInt(HOSTS.size()));
  }

  private String key() {
    return keys.get(random.nextInt(keys.size()));
  }

  private boolean oneIn(int number) {
    return random.nextInt(number) == 0;
  }

  private String any(String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private String hash(String host) {
    return hash(host, 20);
  }

  private String hash(String host, int saltLength) {
    try {
      byte[] salt = bytes(saltLength);
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(salt, "HmacSHA1"));
      byte[] hash = mac.doFinal(host.getBytes(StandardCharsets.UTF_8));
      var base64 = Base64.getEncoder();
      return "|1|" + base64.encodeToString(salt) + "|" + base64.encodeToString(hash);
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  private byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private List<String> keys() {
    Supplier<byte[]> modulus =
        () -> new BigInteger(2047, random).setBit(2046).setBit(0).toByteArray();
    byte[] exponent = {1, 0, 1};
    var keys = new ArrayList<String>();
    for (int i = 0; i < 4; i++) {
      keys.add(key("ssh-ed25519", bytes(32)));
      keys.add(key("ssh-rsa", exponent, modulus.get()));
    }
    keys.add(key("sk-ssh-ed25519@openssh.com", bytes(32), "ssh:".getBytes(StandardCharsets.UTF_8)));
    keys.add(
        "ecdsa-sha2-nistp256"
            + " AAAAE2VjZHNhLXNoYTItbmlzdHAyNTYAAAAIbmlzdHAyNTYAAABBBEmKSENjQEezOmxkZMy7opKgwFB9nkt5"
            + "YRrYMjNuG5N87uRgg6CLrbo5wAdT/y6v0mKV0U2w0WZ2YB/++Tpockg=");
    keys.add(key("ssh-rsa", exponent, BigInteger.ONE.shiftLeft(768).setBit(0).toByteArray()));
    keys.add(key("ssh-ed25519", bytes(31)));
    keys.add(key("ssh-ed25519", bytes(32), bytes(1)));
    keys.add(key("ssh-rsa", exponent));
    return List.copyOf(keys);
  }

  private static String key(String type, byte[]... fields) {
    var bytes = new ByteArrayOutputStream();
    try (var out = new DataOutputStream(bytes)) {
      out.writeInt(type.length());
      out.writeBytes(type);
      for (byte[] field : fields) {
        out.writeInt(field.length);
        out.write(field);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return type + " " + Base64.getEncoder().encodeToString(bytes.toByteArray());
  }
}
