package io.github.jsftp.internal.options.sshconfig;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** A configuration with random blocks and values, in one or more files. */
final class GeneratedConfig {
  private static final List<String> ALIASES =
      List.of("web", "db1", "db1.example.com", "Files", "192.0.2.7", "2001:db8::7");

  private static final List<String> PATTERNS =
      List.of(
          "*",
          "web",
          "db?",
          "*.example.com",
          "!db1",
          "192.0.2.*",
          "F*s",
          "FILES",
          "files",
          "!*.com",
          "2001:*",
          "?*",
          "\"web\"",
          "w*,d*");

  private static final List<String> HOST_LISTS =
      List.of(
          "web",
          "*",
          "db1,web",
          "*.EXAMPLE.com",
          "!web,*",
          "\"db*,files\"",
          "192.0.2.*",
          "!*",
          "real*");

  private static final List<String> PATHS =
      List.of(
          "~/.ssh/id_work",
          "/keys/%h_%r",
          "none",
          "\"/keys/with blank\"",
          "'/keys/single'",
          "/keys/escaped\\ blank",
          "~",
          "/keys/%%",
          "keys/relative",
          "\"/keys/\\\"quoted\\\"\"",
          "/keys/#hash",
          "/keys/a");

  private static final List<String> EXPANDED =
      List.of(
          "~/.ssh/hosts_%h",
          "/hosts/%n/%p",
          "/hosts/%r-%u",
          "/hosts/%d/x",
          "/hosts/%i",
          "/hosts/%l-%L",
          "/hosts/%%",
          "${JSFTP_DIR}/hosts",
          "/hosts/%k",
          "\"/hosts/a b\"",
          "/dev/null",
          "~//double",
          "/h/${JSFTP_DIR}%h");

  private static final List<String> HOPS =
      List.of(
          "gw",
          "me@gw:2022",
          "gw1,gw2",
          "a@gw1:22,ssh://b@gw2:2200",
          "[2001:db8::1]:22",
          "192.0.2.1",
          "ssh://gw",
          "none",
          "gw # far",
          "NONE",
          "gw.example.com:22");

  private static final List<String> BROKEN =
      List.of(
          "User \"open",
          "Port 0",
          "Port abc",
          "Port 65536",
          "StrictHostKeyChecking maybe",
          "IdentityFile",
          "Match",
          "Match host",
          "Match bogus x",
          "Match all host web",
          "ConnectTimeout 5x",
          "User a b",
          "ProxyJump a,,b",
          "UserKnownHostsFile none /x",
          "Include \"\"",
          "ServerAliveCountMax -1",
          "Compression maybe",
          "AddressFamily inet5",
          "Host \"\"",
          "PubkeyAuthentication perhaps",
          "User \"\"",
          "IdentityAgent ${JSFTP_MISSING}",
          "NumberOfPasswordPrompts many",
          "ProxyJump @gw",
          "IdentityAgent $A-B",
          "Port 1 2",
          "Match user a all user b",
          "ConnectTimeout 99999999999",
          "Ciphers");

  private final Random random;
  private final Path dir;
  private final String alias;
  private int files;
  private boolean ignoresUnknown;

  /** Writes the files below a directory. */
  GeneratedConfig(long seed, Path dir) throws IOException {
    this.random = new Random(seed);
    this.dir = Files.createDirectories(dir);
    this.alias = one(ALIASES);
    write("config", 0);
    if (random.nextInt(20) > 0) { // without a port, ssh searches all services at length
      Files.writeString(main(), "\nHost *\nPort 2222\n", java.nio.file.StandardOpenOption.APPEND);
    }
  }

  String alias() {
    return alias;
  }

  Path main() {
    return dir.resolve("config");
  }

  /** Returns the text of all files. */
  String text() throws IOException {
    var text = new StringBuilder();
    try (var all = Files.list(dir)) {
      for (Path file : all.sorted().toList()) {
        text.append("--- ").append(file).append('\n').append(Files.readString(file)).append('\n');
      }
    }
    return text.toString();
  }

  private void write(String name, int depth) throws IOException {
    files++;
    var lines = new ArrayList<String>();
    if (depth == 0 && random.nextInt(3) == 0) {
      ignoresUnknown = true;
      lines.add("IgnoreUnknown JsftpTest*,usekeychain");
    }
    if (ignoresUnknown) {
      lines.add(one(List.of("UseKeychain yes", "JsftpTest x", "jsftptest2 \"a\" b")));
    }
    int count = 4 + random.nextInt(14);
    for (int i = 0; i < count; i++) {
      lines.add(line(depth));
    }
    String end = random.nextInt(8) == 0 ? "\r\n" : "\n";
    Files.writeString(
        dir.resolve(name), String.join(end, lines) + (random.nextBoolean() ? end : ""));
  }

  private String line(int depth) throws IOException {
    int kind = random.nextInt(100);
    if (kind < 18) {
      return "Host " + some(PATTERNS, 3);
    }
    if (kind < 28) {
      return "Match " + conditions();
    }
    if (kind < 32 && depth < 3 && files < 6) {
      return include(depth);
    }
    if (kind < 34) {
      return one(List.of("", "   ", "# Host *", "\t#", "  # Port 1"));
    }
    if (random.nextInt(220) == 0) {
      return one(BROKEN);
    }
    return setting();
  }

  private String conditions() {
    var text = new StringBuilder();
    int count = 1 + random.nextInt(2);
    for (int i = 0; i < count; i++) {
      text.append(
          switch (random.nextInt(14)) {
            case 0, 6, 7 -> "host ";
            case 1, 8 -> "!host ";
            case 2, 9 -> "originalhost ";
            case 3 -> "!originalhost ";
            case 4 -> "Host ";
            case 10 -> one(List.of("exec true ", "!exec true ", "exec \"false\" ", "!exec=false "));
            case 5 -> "user " + one(List.of("me", "*", "m?,root", "!me,*", "other")) + " ";
            default -> "localuser " + one(List.of("*", "nobody", "!nobody,*")) + " ";
          });
      if (text.toString().toLowerCase(Locale.ROOT).endsWith("host ")) {
        text.append(one(HOST_LISTS)).append(' ');
      }
    }
    return switch (random.nextInt(6)) {
      case 0 -> "all";
      case 1 -> "final " + text;
      case 2 -> "canonical " + text;
      case 3 -> "final all";
      default -> text.toString().strip() + (random.nextInt(5) == 0 ? " # comment" : "");
    };
  }

  private String include(int depth) throws IOException {
    String name = "part" + files;
    write(name + ".conf", depth + 1);
    return "Include "
        + switch (random.nextInt(4)) {
          case 0 -> "\"" + dir.resolve(name) + "*\"";
          case 1 -> dir.resolve(name + ".con?");
          case 2 -> dir.resolve("missing*") + " " + dir.resolve(name + ".conf");
          default -> dir.resolve(name + ".conf");
        };
  }

  private String setting() {
    String separator = one(List.of(" ", " ", " ", "=", " = ", "\t", "  "));
    String indent = one(List.of("", "  ", "\t"));
    String[] both = keyAndValue().split(" ", 2);
    String keyword =
        switch (random.nextInt(4)) {
          case 0 -> both[0].toLowerCase(Locale.ROOT);
          case 1 -> both[0].toUpperCase(Locale.ROOT);
          default -> both[0];
        };
    boolean isRaw = both[0].startsWith("Proxy");
    String end = isRaw || random.nextInt(6) > 0 ? "" : one(List.of("  ", " # comment", "\t", "\f"));
    return indent + keyword + separator + both[1] + end;
  }

  private String keyAndValue() {
    return switch (random.nextInt(31)) {
      case 0 ->
          "HostName "
              + one(
                  List.of(
                      "%h.example.com",
                      "REAL.example.com", "real", "192.0.2.9", "%h", "2001:db8::9"));
      case 1 -> "User " + one(List.of("me", "other", "\"with blank\"", "'x'", "a\\\\b"));
      case 2 -> "Port " + one(List.of("22", "2222", "022", "65535"));
      case 3 -> one(List.of("IdentityFile ", "IdentityFile2 ")) + one(PATHS);
      case 4 -> "IdentityFile " + one(PATHS);
      case 5 -> "CertificateFile " + one(PATHS);
      case 6 ->
          "IdentityAgent "
              + one(
                  List.of(
                      "none",
                      "SSH_AUTH_SOCK",
                      "$JSFTP_SOCK",
                      "${JSFTP_DIR}/a",
                      "~/a.%r.%p",
                      "/a/%C"));
      case 7 -> "UserKnownHostsFile " + (random.nextInt(8) == 0 ? "none" : some(EXPANDED, 3));
      case 8 -> "UserKnownHostsFile " + some(EXPANDED, 2);
      case 9 ->
          "GlobalKnownHostsFile "
              + one(List.of("none", "/etc/a /etc/b", "\"/etc/a b\"", "/etc/a", "NONE"));
      case 10, 11 ->
          "StrictHostKeyChecking "
              + one(List.of("yes", "no", "ask", "off", "accept-new", "True", "false", "ASK"));
      case 12 -> "HostKeyAlias " + one(List.of("Name", "name", "\"a b\""));
      case 13 -> "RevokedHostKeys " + one(List.of("/etc/revoked", "none", "\"/etc/a b\""));
      case 14 -> "ProxyJump " + one(HOPS);
      case 15 ->
          "ProxyCommand "
              + one(
                  List.of("nc -X 5 %h %p", "none", "ssh \"gw\" -W '%h':%p # no comment", "x=y z"));
      case 16 -> "Compression " + one(List.of("yes", "no", "YES"));
      case 17 ->
          "Ciphers "
              + one(
                  List.of(
                      "aes256-ctr,aes128-ctr",
                      "+aes256-cbc",
                      "-aes*",
                      "^aes256-ctr,aes128-cbc",
                      "-*gcm*,chacha20*"));
      case 18 -> "MACs " + one(List.of("hmac-sha2-256", "-*sha1*", "+hmac-md5", "^hmac-sha2-512"));
      case 19 ->
          "KexAlgorithms "
              + one(
                  List.of(
                      "curve25519-sha256",
                      "-sntrup*,ecdh*",
                      "+diffie-hellman-group14-sha1",
                      "^ecdh-sha2-nistp521"));
      case 20 ->
          "HostKeyAlgorithms " + one(List.of("ssh-ed25519", "+ssh-rsa", "-*cert*", "^rsa*", "ec*"));
      case 21 ->
          one(List.of("PubkeyAcceptedAlgorithms ", "PubkeyAcceptedKeyTypes "))
              + one(List.of("ssh-ed25519", "+ssh-rsa", "-*cert*", "^rsa-*", "*ed25519*"));
      case 22 -> "ConnectTimeout " + one(List.of("30", "1m30s", "1h", "none", "0", "2d", "1W1s"));
      case 23 -> "ServerAliveInterval " + one(List.of("15", "2m", "0", "none", "1M"));
      case 24 -> "ServerAliveCountMax " + one(List.of("0", "3", "10"));
      case 25 -> "AddressFamily " + one(List.of("any", "inet", "INET6"));
      case 26 -> "BindAddress " + one(List.of("127.0.0.1", "::1", "localhost"));
      case 27 -> "PreferredAuthentications " + one(List.of("publickey,password", "password", "x"));
      case 28 ->
          one(
                  List.of(
                      "PasswordAuthentication ",
                      "KbdInteractiveAuthentication ",
                      "ChallengeResponseAuthentication ",
                      "IdentitiesOnly ",
                      "CheckHostIP "))
              + one(List.of("yes", "no", "true", "FALSE"));
      case 29 -> "PubkeyAuthentication " + one(List.of("yes", "no", "unbound", "host-bound"));
      default ->
          one(
              List.of(
                  "NumberOfPasswordPrompts 1",
                  "NumberOfPasswordPrompts 007",
                  "LogLevel DEBUG3",
                  "ForwardAgent no",
                  "SendEnv LANG LC_*",
                  "ControlMaster auto"));
    };
  }

  private String some(List<String> all, int most) {
    var chosen = new ArrayList<String>();
    int count = 1 + random.nextInt(most);
    for (int i = 0; i < count; i++) {
      chosen.add(one(all));
    }
    return String.join(" ", chosen);
  }

  private String one(List<String> all) {
    return all.get(random.nextInt(all.size()));
  }
}
