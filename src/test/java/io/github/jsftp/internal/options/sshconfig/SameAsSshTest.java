package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.internal.options.Destination;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import io.github.jsftp.internal.ssh.support.AlgorithmList;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Generated configurations, evaluated here and by {@code ssh -G}. */
class SameAsSshTest {
  private static final int COUNT = 60;
  private static final int LONG_COUNT = 440;
  private static final int LOOPS = 2;

  private static final Map<String, String> ENVIRONMENT =
      Map.of("JSFTP_SOCK", "/run/sock", "JSFTP_DIR", "/run/%h dir");

  private static final List<String> SINGLE =
      List.of(
          "stricthostkeychecking",
          "compression",
          "connecttimeout",
          "serveraliveinterval",
          "serveralivecountmax",
          "addressfamily",
          "bindaddress",
          "preferredauthentications",
          "passwordauthentication",
          "pubkeyauthentication",
          "kbdinteractiveauthentication",
          "numberofpasswordprompts",
          "identitiesonly",
          "checkhostip",
          "proxycommand",
          "proxyjump",
          "ignoreunknown");

  private static final Map<String, String> ALGORITHMS =
      Map.of(
          "ciphers", "cipher",
          "macs", "mac",
          "kexalgorithms", "kex",
          "hostkeyalgorithms", "HostKeyAlgorithms",
          "pubkeyacceptedalgorithms", "PubkeyAcceptedAlgorithms");

  @TempDir private Path dir;

  @Test
  void allValuesAreTheSame() throws Exception {
    assertValuesAreTheSame(0, COUNT);
  }

  @Test
  @Tag("long")
  @Timeout(300)
  void allValuesOfManyMoreFilesAreTheSame() throws Exception {
    assertValuesAreTheSame(COUNT, LONG_COUNT);
  }

  private void assertValuesAreTheSame(int firstSeed, int count) throws Exception {
    OpenSshServer.sftpServer(); // skips the test where OpenSSH is not installed
    var configs = new ArrayList<GeneratedConfig>();
    for (int i = 0; i < count; i++) {
      configs.add(new GeneratedConfig(firstSeed + i, dir.resolve(String.valueOf(i))));
    }
    Files.createDirectories(dir.resolve("empty"));
    Files.createFile(dir.resolve("empty/config"));
    Map<String, List<String>> defaults = parse(runSsh(List.of("empty host")).get(0));
    Map<String, List<String>> known = knownAlgorithms();

    List<String> printed = runSsh(configs);
    var problems = new ArrayList<String>();
    int refused = 0;
    for (int i = 0; i < count; i++) {
      GeneratedConfig config = configs.get(i);
      String problem = problem(config, printed.get(i), defaults, known);
      refused += printed.get(i).contains("\nrefused") ? 1 : 0;
      if (problem != null) {
        problems.add("seed " + (firstSeed + i) + ", ssh -G " + config.alias() + ": " + problem);
        problems.add(problems.size() < 8 ? config.text() : "");
      }
    }
    assertThat(problems).isEmpty();
    assertThat(refused).isBetween(count / 50, count / 5);
  }

  @Test
  @Timeout(300)
  void pathsOfKeysAndTheCommandAreTheSame() throws Exception {
    OpenSshServer.sftpServer(); // skips the test where OpenSSH is not installed
    Path file = dir.resolve("config");
    Files.write(
        file,
        List.of(
            "HostName Web.Example.COM",
            "Port 7",
            "User me",
            "HostKeyAlias Cluster",
            "ProxyCommand false %h %n %p %r %k %% ${HOME} $HOME \"a b\"",
            "IdentityFile ~/%%d/%h",
            "IdentityFile ~",
            "IdentityFile ~//a",
            "IdentityFile %d/%n_%p_%r_%k_%u_%i_%l_%L_%C",
            "IdentityFile \"${JSFTP_SOCK}/a b\"",
            "IdentityFile ${JSFTP_DIR}",
            "IdentityFile relative",
            "IdentityFile none"));
    var builder =
        new ProcessBuilder("ssh", "-v", "-o", "BatchMode=yes", "-F", file.toString(), "Alias");
    builder.environment().putAll(ENVIRONMENT);
    Process ssh = builder.redirectErrorStream(true).start();
    String printed = new String(ssh.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    var account =
        new LocalAccount(System.getProperty("user.name"), SshDirectory.home(), ENVIRONMENT, false);
    SshConfig config = SshConfig.read(Destination.parse("Alias"), file, account);
    var paths = new ArrayList<String>();
    for (Setting setting : config.settings().all("IdentityFile")) {
      if (!setting.isNone()) {
        paths.addAll(config.paths(setting));
      }
    }
    assertThat(after("debug1: identity file ", printed))
        .filteredOn(line -> !line.contains("-cert type "))
        .extracting(line -> line.replaceFirst(" type -?[0-9]+$", ""))
        .isEqualTo(paths);
    Setting command = config.settings().first("ProxyCommand");
    assertThat(after("debug1: Executing proxy command: exec ", printed))
        .containsExactly(config.expandedCommand(command.value(), command.line()));
  }

  private static List<String> after(String start, String printed) {
    return printed
        .lines()
        .filter(line -> line.startsWith(start))
        .map(line -> line.substring(start.length()).stripTrailing())
        .toList();
  }

  private static String problem(
      GeneratedConfig generated,
      String printed,
      Map<String, List<String>> defaults,
      Map<String, List<String>> known)
      throws IOException {
    boolean refused = printed.contains("\nrefused");
    Map<String, List<String>> ours;
    try {
      var account =
          new LocalAccount(
              System.getProperty("user.name"), SshDirectory.home(), ENVIRONMENT, false);
      SshConfig config =
          SshConfig.read(Destination.parse(generated.alias()), generated.main(), account);
      ours = printed(config, defaults, known);
    } catch (IOException e) {
      return refused ? null : "refused here: " + e.getMessage();
    }
    if (refused) {
      return "refused by ssh: " + printed;
    }
    Map<String, List<String>> theirs = parse(printed);
    var differences = new ArrayList<String>();
    Set<String> keywords = new TreeSet<>(ours.keySet());
    for (String keyword : keywords) {
      List<String> expected = theirs.getOrDefault(keyword, List.of());
      if (!ours.get(keyword).equals(expected)) {
        differences.add(keyword + " is " + ours.get(keyword) + ", not " + expected);
      }
    }
    return differences.isEmpty() ? null : String.join("; ", differences);
  }

  /** Returns what {@code ssh -G} would print. */
  private static Map<String, List<String>> printed(
      SshConfig config, Map<String, List<String>> defaults, Map<String, List<String>> known)
      throws IOException {
    var printed = new TreeMap<String, List<String>>();
    Settings settings = config.settings();
    printed.put("hostname", List.of(config.host()));
    printed.put("user", List.of(config.user()));
    printed.put("port", List.of(String.valueOf(config.port())));
    for (String keyword : SINGLE) {
      Setting setting = settings.first(keyword);
      boolean isProxy = keyword.startsWith("proxy");
      if (setting == null) {
        printed.put(keyword, defaults.getOrDefault(keyword, List.of()));
      } else {
        printed.put(keyword, isProxy && setting.isNone() ? List.of() : setting.values());
      }
    }
    for (String keyword : List.of("identityfile", "certificatefile")) {
      List<String> files = settings.all(keyword).stream().map(Setting::value).toList();
      printed.put(keyword, files.isEmpty() ? defaults.getOrDefault(keyword, List.of()) : files);
    }
    Setting alias = settings.first("hostkeyalias");
    printed.put(
        "hostkeyalias",
        alias == null ? List.of() : List.of(alias.value().toLowerCase(Locale.ROOT)));
    Setting agent = settings.first("identityagent");
    printed.put("identityagent", agent == null ? List.of() : config.paths(agent));
    Setting revoked = settings.first("revokedhostkeys");
    printed.put(
        "revokedhostkeys", revoked == null || revoked.isNone() ? List.of() : revoked.values());
    Setting users = settings.first("userknownhostsfile");
    printed.put(
        "userknownhostsfile",
        users == null
            ? defaults.get("userknownhostsfile")
            : List.of(users.isNone() ? "none" : String.join(" ", config.paths(users))));
    Setting global = settings.first("globalknownhostsfile");
    printed.put(
        "globalknownhostsfile",
        global == null
            ? defaults.get("globalknownhostsfile")
            : List.of(global.isNone() ? "none" : String.join(" ", global.values())));
    for (String keyword : ALGORITHMS.keySet()) {
      Setting given = settings.first(keyword);
      List<String> list = given == null ? List.of() : List.of(given.value().split(","));
      List<String> standard = List.of(defaults.get(keyword).get(0).split(","));
      printed.put(
          keyword,
          List.of(String.join(",", AlgorithmList.of(list).assemble(standard, known.get(keyword)))));
    }
    return printed;
  }

  private static Map<String, List<String>> knownAlgorithms() throws IOException {
    var known = new HashMap<String, List<String>>();
    for (Map.Entry<String, String> query : ALGORITHMS.entrySet()) {
      known.put(query.getKey(), Users.run("ssh", "-Q", query.getValue()).lines().toList());
    }
    return known;
  }

  private List<String> runSsh(List<?> configs) throws Exception {
    var scripts = new ArrayList<Process>();
    for (int loop = 0; loop < LOOPS; loop++) {
      var script = new StringBuilder();
      for (int i = loop; i < configs.size(); i += LOOPS) {
        String name =
            configs.get(i) instanceof GeneratedConfig config
                ? i + " " + config.alias()
                : "empty host";
        String[] both = name.split(" ", -1);
        script
            .append("ssh -G -F ")
            .append(dir.resolve(both[0]).resolve("config"))
            .append(' ')
            .append(both[1])
            .append(" >")
            .append(dir.resolve(both[0]).resolve("printed"))
            .append(" 2>&1 || echo refused >>")
            .append(dir.resolve(both[0]).resolve("printed"))
            .append('\n');
      }
      var builder = new ProcessBuilder("sh");
      builder.environment().putAll(ENVIRONMENT);
      builder.redirectErrorStream(true);
      Process process = builder.start();
      scripts.add(process);
      try (var in = process.getOutputStream()) {
        in.write(script.toString().getBytes(StandardCharsets.UTF_8));
      }
    }
    for (Process process : scripts) {
      assertThat(process.getInputStream().readAllBytes()).isEmpty();
      process.waitFor();
    }
    var printed = new ArrayList<String>();
    for (int i = 0; i < configs.size(); i++) {
      String name = configs.get(i) instanceof GeneratedConfig ? String.valueOf(i) : "empty";
      Path file = dir.resolve(name).resolve("printed");
      printed.add("\n" + Files.readString(file));
      Files.delete(file);
    }
    return printed;
  }

  private static Map<String, List<String>> parse(String printed) {
    var values = new HashMap<String, List<String>>();
    printed
        .lines()
        .filter(line -> line.indexOf(' ') > 0)
        .forEach(
            line -> {
              String[] both = line.split(" ", 2);
              values.computeIfAbsent(both[0], missing -> new ArrayList<>()).add(both[1]);
            });
    return values;
  }
}
