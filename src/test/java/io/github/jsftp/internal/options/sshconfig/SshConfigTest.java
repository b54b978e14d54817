package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.internal.options.Destination;
import io.github.jsftp.internal.options.sshconfig.ConfigEvaluation.Source;
import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link SameAsSshTest} does not compare: files in a home directory, and malformed ones. */
@Timeout(300)
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "paths and permissions are POSIX's")
class SshConfigTest {
  @TempDir private Path home;
  private Path file;

  @BeforeEach
  void createDirectory() throws IOException {
    Files.createDirectory(home.resolve(".ssh"));
    file = home.resolve(".ssh/config");
  }

  @Test
  void usersFileComesBeforeTheSystems() throws IOException {
    assertThat(SshConfig.sources(null, account()))
        .extracting(Source::path)
        .containsExactly(file, Path.of("/etc/ssh/ssh_config"));
    write(file, "Host web", "User me");
    SshConfig config = SshConfig.read(Destination.parse("web"), null, account());
    assertThat(config.user()).isEqualTo("me");
    assertThat(config.settings().first("User").isUsers()).isTrue();
    assertThat(config.settings().all())
        .allSatisfy(
            setting ->
                assertThat(setting.isUsers()).isEqualTo(setting.line().file().startsWith(home)));
  }

  @Test
  void filesMayBeMissing() throws IOException {
    assertThat(SshConfig.read(Destination.parse("web"), null, account()).host()).isEqualTo("web");
    var homeless = new LocalAccount("me", null, Map.of(), false);
    assertThat(SshConfig.read(Destination.parse("web"), null, homeless).user()).isEqualTo("me");
    assertThatThrownBy(() -> SshConfig.read(Destination.parse("web"), file, account()))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessage(file.toString());
  }

  @Test
  void destinationWinsOverTheFile() throws IOException {
    write(file, "Match user you", "Port 1", "Host *", "User me", "Port 2");
    assertThat(read("web").port()).isEqualTo(2);
    assertThat(read("you@web").port()).isEqualTo(1);
    assertThat(read("you@web").user()).isEqualTo("you");
    assertThat(read("sftp://web:3").port()).isEqualTo(3);
  }

  @Test
  void includesAreRelativeToTheUsersDirectory() throws IOException {
    write(file, "Include conf.d/* \"~/.ssh/other dir/a\"", "Host web", "User last");
    Path directory = Files.createDirectories(home.resolve(".ssh/conf.d/subdirectory"));
    write(directory.resolveSibling("b"), "Port 2", "IdentityFile b");
    write(directory.resolveSibling("a"), "Port 1", "IdentityFile a");
    write(directory.resolveSibling(".hidden"), "IdentityFile hidden");
    write(
        Files.createDirectory(home.resolve(".ssh/other dir")).resolve("a"),
        "Host db",
        "User db",
        "Host web",
        "IdentityFile c");
    SshConfig config = read("web");
    assertThat(config.port()).isEqualTo(1);
    assertThat(config.user()).isEqualTo("last");
    assertThat(config.settings().all("IdentityFile"))
        .extracting(Setting::value)
        .containsExactly("a", "b", "c");
  }

  @Test
  void includeThatLeadsBackIsRefused() throws IOException {
    Path other = home.resolve(".ssh/other");
    write(file, "User me", "Include other");
    write(other, "Include ~/.ssh/con*");
    assertThatThrownBy(() -> read("web"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            other
                + ":1: include: a file includes itself: "
                + file
                + " -> "
                + other
                + " -> "
                + file);
  }

  @Test
  void includesAreAtMostSixteenLevelsDeep() throws IOException {
    write(file, "Include c1");
    for (int i = 1; i < 16; i++) {
      write(home.resolve(".ssh/c" + i), "Include c" + (i + 1));
    }
    write(home.resolve(".ssh/c16"), "Port 7", "Include missing");
    assertThat(read("web").port()).isEqualTo(7);
    write(home.resolve(".ssh/c16"), "Include c17");
    write(home.resolve(".ssh/c17"), "");
    assertThatThrownBy(() -> read("web"))
        .hasMessageEndingWith("c16:1: include: more than 16 levels of included files");
  }

  @ParameterizedTest
  @CsvSource({"rw-rw----,config", "rw-r--rw-,config", "rw-rw----,part", "rw-r--rw-,part"})
  void filesThatOthersMayChangeAreRefused(String mode, String name) throws IOException {
    write(file, "Include part");
    write(home.resolve(".ssh/part"), "User me");
    Path open = home.resolve(".ssh").resolve(name);
    Files.setPosixFilePermissions(open, PosixFilePermissions.fromString(mode));
    assertThatThrownBy(() -> SshConfig.read(Destination.parse("web"), null, account()))
        .isInstanceOf(IOException.class)
        .hasMessage(
            open
                + ": bad owner or permissions: it must belong to you or root, and be writable by"
                + " nobody else; run chmod go-w "
                + open);
  }

  @Test
  void filesOfOtherUsersAreRefused() throws IOException {
    assumeTrue(System.getProperty("user.name").equals("root"), "chown takes root");
    write(file, "User me");
    Files.setAttribute(file, "unix:uid", 12_345);
    assertThatThrownBy(() -> SshConfig.read(Destination.parse("web"), null, account()))
        .hasMessageContaining("bad owner or permissions");
  }

  @Test
  void fileThatTheProgramNamesMayBelongToAnybody() throws IOException {
    write(file, "User me");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    assertThat(read("web").user()).isEqualTo("me");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "Port 70000|port must be a number from 1 to 65535, not \"70000\"",
        "ConnectTimeout soon|connecttimeout must be a time such as 90 or 1m30s, not \"soon\"",
        "StrictHostKeyChecking maybe|stricthostkeychecking must not be \"maybe\"",
        "User a b|user has more than one value; quote a value with blanks",
        "User \"a|a quote is not closed",
        "User|user has no value",
        "Host|host has no value",
        "Include|include has no value",
        "Host \"\"|host has an empty value",
        "ProxyJump a:b:c|proxyjump: a hop must be [user@]host[:port] or ssh://user@host:port",
        "ProxyJump a,,b|proxyjump: a hop must be [user@]host[:port] or ssh://user@host:port",
        "Match host|match: \"host\" has no value",
        "Match|match has no condition",
        "Match color red|match: unknown condition \"color\"",
        "Match all host a|match: all can't be combined with other conditions",
        "UserKnownHostsFile none a|userknownhostsfile: none must be the only value",
        "IdentityAgent $a-b|not the name of an environment variable: \"$a-b\"",
        "IdentityAgent ${JSFTP_MISSING}|the environment variable \"JSFTP_MISSING\" is not set",
        "Include ~other/config|only your own home directory can be named by ~, not ~other",
        "=|not a keyword and its value",
      })
  void malformedLineIsNamed(String line, String problem) throws IOException {
    write(file, "Host other", "User you", line);
    assertThatThrownBy(() -> read("web"))
        .isInstanceOf(IOException.class)
        .hasMessage(file + ":3: " + problem);
  }

  @Test
  void unknownTokenIsNamed() throws IOException {
    write(file, "IdentityFile ~/%x");
    SshConfig config = read("web");
    assertThatThrownBy(() -> config.paths(config.settings().first("IdentityFile")))
        .hasMessage(file + ":1: unknown token %x in \"" + home + "/%x\"; write % itself as %%");
    write(file, "HostName %n");
    assertThatThrownBy(() -> read("web"))
        .hasMessage(file + ":1: unknown token %n in \"%n\"; write % itself as %%");
  }

  @Test
  void lineIsAtMost64KibLong() throws IOException {
    write(file, "User me", "#" + "x".repeat((64 << 10) - 1), "Port 7");
    assertThat(read("web").port()).isEqualTo(7);
    write(file, "User me", "#" + "x".repeat(1 << 20), "Port 7");
    assertThatThrownBy(() -> read("web")).hasMessage(file + ":2: the line is longer than 64 KiB");
  }

  @Test
  void fileMustBeText() throws IOException {
    Files.write(file, new byte[] {'P', 'o', 'r', 't', ' ', '7', '\n', 'U', 0, '\n'});
    assertThatThrownBy(() -> read("web"))
        .hasMessage(file + ":2: not a text file: it contains a NUL");
    Files.write(file, "# caf\u00e9\nUser caf\u00e9\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> read("web")).hasMessage(file + ":2: the line is not UTF-8");
    Files.write(file, "# caf\u00e9\nUser x\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThat(read("web").user()).isEqualTo("x");
    write(file, "\uFEFFHost web", "User caf\u00e9");
    assertThat(read("web").user()).isEqualTo("caf\u00e9");
    assertThat(read("db").user()).isEqualTo("root");
  }

  @Test
  void fileMustBeReadable() throws Exception {
    Files.createDirectory(file);
    assertThatThrownBy(() -> read("web")).hasMessage(file + ": it is a directory");
    Files.delete(file);
    assertThat(new ProcessBuilder("mkfifo", file.toString()).start().waitFor()).isZero();
    assertThatThrownBy(() -> read("web")).hasMessage(file + ": it is a pipe");
    Files.delete(file);
    assertThat(SshConfig.read(Destination.parse("web"), Path.of("/dev/null"), account()).host())
        .isEqualTo("web");
  }

  @Test
  void filePermissionsMustAllowReading() throws IOException {
    assumeTrue(!System.getProperty("user.name").equals("root"), "root may read any file");
    write(file, "User me");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    assertThatThrownBy(() -> read("web")).hasMessage(file + ": can't read it (permission denied)");
  }

  @Test
  void unknownKeywordsAreCollectedOnce() throws IOException {
    write(
        file,
        "IgnoreUnknown quiet*,Silent",
        "Newest yes",
        "newest no",
        "QuietPlease yes",
        "SILENT yes",
        "Host other",
        "Latest yes");
    assertThat(read("web").unknown())
        .extracting(ConfigLine::where)
        .containsExactly(file + ":2", file + ":7");
  }

  @Test
  void matchRunsNoCommandUnlessItIsAllowed() throws IOException {
    Path proof = home.resolve("proof");
    write(file, "Match host other exec \"touch " + proof + "\"", "User a", "Host *", "User b");
    assertThat(read("web").user()).isEqualTo("b");
    assertThatThrownBy(() -> read("other"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(
            file + ":1: match exec runs a command, which fromSshConfig(alias, file, true) allows;");
    assertThat(proof).doesNotExist();
    write(file, "Match exec false", "User a", "Match exec \"true\"", "User b");
    assertThat(read("web").user()).isEqualTo("b");
  }

  @Test
  void matchRunsACommandIfItIsAllowed() throws IOException {
    Path proof = home.resolve("proof");
    write(
        file,
        "Match exec \"exit 3\"",
        "User no",
        "Match host other exec \"touch " + proof + "\"",
        "User no",
        "Host web",
        "HostName web.example",
        "Port 2222",
        "Match !exec \"exit 3\" exec \"test %h/%n/%p/%r/%u/%% = web.example/web/2222/root/root/%%\"",
        "User yes",
        "Match exec \"grep -q . && echo printed >&2\"",
        "User has-input");
    assertThat(readAllowingCommands(Map.of()).user()).isEqualTo("yes");
    assertThat(proof).doesNotExist();

    write(file, "Match exec \"exit 0\"", "User no");
    assertThatThrownBy(() -> readAllowingCommands(Map.of("SHELL", "/none/sh")))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith(file + ":1: match exec: can't run /none/sh (");
    write(file, "Match exec \"sleep 60\"", "User no");
    Thread.currentThread().interrupt();
    assertThatThrownBy(() -> readAllowingCommands(Map.of()))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
  }

  private SshConfig readAllowingCommands(Map<String, String> environment) throws IOException {
    var account = new LocalAccount("root", home, environment, true);
    return SshConfig.read(Destination.parse("web"), file, account);
  }

  @Test
  void matchKnowsTheConditionsOfNewerVersions() throws IOException {
    write(
        file,
        "Host web",
        "Tag blue",
        "Match tagged red,blue",
        "IdentityFile tagged",
        "Match tagged=green",
        "IdentityFile no",
        "Match sessiontype subsystem command sftp",
        "IdentityFile session",
        "Match version OpenSSH_*",
        "IdentityFile no",
        "Match !version OpenSSH_* user=*",
        "IdentityFile version");
    assertThat(read("web").settings().all("IdentityFile"))
        .extracting(Setting::value)
        .containsExactly("tagged", "session", "version");
  }

  @Test
  void matchKnowsTheNetworksOfThisMachine() throws IOException {
    List<String> own =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .map(InetAddress::getHostAddress)
            .filter(address -> address.indexOf('%') < 0)
            .toList();
    write(file, "Match localnetwork 203.0.113.0/24,2001:db8::/32", "User away", "Host *", "User b");
    assertThat(read("web").user()).isEqualTo("b");
    write(file, "Match localnetwork 203.0.113.0/24,127.0.0.0/8", "User home");
    assertThat(read("web").user()).isEqualTo(own.contains("127.0.0.1") ? "home" : "root");
    write(file, "Match localnetwork example.com", "User home");
    assertThatThrownBy(() -> read("web"))
        .hasMessage(file + ":1: match localnetwork: not a network: \"example.com\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"-oProxyCommand=x", "a`id`", "a$(id)", "a;id", "a b", "a|b", "me;@x", "@a"})
  void destinationIsSafeInAShell(String destination) {
    assertThatThrownBy(() -> Destination.parse(destination))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void destinationIsWhatSftpTakes() {
    assertThat(Destination.parse("a@b@c")).isEqualTo(new Destination("a@b", null, "c", 0, null));
    assertThat(Destination.parse("me@[::1]"))
        .isEqualTo(new Destination("me", null, "::1", 0, null));
    assertThat(Destination.parse("fe80::1%eth0").host()).isEqualTo("fe80::1%eth0");
    assertThat(Destination.parse("SFTP://a:b@c:4/d%20e"))
        .isEqualTo(new Destination("a", "b", "c", 4, "/d e"));
    assertThatThrownBy(() -> Destination.parse("web:2222"))
        .hasMessage(
            "destination must be [user@]host or a URI; a port or a directory is given as in"
                + " sftp://user@host:2222/dir");
  }

  private LocalAccount account() {
    return new LocalAccount("root", home, Map.of(), false);
  }

  private SshConfig read(String destination) throws IOException {
    return SshConfig.read(Destination.parse(destination), file, account());
  }

  private static void write(Path file, String... lines) throws IOException {
    Files.write(file, List.of(lines));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
  }
}
