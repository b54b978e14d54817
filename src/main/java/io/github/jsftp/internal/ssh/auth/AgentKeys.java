package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.AgentConnector;
import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.AgentProxyException;
import com.jcraft.jsch.Buffer;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.USocketFactory;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an ssh-agent, which signs with them. The agent is only asked to list its keys and to
 * sign. An instance serves one login. JSch waits for an agent without a limit; {@link #close} ends
 * that wait.
 */
public final class AgentKeys implements AutoCloseable {
  private static final String VARIABLE = "SSH_AUTH_SOCK";

  private final Path socket;
  private final boolean allUsed;
  private @Nullable SocketChannel connected;
  private boolean closed;
  private volatile @Nullable String problem;

  private AgentKeys(Path socket, boolean allUsed) {
    this.socket = socket;
    this.allUsed = allUsed;
  }

  /**
   * Returns the agent that signs: with all its keys, or only with those that the options select by
   * their public halves.
   *
   * @return the agent, or null if none is to be used or named
   * @throws IOException if the agent's path starts with a {@code ~} that can't be expanded
   */
  public static @Nullable AgentKeys of(ConnectionOptions options) throws IOException {
    boolean all = isUsed(options) && !options.identitiesOnly();
    if (Boolean.FALSE.equals(options.agent())) {
      return null;
    }
    Path given = options.agentSocket();
    if (given != null) {
      return new AgentKeys(SshDirectory.expandTilde(given), all);
    }
    String variable = System.getenv(VARIABLE);
    if (variable == null || variable.isEmpty()) {
      return null;
    }
    try {
      return new AgentKeys(Path.of(variable), all);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /**
   * Returns true if the options use an agent. Unless they tell, they do if they give neither a key
   * nor a password.
   */
  static boolean isUsed(ConnectionOptions options) {
    Boolean choice = options.agent();
    return choice == null
        ? options.privateKeys().isEmpty() && !PrivateKeys.hasPassword(options)
        : choice;
  }

  /** Returns true if all keys of the agent are used, not only those selected by the options. */
  boolean areAllUsed() {
    return allUsed;
  }

  /** Lists the keys; none if the agent can't be reached or sends no list within the limit. */
  @SuppressWarnings("JdkObsolete") // JSch's interface
  public List<Identity> list(Duration limit) throws IOException {
    var listed = new CompletableFuture<List<Identity>>();
    DaemonThreads.create(
            "jsftp-agent",
            () -> {
              try {
                var agent = new AgentIdentityRepository(new RecordingConnector());
                listed.complete(List.copyOf(agent.getIdentities()));
              } catch (Throwable t) {
                listed.completeExceptionally(t);
              }
            })
        .start();
    try {
      return BlockingExecutor.await(listed, limit, keys -> {});
    } catch (TimeoutException e) {
      problem = "it does not respond";
      close();
      return List.of();
    } catch (RuntimeException e) {
      problem = "it sent an invalid reply";
      return List.of();
    } catch (InterruptedIOException e) {
      close();
      throw e;
    }
  }

  Path socket() {
    return socket;
  }

  /** Returns why the agent could not be used, or null if it could. */
  public @Nullable String problem() {
    String why = problem;
    return why == null ? null : "can't use the ssh-agent at " + socket + ": " + why;
  }

  /** Ends all waiting for the agent, now and from now on. */
  @Override
  public synchronized void close() {
    closed = true;
    if (connected != null) {
      closeQuietly(connected);
    }
  }

  private synchronized void connected(SocketChannel channel) throws IOException {
    if (closed) {
      closeQuietly(channel);
      throw new IOException("given up");
    }
    connected = channel;
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // No unsent data can be lost.
    }
  }

  /** Forwards requests to JSch's own connector, and records the reason if one fails. */
  private final class RecordingConnector implements AgentConnector {
    private final SSHAgentConnector agent = new SSHAgentConnector(new AgentSocketFactory(), socket);

    @Override
    public String getName() {
      return "ssh-agent";
    }

    @Override
    public boolean isAvailable() {
      return true;
    }

    @Override
    public void query(Buffer request) throws AgentProxyException {
      try {
        agent.query(request);
      } catch (AgentProxyException e) {
        if (problem == null) {
          problem = Wording.of(e.getCause() == null ? e : e.getCause());
        }
        throw e;
      }
    }
  }

  private final class AgentSocketFactory implements USocketFactory {
    @Override
    public SocketChannel connect(Path path) throws IOException {
      SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
      connected(channel);
      try {
        channel.connect(UnixDomainSocketAddress.of(path));
        return channel;
      } catch (IOException | RuntimeException e) {
        closeQuietly(channel);
        throw e;
      }
    }

    @Override
    public ServerSocketChannel bind(Path path) throws IOException {
      throw new IOException("an agent is only connected to");
    }
  }
}
