package io.github.jsftp.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where this machine keeps OpenSSH's programs, and what they do for the tests. */
final class OpenSshBinaries {
  private static final KeyPair RSA = Keys.rsa();
  private static final KeyPair ECDSA = Keys.ecdsa();
  private static String ed25519Key;
  private static String ed25519PublicKey;

  private OpenSshBinaries() {}

  /** Returns sshd; skips the test when there is none, or fails it when CI says so. */
  static Path sshd() {
    return inFolders("sshd", "/usr/sbin", "/usr/local/sbin", "/opt/homebrew/sbin")
        .orElseThrow(() -> OpenSshServer.noBinary("true".equals(System.getenv("CI"))));
  }

  /** Returns sftp-server; skips the test when there is none, or fails it when CI says so. */
  static Path sftpServer() {
    return inFolders(
            "sftp-server",
            "/usr/lib/openssh",
            "/usr/libexec/openssh",
            "/usr/lib/ssh",
            "/usr/libexec",
            "/opt/homebrew/libexec")
        .orElseThrow(() -> OpenSshServer.noBinary("true".equals(System.getenv("CI"))));
  }

  private static Optional<Path> inFolders(String program, String... usualFolders) {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.concat(Stream.of(usualFolders), Stream.of(path.split(File.pathSeparator, -1)))
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, program).toAbsolutePath())
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Writes a host key. All servers of a JVM share their keys, since sshd does not care. */
  static PublicHostKey writeHostKey(String type, Path folder) throws IOException {
    Path file = folder.resolve("host_" + type);
    if (type.equals("ed25519")) {
      writeEd25519Key(file);
      return PublicHostKey.parse(ed25519PublicKey);
    }
    KeyPair pair = type.equals("rsa") ? RSA : ECDSA;
    Keys.write(pair, file);
    return PublicHostKey.parse(Keys.publicLine(pair));
  }

  private static synchronized void writeEd25519Key(Path file) throws IOException {
    if (ed25519Key == null) {
      keygen("ed25519", file);
      ed25519Key = Files.readString(file);
      ed25519PublicKey = Files.readString(file.resolveSibling(file.getFileName() + ".pub"));
    } else {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, ed25519Key);
    }
  }

  private static void keygen(String type, Path file) throws IOException {
    run("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "", "-f", file.toString());
  }

  private static void run(String... command) throws IOException {
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(String.join(" ", command) + " failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** Returns the files that a process holds open; none where the system does not tell. */
  static Stream<Path> openFiles(long pid) {
    var links = new File("/proc/" + pid + "/fd").listFiles();
    return Stream.ofNullable(links).flatMap(Stream::of).flatMap(link -> target(link.toPath()));
  }

  /**
   * Returns the children of a process with one thread. Linux tells them at little cost: then some
   * may be missing if another ends meanwhile, but not all.
   */
  static List<ProcessHandle> children(long pid) {
    try {
      String pids = Files.readString(Path.of("/proc/" + pid + "/task/" + pid + "/children"));
      return Stream.of(pids.split(" "))
          .filter(child -> !child.isBlank())
          .flatMap(child -> ProcessHandle.of(Long.parseLong(child)).stream())
          .toList();
    } catch (IOException e) { // another system, or the process has ended
      return ProcessHandle.of(pid).stream().flatMap(ProcessHandle::children).toList();
    }
  }

  private static Stream<Path> target(Path link) {
    try {
      return Stream.of(Files.readSymbolicLink(link));
    } catch (IOException e) {
      return Stream.empty(); // closed in between
    }
  }
}
