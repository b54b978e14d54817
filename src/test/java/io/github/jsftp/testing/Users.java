package io.github.jsftp.testing;

import static java.util.stream.Collectors.joining;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * Users and groups of this machine that exist for one test; needs root. A file lock for the first
 * name lets only one test of all JVMs have them at a time. Another one lets only one program at a
 * time change the list of users. No test waits for a whole other class.
 */
public final class Users implements AutoCloseable {
  private static final String CHANGES = "changes";

  private final ArrayDeque<List<String>> undo = new ArrayDeque<>();
  private final FileChannel lock;

  /**
   * Skips the test unless users can be created here; removes those that an earlier run has left
   * behind.
   */
  public Users(String... leftBehind) throws IOException {
    assumeTrue(
        System.getProperty("user.name").equals("root")
            && Path.of("/usr/sbin/useradd").toFile().canExecute(),
        "creating users takes root and useradd");
    lock = locked(leftBehind.length > 0 ? leftBehind[0] : "unnamed");
    for (String user : leftBehind) {
      remove("userdel", user);
    }
  }

  /** Creates a group. */
  public Users group(String name) throws IOException {
    remove("groupdel", name);
    change("groupadd", name);
    undo.push(List.of("groupdel", name));
    return this;
  }

  /** Creates a user without a password whose first group is this one. */
  public Users user(String name, String group, String... others) throws IOException {
    remove("userdel", name);
    var command =
        new ArrayList<>(
            List.of("useradd", "-M", "-d", "/", "-s", "/bin/sh", "-p", "*", "-g", group));
    if (others.length > 0) {
      command.addAll(List.of("-G", String.join(",", others)));
    }
    command.add(name);
    change(command.toArray(String[]::new));
    undo.push(List.of("userdel", name));
    return this;
  }

  /** Sets the password of some users. */
  public Users password(String secret, String... names) throws IOException {
    String lines = Stream.of(names).map(name -> name + ":" + secret).collect(joining("\n"));
    change("sh", "-c", "echo '" + lines + "' | chpasswd");
    return this;
  }

  private static void remove(String command, String name) throws IOException {
    Path names = Path.of(command.equals("userdel") ? "/etc/passwd" : "/etc/group");
    boolean exists = Files.readAllLines(names).stream().anyMatch(it -> it.startsWith(name + ":"));
    if (exists) { // a program for each that does not would take long
      change(command, name);
    }
  }

  private static FileChannel locked(String name) throws IOException {
    Path file = Path.of(System.getProperty("java.io.tmpdir"), "jsftp-test-users-" + name + ".lock");
    FileChannel opened =
        FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    opened.lock();
    return opened;
  }

  private static void change(String... command) throws IOException {
    FileChannel changes = locked(CHANGES);
    try (changes) {
      run(command);
    }
  }

  /** Runs a program to its end; returns what it printed. */
  public static String run(String... command) throws IOException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (process.waitFor() != 0) {
        throw new IOException(Arrays.toString(command) + " failed: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return output;
  }

  @Override
  public void close() throws IOException {
    try (lock) {
      while (!undo.isEmpty()) {
        change(undo.pop().toArray(String[]::new));
      }
    }
  }
}
