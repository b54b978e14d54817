package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.opentest4j.TestAbortedException;

/** An SFTP server of Debian that is not OpenSSH's, in a process of its own; only root can. */
public final class OtherServer implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(1);

  private final int port;
  private final String fingerprint;
  private final Process process;

  private OtherServer(int port, String fingerprint, Path log, List<String> command)
      throws IOException {
    this.port = port;
    this.fingerprint = fingerprint;
    process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    if (!Eventually.holds(START_LIMIT, () -> OpenSshServer.answers(port)) || !process.isAlive()) {
      process.destroyForcibly();
      throw new IOException(command.get(0) + " did not start: " + Files.readString(log));
    }
  }

  /** Starts Dropbear for a user, with the home directory in the folder. */
  public static OtherServer dropbear(Path folder, Path authorizedKeys, String user)
      throws IOException {
    Path program = program("/usr/sbin/dropbear", "dropbear-bin");
    Path home = home(folder, user);
    Path keys = Files.createDirectory(home.resolve(".ssh")).resolve("authorized_keys");
    Files.copy(authorizedKeys, keys);
    Users.run("chown", "-R", user, home.toString());
    Users.run("chmod", "-R", "go-w", home.toString());
    Path hostKey = folder.resolve("host_key");
    String made = Users.run("dropbearkey", "-t", "ed25519", "-f", hostKey.toString());
    String line =
        made.lines().filter(it -> it.startsWith("ssh-ed25519 ")).findFirst().orElseThrow();
    int port = OpenSshServer.freePort();
    return new OtherServer(
        port,
        PublicHostKey.parse(line).fingerprint(),
        folder.resolve("log"),
        List.of(
            program.toString(),
            "-F",
            "-E",
            "-p",
            "127.0.0.1:" + port,
            "-P",
            folder.resolve("pid").toString(),
            "-r",
            hostKey.toString()));
  }

  /** Starts ProFTPD with mod_sftp for a user, with the home directory in the folder. */
  public static OtherServer proftpd(Path folder, Path authorizedKeys, String user)
      throws IOException {
    Path program = program("/usr/sbin/proftpd", "proftpd-core and proftpd-mod-crypto");
    program("/usr/lib/proftpd/mod_sftp.so", "proftpd-mod-crypto");
    home(folder, user);
    Path hostKey = folder.resolve("host_key");
    Users.run("ssh-keygen", "-q", "-t", "ecdsa", "-N", "", "-m", "PEM", "-f", hostKey.toString());
    var keys = new StringBuilder();
    for (String line : Files.readAllLines(authorizedKeys)) {
      Path one = Files.writeString(folder.resolve("one.pub"), line + "\n");
      keys.append(Users.run("ssh-keygen", "-e", "-f", one.toString()));
    }
    Files.writeString(folder.resolve("authorized"), keys);
    int port = OpenSshServer.freePort();
    Path configuration =
        Files.writeString(
            folder.resolve("proftpd.conf"),
            """
            ModulePath /usr/lib/proftpd
            LoadModule mod_sftp.c
            ServerType standalone
            DefaultServer on
            DefaultAddress 127.0.0.1
            Port %1$d
            UseIPv6 off
            UseReverseDNS off
            User nobody
            Group nogroup
            RequireValidShell off
            AuthOrder mod_auth_unix.c
            WtmpLog off
            TransferLog none
            PidFile %2$s/pid
            ScoreboardFile %2$s/scoreboard
            SystemLog %2$s/system.log
            DelayTable none
            SFTPEngine on
            SFTPHostKey %2$s/host_key
            SFTPAuthMethods publickey password
            SFTPAuthorizedUserKeys file:%2$s/authorized
            """
                .formatted(port, folder));
    PublicHostKey key = PublicHostKey.parse(Files.readString(folder.resolve("host_key.pub")));
    return new OtherServer(
        port,
        key.fingerprint(),
        folder.resolve("log"),
        List.of(program.toString(), "-n", "-c", configuration.toString()));
  }

  private static Path home(Path folder, String user) throws IOException {
    Path home = Files.createDirectory(folder.resolve("home"));
    Users.run("chmod", "755", folder.toString(), home.toString());
    Users.run("chown", user, home.toString());
    Users.run("usermod", "-d", home.toString(), user);
    return home;
  }

  /** Returns the program; skips the test if it is missing, or fails it when CI says so. */
  private static Path program(String path, String packages) {
    Path program = Path.of(path);
    if (Files.exists(program)) {
      return program;
    }
    String problem = path + " is missing; it is in Debian's " + packages;
    if ("true".equals(System.getenv("CI"))) {
      throw new IllegalStateException(problem);
    }
    throw new TestAbortedException(problem);
  }

  public int port() {
    return port;
  }

  /** Returns the fingerprint of the host key, as {@code ssh-keygen -l} prints it. */
  public String fingerprint() {
    return fingerprint;
  }

  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    try {
      process.waitFor(5, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
