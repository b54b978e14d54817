package io.github.jsftp.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.apache.sshd.server.Environment;
import org.apache.sshd.server.ExitCallback;
import org.apache.sshd.server.channel.ChannelSession;
import org.apache.sshd.server.command.Command;
import org.apache.sshd.server.subsystem.SubsystemFactory;

/**
 * An SSH server whose {@code sftp} subsystem is a script of the test: correct SSH, arbitrary SFTP.
 * Log in as with {@link MinaServer}, by password or key.
 */
public final class HostileServer implements AutoCloseable {
  /** Answers the requests of a channel, on a thread of its own. */
  @FunctionalInterface
  public interface Script {
    /** Returning or throwing closes the channel. */
    void run(ServerChannel channel) throws IOException;
  }

  private final MinaServer server;
  private final AtomicInteger channels = new AtomicInteger();

  /** Starts a server that runs the script made for the channel's number, which counts from 0. */
  public static HostileServer start(IntFunction<Script> scripts) throws IOException {
    return new HostileServer(scripts);
  }

  /** Starts a server whose channels all share one file system and its counters. */
  public static HostileServer start(ScriptedSftp sftp) throws IOException {
    return start(number -> sftp);
  }

  private HostileServer(IntFunction<Script> scripts) throws IOException {
    server =
        MinaServer.start(mina -> mina.setSubsystemFactories(List.of(new Sftp(scripts, channels))));
  }

  public String host() {
    return server.host();
  }

  public int port() {
    return server.port();
  }

  public String username() {
    return server.username();
  }

  public String password() {
    return server.password().orElseThrow();
  }

  public Path privateKey() {
    return server.privateKey();
  }

  public Path knownHosts() {
    return server.knownHosts();
  }

  /** The SSH server around the script, for its keys, sessions and leak checks. */
  public TestServer server() {
    return server;
  }

  /** The sftp channels that clients have opened so far. */
  public int channels() {
    return channels.get();
  }

  @Override
  public void close() {
    server.close();
  }

  private record Sftp(IntFunction<Script> scripts, AtomicInteger channels)
      implements SubsystemFactory {
    @Override
    public String getName() {
      return "sftp";
    }

    @Override
    public Command createSubsystem(ChannelSession channel) {
      int number = channels.getAndIncrement();
      return new ScriptCommand(number, scripts.apply(number));
    }
  }

  private static final class ScriptCommand implements Command {
    private final int number;
    private final Script script;
    private InputStream in;
    private OutputStream out;
    private ExitCallback exit;
    private Thread thread;

    ScriptCommand(int number, Script script) {
      this.number = number;
      this.script = script;
    }

    @Override
    public void setInputStream(InputStream newIn) {
      in = newIn;
    }

    @Override
    public void setOutputStream(OutputStream newOut) {
      out = newOut;
    }

    @Override
    public void setErrorStream(OutputStream err) {}

    @Override
    public void setExitCallback(ExitCallback callback) {
      exit = callback;
    }

    @Override
    public void start(ChannelSession channel, Environment environment) {
      thread = new Thread(this::run, "hostile-sftp-" + number);
      thread.setDaemon(true);
      thread.start();
    }

    private void run() {
      try {
        script.run(new ServerChannel(number, in, out));
        exit.onExit(0);
      } catch (IOException | RuntimeException e) {
        exit.onExit(1, e.toString());
      }
    }

    @Override
    public void destroy(ChannelSession channel) {
      thread.interrupt();
    }
  }
}
