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
import io.github.jsftp.internal.ssh.config.SshDirectory;
import io.github.jsftp.internal.ssh.config.Wording;
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
 * The keys of an ssh-agent, which signs with them. The agent is asked to list its keys and to sign;
 * nothing is ever added to it. An instance serves one login. JSch waits for an agent without a
 * limit, so {@link #close} ends that wait.
 */
public final class AgentKeys implements AutoCloseable {
  private static final String VARIABLE = "SSH_AUTH_SOCK";

  private final Path socket;
  private @Nullable SocketChannel connected;
  private boolean closed;
  private volatile @Nullable String problem;

  private AgentKeys(Path socket) {
    this.socket = socket;
  }

  /**
   * Returns the agent that the options name. If they give neither an agent nor a key nor a
   * password, the agent that {@code SSH_AUTH_SOCK} names is returned.
   *
   * @return null if no agent is to be used
   * @throws IOException if the path of the agent can't be read
   */
  public static @Nullable AgentKeys of(ConnectionOptions options) throws IOException {
    Path given = options.identityAgent();
    if (given != null) {
      return new AgentKeys(SshDirectory.expanded(given));
    }
    String variable = System.getenv(VARIABLE);
    if (variable == null
        || variable.isEmpty()
        || !options.privateKeys().isEmpty()
        || options.password() != null) {
      return null;
    }
    try {
      return new AgentKeys(Path.of(variable));
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /** Lists the keys; none if the agent can't be reached or gives no list within the limit. */
  @SuppressWarnings("JdkObsolete") // JSch's interface
  public List<Identity> list(Duration limit) throws IOException {
    var listed = new CompletableFuture<List<Identity>>();
    BlockingExecutor.daemon(
            "jsftp-agent",
            () -> {
              try {
                var agent = new AgentIdentityRepository(new Connector());
                listed.complete(List.copyOf(agent.getIdentities()));
              } catch (Throwable t) {
                listed.completeExceptionally(t);
              }
            })
        .start();
    try {
      return BlockingExecutor.await(listed, limit, keys -> {});
    } catch (TimeoutException e) {
      problem = "it does not answer";
      close();
      return List.of();
    } catch (RuntimeException e) {
      problem = "its answer makes no sense";
      return List.of();
    } catch (InterruptedIOException e) {
      close();
      throw e;
    }
  }

  Path socket() {
    return socket;
  }

  /** Returns why the agent could not be used, or null. */
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
      // Nothing is written that could be lost.
    }
  }

  /** Passes requests on to JSch's own connector, and keeps the reason if one fails. */
  private final class Connector implements AgentConnector {
    private final SSHAgentConnector agent = new SSHAgentConnector(new Sockets(), socket);

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

  private final class Sockets implements USocketFactory {
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
