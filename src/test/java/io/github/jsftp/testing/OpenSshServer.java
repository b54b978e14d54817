package io.github.jsftp.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.opentest4j.TestAbortedException;

/** A real {@code sshd} in a process of its own, with its own keys and configuration. */
public final class OpenSshServer implements TestServer {
  private static final String HOST = "127.0.0.1";
  private static final Duration START_LIMIT = Duration.ofMinutes(1);
  private static final int PORTS_TO_TRY = 5;

  private final String username;
  private final Path folder;
  private final Path home;
  private final Path privateKey;
  private final List<PublicHostKey> hostKeys;
  private final Path knownHosts;
  private final int port;
  private final Process process;
  private final Thread atExit; // an sshd outlives the JVM that started it

  /**
   * Starts a server of its own. The lines precede the default ones in sshd_config, and sshd uses
   * the first value of a keyword; a {@code Subsystem} or {@code HostKey} among them replaces the
   * default one; everything from the first {@code Match} on goes to the end of the file.
   */
  public static OpenSshServer start(String... extraConfigLines) throws IOException {
    return start(OpenSshServer::freePort, extraConfigLines);
  }

  static OpenSshServer start(Ports ports, String... extraConfigLines) throws IOException {
    return new OpenSshServer(
        OpenSshBinaries.sshd(), ports, System.getProperty("user.name"), List.of(extraConfigLines));
  }

  /** Starts a server that another user of this machine logs in to; only root can. */
  public static OpenSshServer startFor(String username, String... extraLines) throws IOException {
    return new OpenSshServer(
        OpenSshBinaries.sshd(), OpenSshServer::freePort, username, List.of(extraLines));
  }

  /** Chooses the server's port; another program may bind it before sshd does. */
  @FunctionalInterface
  interface Ports {
    int next() throws IOException;
  }

  private OpenSshServer(Path sshd, Ports ports, String username, List<String> extraLines)
      throws IOException {
    this.username = username;
    folder = Folders.createTemporary("jsftp-sshd-");
    home = Files.createDirectory(folder.resolve("home"));
    if (!username.equals(System.getProperty("user.name"))) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
      Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.setOwner(
          home,
          home.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(username));
    }
    var clientKey = Keys.ecdsa();
    privateKey = Keys.write(clientKey, folder.resolve("id_ecdsa"));
    Files.writeString(folder.resolve("authorized_keys"), Keys.publicLine(clientKey) + "\n");
    hostKeys =
        List.of(
            OpenSshBinaries.writeHostKey("ed25519", folder),
            OpenSshBinaries.writeHostKey("ecdsa", folder),
            OpenSshBinaries.writeHostKey("rsa", folder));
    if (System.getProperty("user.name").equals("root")) {
      Files.createDirectories(Path.of("/run/sshd")); // where sshd drops its privileges
    }
    Files.createFile(folder.resolve("log"));

    Process running = null;
    int chosen = 0;
    for (int i = 0; running == null; i++) {
      chosen = ports.next();
      Files.write(folder.resolve("sshd_config"), configuration(chosen, extraLines));
      running = launch(sshd, chosen, i + 1 < PORTS_TO_TRY);
    }
    process = running;
    port = chosen;
    atExit = new Thread(this::stop, "stop-sshd");
    Runtime.getRuntime().addShutdownHook(atExit);
    knownHosts = PublicHostKey.writeKnownHosts(folder.resolve("known_hosts"), HOST, port, hostKeys);
  }

  /** Returns the started server, or null if another program has bound the port first. */
  private Process launch(Path sshd, int port, boolean mayTryAgain) throws IOException {
    Path log = folder.resolve("log");
    Process started =
        new ProcessBuilder(
                sshd.toString(),
                "-D",
                "-r", // without it each connection starts sshd's program again
                "-f",
                folder.resolve("sshd_config").toString(),
                "-E",
                log.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    boolean ready =
        Eventually.holds(START_LIMIT, () -> !started.isAlive() || answers(port))
            && started.isAlive();
    if (ready) {
      return started;
    }
    started.destroyForcibly();
    String text = Files.readString(log);
    if (mayTryAgain && text.contains("Cannot bind any address")) {
      Files.writeString(log, "");
      return null;
    }
    Folders.delete(folder);
    throw new IOException("sshd did not start; its log says:\n" + text);
  }

  private List<String> configuration(int port, List<String> extraLines) {
    int match = 0;
    while (match < extraLines.size() && !extraLines.get(match).startsWith("Match ")) {
      match++;
    }
    var lines = new ArrayList<String>();
    lines.add("ListenAddress " + HOST);
    lines.add("Port " + port);
    lines.addAll(extraLines.subList(0, match));
    if (lines.stream().noneMatch(line -> line.startsWith("HostKey "))) {
      Stream.of("ed25519", "ecdsa", "rsa")
          .forEach(type -> lines.add("HostKey " + folder.resolve("host_" + type)));
    }
    if (lines.stream().noneMatch(line -> line.startsWith("Subsystem "))) {
      lines.add("Subsystem sftp " + sftpServer() + " -d " + home);
    }
    lines.add("AuthorizedKeysFile " + folder.resolve("authorized_keys"));
    lines.add("PermitRootLogin prohibit-password");
    lines.add("PasswordAuthentication no");
    lines.add("KbdInteractiveAuthentication no");
    lines.add("UsePAM no");
    lines.add("StrictModes no");
    lines.add("PidFile none");
    lines.add("LogLevel ERROR");
    if (lines.stream().noneMatch(line -> line.startsWith("MaxStartups "))) {
      lines.add("MaxStartups 100:30:200"); // sshd uses the last value of this one
    }
    lines.add("MaxSessions 10");
    lines.add("UseDNS no");
    // The user's own start-up files for the shell may be slow, print something or wait for a lock.
    lines.add("SetEnv HOME=" + home);
    lines.addAll(extraLines.subList(match, extraLines.size()));
    return lines;
  }

  /** Returns the program that serves SFTP on its standard input and output. */
  public static Path sftpServer() {
    return OpenSshBinaries.sftpServer();
  }

  static boolean answers(int port) {
    try (var socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
      socket.setSoTimeout(500); // what listens here may be no sshd
      byte[] banner = socket.getInputStream().readNBytes(4);
      return new String(banner, StandardCharsets.US_ASCII).equals("SSH-");
    } catch (IOException e) {
      return false;
    }
  }

  static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Override
  public Kind kind() {
    return Kind.OPENSSH;
  }

  @Override
  public String host() {
    return HOST;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String username() {
    return username;
  }

  @Override
  public Optional<String> password() {
    return Optional.empty();
  }

  @Override
  public Path privateKey() {
    return privateKey;
  }

  @Override
  public List<PublicHostKey> hostKeys() {
    return hostKeys;
  }

  @Override
  public Path knownHosts() {
    return knownHosts;
  }

  @Override
  public Path home() {
    return home;
  }

  /** The errors that sshd has logged so far. */
  public String log() throws IOException {
    return Files.readString(folder.resolve("log"));
  }

  @Override
  public int openSessions() {
    return (int) process.children().count();
  }

  @Override
  public int openHandles() {
    return (int)
        process
            .descendants()
            .flatMap(child -> OpenSshBinaries.openFiles(child.pid()))
            .filter(file -> file.startsWith(home) && !file.equals(home))
            .count();
  }

  @Override
  public List<String> leftovers() {
    // Tests poll this, and ProcessHandle reads the state of every process of the machine.
    return OpenSshBinaries.children(process.pid()).stream()
        .map(child -> child.info().commandLine().orElse("process " + child.pid()))
        .toList();
  }

  @Override
  public Stream<Long> processes() {
    return withChildren(process.pid());
  }

  private static Stream<Long> withChildren(long pid) {
    return Stream.concat(
        Stream.of(pid),
        OpenSshBinaries.children(pid).stream().flatMap(child -> withChildren(child.pid())));
  }

  /** The processes below sshd that run a program, as its command line names it. */
  public List<ProcessHandle> programs(String name) {
    return process
        .descendants()
        .filter(child -> child.info().command().orElse("").endsWith(name))
        .toList();
  }

  @Override
  public void disconnectAll() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
  }

  /** Stops all its processes; the kernel still accepts connections. */
  public void freeze() throws IOException {
    signal("-STOP");
  }

  /** Resumes them. */
  public void thaw() throws IOException {
    signal("-CONT");
  }

  private void signal(String signal) throws IOException {
    var command = new ArrayList<>(List.of("kill", signal, String.valueOf(process.pid())));
    process.descendants().forEach(child -> command.add(String.valueOf(child.pid())));
    try {
      new ProcessBuilder(command).start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException e) {
      // The JVM is about to end; stopping twice does no harm.
    }
    stop();
  }

  private void stop() {
    var children = process.descendants().toList();
    process.destroy();
    children.forEach(ProcessHandle::destroyForcibly);
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
    Folders.delete(folder);
  }

  static RuntimeException noBinary(boolean continuousIntegration) {
    String fix =
        "OpenSSH tests need an sshd binary: install openssh-server"
            + " (apt-get install openssh-server)";
    return continuousIntegration ? new IllegalStateException(fix) : new TestAbortedException(fix);
  }
}
