package io.github.jsftp.bench;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** Where the benchmark runs, and with what: without that its numbers mean nothing. */
final class Machine {
  private static final Pattern LIBRARY =
      Pattern.compile("\\b(jsch|sshj|sshd-sftp)-([0-9][0-9.]*)\\.jar");

  private Machine() {}

  static String describe() throws IOException {
    var system = ManagementFactory.getOperatingSystemMXBean();
    return Figures.format(
        "%d processors (%s), %s, load average %.1f at the start",
        system.getAvailableProcessors(),
        processor(),
        system.getName(),
        system.getSystemLoadAverage());
  }

  private static String processor() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return System.getProperty("os.arch");
    }
    try (var lines = Files.lines(file)) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse(System.getProperty("os.arch"));
    }
  }

  /** The versions of Java, of the commands and of the libraries. */
  static String versions() throws IOException {
    var versions = new ArrayList<String>();
    versions.add("Java " + System.getProperty("java.version"));
    versions.add(openSsh());
    if (WholeProcess.canRun(LftpCommand.PROGRAM)) {
      versions.add(lftp());
    }
    var found = LIBRARY.matcher(System.getProperty("java.class.path").replace(File.separator, " "));
    while (found.find()) {
      versions.add(found.group(1) + " " + found.group(2));
    }
    return String.join(", ", versions);
  }

  private static String openSsh() throws IOException {
    return firstLine("ssh", "-V").split(",", 2)[0].replace('_', ' ');
  }

  /** Extracts the version from a line such as {@code LFTP | Version 4.9.2 | Copyright ...}. */
  private static String lftp() throws IOException {
    String line = firstLine(LftpCommand.PROGRAM, "--version");
    return LftpCommand.PROGRAM + " " + line.replaceFirst(".*Version ([^ ]+).*", "$1");
  }

  private static String firstLine(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return text.strip().split("\\R", 2)[0];
  }
}
