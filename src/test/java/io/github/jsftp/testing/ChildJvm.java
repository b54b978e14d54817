package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs a program in another JVM, with other options or another environment. */
public final class ChildJvm {
  private static final long LIMIT_SECONDS = 200;

  /**
   * Options that save a short program most of its CPU time; the last two map the JDK's classes as
   * they are, and trust the compiler's.
   */
  private static final List<String> FAST_START =
      List.of(
          "-XX:TieredStopAtLevel=1",
          "-XX:+UseSerialGC",
          "-XX:-UsePerfData",
          "-XX:+UnlockDiagnosticVMOptions",
          "-XX:ArchiveRelocationMode=0",
          "-XX:-BytecodeVerificationRemote");

  private ChildJvm() {}

  /** Returns the first words of a command: the program java, and options for a fast start. */
  public static List<String> java() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FAST_START);
    return command;
  }

  /** Returns a command that runs a main method with the class path of this JVM. */
  public static List<String> command(List<String> options, String main, List<String> arguments) {
    return command(options, System.getProperty("java.class.path"), main, arguments);
  }

  private static List<String> command(
      List<String> options, String classPath, String main, List<String> arguments) {
    List<String> command = java();
    command.addAll(options);
    command.addAll(List.of("-cp", classPath, main));
    command.addAll(arguments);
    return command;
  }

  /**
   * Runs a main method to its end; returns the lines that it has printed.
   *
   * @param options the options of the JVM
   * @param environment variables that replace those of this process
   * @throws AssertionError if it fails or does not end
   */
  public static List<String> run(
      List<String> options, Map<String, String> environment, Class<?> main, List<String> arguments)
      throws IOException, InterruptedException {
    return run(List.of(), options, environment, main, arguments);
  }

  /**
   * Runs a main method through another program.
   *
   * @param by a command that runs the command that follows it
   */
  public static List<String> run(
      List<String> by,
      List<String> options,
      Map<String, String> environment,
      Class<?> main,
      List<String> arguments)
      throws IOException, InterruptedException {
    String classPath = System.getProperty("java.class.path");
    return run(by, options, classPath, environment, main.getName(), arguments);
  }

  /** Runs a main method with another class path. */
  public static List<String> run(String classPath, String main, List<String> arguments)
      throws IOException, InterruptedException {
    return run(List.of(), List.of(), classPath, Map.of(), main, arguments);
  }

  private static List<String> run(
      List<String> by,
      List<String> options,
      String classPath,
      Map<String, String> environment,
      String main,
      List<String> arguments)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile("jsftp-child-", ".txt");
    var command = new ArrayList<String>(by);
    command.addAll(command(options, classPath, main, arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    Process client = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    try {
      boolean ended = client.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);
      var lines = Files.readAllLines(output);
      if (!ended || client.exitValue() != 0) {
        throw new AssertionError(
            (ended ? "the client failed: " : "the client is not done: ")
                + String.join("\n", lines));
      }
      return lines;
    } finally {
      client.destroyForcibly();
      Files.delete(output);
    }
  }
}
