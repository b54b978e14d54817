package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.File;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.RandomAccessFile;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The keys of an ssh-agent, which signs with them. The agent is only asked to list its keys and to
 * sign. An instance serves one login. The wait for a signature has no limit, since the agent may
 * ask its user; {@link #close} ends it.
 */
public final class AgentKeys implements AutoCloseable {
  private static final String VARIABLE = "SSH_AUTH_SOCK";
  private static final String PIPES = "\\\\.\\pipe\\";
  private static final String DEFAULT_PIPE = PIPES + "openssh-ssh-agent";

  private final Path socket;
  private final boolean allUsed;
  private final AgentProtocol protocol;
  private @Nullable SocketChannel connected;
  private boolean closed;
  private volatile @Nullable String problem;

  private AgentKeys(Path socket, boolean allUsed) {
    this.socket = socket;
    this.allUsed = allUsed;
    this.protocol = new AgentProtocol(this::connect);
  }

  /**
   * Returns the agent that signs: with all its keys, or only with those that the options select by
   * their public halves.
   *
   * @return the agent, or null if no agent is to be used, or none is known
   * @throws IOException if the agent's path starts with a {@code ~} that can't be expanded
   */
  public static @Nullable AgentKeys of(ConnectionOptions options) throws IOException {
    boolean all = isUsed(options) && !options.identitiesOnly();
    if (!options.agent().orElse(true)) {
      return null;
    }
    Path given = options.agentSocket().orElse(null);
    if (given != null) {
      return new AgentKeys(SshDirectory.expandTilde(given), all);
    }
    String variable = System.getenv(VARIABLE);
    if (variable == null || variable.isEmpty()) {
      return File.separatorChar == '\\' ? new AgentKeys(Path.of(DEFAULT_PIPE), all) : null;
    }
    try {
      return new AgentKeys(Path.of(variable), all);
    } catch (InvalidPathException e) {
      return null;
    }
  }

  /**
   * Returns true if all keys of an agent are to be used. By default they are if neither a key nor a
   * password is given.
   */
  static boolean isUsed(ConnectionOptions options) {
    Boolean choice = options.agent().orElse(null);
    return choice == null
        ? options.privateKeys().isEmpty() && !PrivateKeys.hasPassword(options)
        : choice;
  }

  /** Returns true if all keys of the agent are used, not only those selected by the options. */
  boolean areAllUsed() {
    return allUsed;
  }

  /** Lists the keys; none if the agent can't be reached or sends no list within the limit. */
  List<Identity> list(Duration limit) throws IOException {
    var listed = new CompletableFuture<Map<ByteBuffer, String>>();
    DaemonThreads.create(
            "jsftp-agent", () -> BlockingExecutor.run(protocol::keys, listed, keys -> {}))
        .start();
    try {
      return BlockingExecutor.await(listed, limit, keys -> {}).entrySet().stream()
          .<Identity>map(key -> new AgentKey(key.getKey(), key.getValue()))
          .toList();
    } catch (TimeoutException e) {
      problem = "it does not respond";
      close();
    } catch (InterruptedIOException e) {
      close();
      throw e;
    } catch (IOException | RuntimeException e) {
      problem = Wording.of(e);
    }
    return List.of();
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

  private ByteChannel connect() throws IOException {
    if (isPipe(socket)) {
      // It can't be closed while another thread reads from it.
      return new RandomAccessFile(socket.toString(), "rw").getChannel();
    }
    SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      connected(channel);
      channel.connect(UnixDomainSocketAddress.of(socket));
      return channel;
    } catch (IOException | RuntimeException e) {
      closeQuietly(channel);
      throw e;
    }
  }

  /** Returns true for a named pipe of Windows, which OpenSSH's agent and Pageant listen on. */
  private static boolean isPipe(Path path) {
    return File.separatorChar == '\\' && path.toString().startsWith(PIPES);
  }

  private synchronized void connected(SocketChannel channel) throws IOException {
    if (closed) {
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

  private byte @Nullable [] sign(byte[] key, byte[] data, String algorithm) {
    try {
      return protocol.sign(key, data, algorithm);
    } catch (IOException | RuntimeException e) {
      problem = Wording.of(e);
      return null;
    }
  }

  /** A key that the agent signs with. */
  private final class AgentKey implements SigningIdentity {
    private final byte[] publicKey;
    private final String comment;

    AgentKey(ByteBuffer publicKey, String comment) {
      this.publicKey = new byte[publicKey.remaining()];
      publicKey.duplicate().get(this.publicKey);
      this.comment = comment;
    }

    @Override
    @SuppressWarnings("NullAway") // null tells JSch that there is no signature
    public byte[] getSignature(byte[] data, String algorithm) {
      return sign(publicKey, data, algorithm);
    }

    @Override
    public byte[] getPublicKeyBlob() {
      return publicKey.clone();
    }

    @Override
    public String getAlgName() {
      return Fingerprint.type(publicKey);
    }

    @Override
    public String getName() {
      return comment;
    }
  }
}
