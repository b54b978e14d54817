package io.github.jsftp.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A real ssh-agent in a process of its own. */
public final class SshAgent implements AutoCloseable {
  private final Process process;
  private final Path socket;

  private SshAgent(Process process, Path socket) {
    this.process = process;
    this.socket = socket;
  }

  /** Starts an agent that listens on a socket in this folder. */
  public static SshAgent start(Path folder) throws IOException {
    Path socket = folder.resolve("agent.sock");
    var process =
        new ProcessBuilder("ssh-agent", "-D", "-a", socket.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("agent.log").toFile())
            .start();
    Eventually.until("the agent to listen", () -> Files.exists(socket));
    return new SshAgent(process, socket);
  }

  public Path socket() {
    return socket;
  }

  /** Adds a key as ssh-add does. */
  public void add(Path key) throws IOException {
    run(Map.of(), key.toString());
  }

  /** Removes all keys. */
  public void clear() throws IOException {
    run(Map.of(), "-D");
  }

  /** Has the agent refuse all requests until it is unlocked. */
  public void lock(Path askpass) throws IOException {
    run(Map.of("SSH_ASKPASS", askpass.toString(), "SSH_ASKPASS_REQUIRE", "force"), "-x");
  }

  /** Returns what {@code ssh-add -L} prints: the public keys. */
  public String list() throws IOException {
    return run(Map.of(), "-L");
  }

  private String run(Map<String, String> environment, String... arguments) throws IOException {
    var command = new ArrayList<>(List.of("ssh-add"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SSH_AUTH_SOCK", socket.toString());
    builder.environment().putAll(environment);
    Process added = builder.start();
    added.getOutputStream().close();
    String output = new String(added.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (added.waitFor() != 0) {
        throw new AssertionError("ssh-add failed: " + output);
      }
      return output;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
