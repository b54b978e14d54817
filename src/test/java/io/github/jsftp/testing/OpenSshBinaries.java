package io.github.jsftp.testing;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.stream.Stream;

/** Where this machine keeps OpenSSH's programs, and what they do for the tests. */
final class OpenSshBinaries {
  private static String rsaKey;
  private static String rsaPublicKey;

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

  /** Generates a host key. All servers of a JVM share the RSA key, which takes long to generate. */
  static PublicHostKey generateHostKey(String type, Path folder) throws IOException {
    Path file = folder.resolve("host_" + type);
    if (type.equals("rsa")) {
      writeRsaKey(file);
    } else {
      keygen(type, file);
    }
    return PublicHostKey.parse(Files.readString(folder.resolve("host_" + type + ".pub")));
  }

  private static synchronized void writeRsaKey(Path file) throws IOException {
    Path publicFile = file.resolveSibling(file.getFileName() + ".pub");
    if (rsaKey == null) {
      keygen("rsa", file);
      rsaKey = Files.readString(file);
      rsaPublicKey = Files.readString(publicFile);
    } else {
      Files.createFile(
          file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(file, rsaKey);
      Files.writeString(publicFile, rsaPublicKey);
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

  private static Stream<Path> target(Path link) {
    try {
      return Stream.of(Files.readSymbolicLink(link));
    } catch (IOException e) {
      return Stream.empty(); // closed in between
    }
  }
}
