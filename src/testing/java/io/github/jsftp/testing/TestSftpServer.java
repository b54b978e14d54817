package io.github.jsftp.testing;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.apache.sshd.server.SshServer;
import org.jspecify.annotations.Nullable;

/**
 * An SFTP server inside this JVM for tests, on a free port of the loopback interface. It serves a
 * folder: an empty one of its own, or one of the test's choice. It has all users and keys that a
 * test needs, and a host key that is always the same.
 *
 * <pre>{@code
 * try (var server = TestSftpServer.start();
 *     var sftp = Connection.connect(server.options())) {
 *   sftp.put(file, "report.csv");
 *   assertThat(server.root().resolve("report.csv")).hasContent("a;b");
 * }
 * }</pre>
 *
 * <p>It can behave as servers and networks do on their worst days. Such faults apply to all
 * connections, from the call on, until {@link #reset()}. They can be combined.
 *
 * <p>It takes Apache MINA SSHD, {@code org.apache.sshd:sshd-sftp}, on the class path. {@link
 * SftpServer} starts it for tests with JUnit.
 *
 * <p>Instances are safe for use by several threads.
 */
public final class TestSftpServer implements AutoCloseable {
  private static final String USERNAME = "me";
  private static final String PASSWORD = "secret";
  private static final int MAX_PORT = 65_535;
  private static final Duration MAX_DELAY = Duration.ofDays(1);
  private static final String MINA = "org.apache.sshd.sftp.server.SftpSubsystemFactory";

  private final String username;
  private final @Nullable String password;
  private final Faults faults = new Faults();
  private final EmbeddedMina mina;
  private volatile boolean closed;

  /** Settings of a server, for {@link #start()}. Instances are not safe for several threads. */
  public static final class Builder {
    final Map<String, @Nullable String> passwords = new LinkedHashMap<>();
    final Map<String, List<String>> authorizedKeys = new LinkedHashMap<>();
    @Nullable Path root;
    int port;
    @Nullable KeyPair hostKey;
    @Nullable Consumer<? super SshServer> settings; // no lambda, which would load MINA's class

    private Builder() {}

    /**
     * Adds a user with a password. The first user is the one that {@link TestSftpServer#options()}
     * logs in. All users see the same files. By default there is one: {@code me}, with the password
     * {@code secret}.
     *
     * @return this builder
     */
    public Builder user(String username, String password) {
      passwords.put(
          Objects.requireNonNull(username, "username"),
          Objects.requireNonNull(password, "password"));
      return this;
    }

    /**
     * Lets a user log in with a key; adds the user if there is none of this name yet.
     *
     * @param line the public key as in {@code authorized_keys} or a {@code .pub} file, such as
     *     {@code ecdsa-sha2-nistp256 AAAA...}
     * @return this builder
     */
    public Builder authorizedKey(String username, String line) {
      passwords.putIfAbsent(Objects.requireNonNull(username, "username"), null);
      authorizedKeys
          .computeIfAbsent(username, name -> new ArrayList<>())
          .add(Objects.requireNonNull(line, "line"));
      return this;
    }

    /**
     * Sets the folder to serve as {@code /}, which stays when the server is closed. It may be on
     * any file system of Java with random access and the attribute view {@code posix}, for example
     * one in memory. By default it is a new folder in {@code java.io.tmpdir}, deleted on closing.
     *
     * @param folder an existing directory
     * @return this builder
     */
    public Builder root(Path folder) {
      root = Objects.requireNonNull(folder, "folder");
      return this;
    }

    /**
     * Sets the port, for tests that start a server again on the same one. By default it is 0: a
     * free port.
     *
     * @param newPort from 0 to 65535
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    public Builder port(int newPort) {
      if (newPort < 0 || newPort > MAX_PORT) {
        throw new IllegalArgumentException("the port must be from 0 to 65535: " + newPort);
      }
      port = newPort;
      return this;
    }

    /**
     * Sets another host key, for tests of a host key that has changed. By default it is the same
     * ECDSA key in each server of each run, so that a {@code known_hosts} file or a fingerprint can
     * be part of a test. It is no secret.
     *
     * @param pair of any algorithm that MINA supports, such as {@code EC} or {@code RSA}
     * @return this builder
     */
    public Builder hostKey(KeyPair pair) {
      hostKey = Objects.requireNonNull(pair, "pair");
      return this;
    }

    /**
     * Applies settings to the MINA server just before it starts, for what this class does not
     * offer, such as algorithms, keyboard-interactive authentication or commands.
     *
     * @return this builder
     */
    public Builder configure(Consumer<? super SshServer> newSettings) {
      settings = Objects.requireNonNull(newSettings, "settings");
      return this;
    }

    /**
     * Starts the server.
     *
     * @throws IllegalStateException if MINA is not on the class path
     * @throws UncheckedIOException if the port is in use, the folder can't be created or is no
     *     directory, or a key can't be read
     */
    public TestSftpServer start() {
      if (passwords.isEmpty()) {
        user(USERNAME, PASSWORD);
      }
      requireMina();
      return new TestSftpServer(this);
    }
  }

  /**
   * Starts a server with the default settings.
   *
   * @throws IllegalStateException if MINA is not on the class path
   * @throws UncheckedIOException if the folder can't be created
   */
  public static TestSftpServer start() {
    return builder().start();
  }

  /** Returns a builder with the default settings. */
  public static Builder builder() {
    return new Builder();
  }

  private static void requireMina() {
    try {
      Class.forName(MINA, false, TestSftpServer.class.getClassLoader());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(
          "Apache MINA SSHD is not on the class path: add org.apache.sshd:sshd-sftp to the test"
              + " scope, version 2.20.0 or later",
          e);
    }
  }

  private TestSftpServer(Builder settings) {
    username = settings.passwords.keySet().iterator().next();
    password = settings.passwords.get(username);
    try {
      mina = new EmbeddedMina(settings, faults);
    } catch (IOException e) {
      throw new UncheckedIOException("can't start a test server: " + e.getMessage(), e);
    }
  }

  /** Returns {@code 127.0.0.1}. */
  public String host() {
    return EmbeddedMina.HOST;
  }

  /** Returns the port, a free one by default. */
  public int port() {
    return mina.port();
  }

  /** Returns the name of the first user, by default {@code me}. */
  public String username() {
    return username;
  }

  /**
   * Returns the password of the first user, by default {@code secret}.
   *
   * @throws IllegalStateException if that user has none
   */
  public String password() {
    if (password == null) {
      throw new IllegalStateException("the user " + username + " has no password");
    }
    return password;
  }

  /**
   * Returns a file with an ECDSA key in OpenSSH's format, without passphrase, that each user may
   * log in with. It is another one for each server, and deleted on closing.
   */
  public Path privateKey() {
    return mina.privateKey();
  }

  /** Returns the fingerprint of the host key as {@code ssh-keygen -l} prints it: SHA256:... */
  public String hostKeyFingerprint() {
    return mina.fingerprint();
  }

  /** Returns a {@code known_hosts} file with the host key, deleted on closing. */
  public Path knownHosts() {
    return mina.knownHosts();
  }

  /** Returns the folder that clients see as {@code /}, where their sessions start. */
  public Path root() {
    return mina.root();
  }

  /**
   * Returns options to connect with: the first user, with the password or else {@link
   * #privateKey()}, and the host key. Neither an agent nor the keys of this machine's user are
   * used. For other options: {@code server.options().toBuilder()}.
   */
  public ConnectionOptions options() {
    var options =
        ConnectionOptions.builder(host())
            .port(port())
            .username(username)
            .agent(false)
            .defaultKeys(false)
            .hostKeys(HostKeys.fingerprint(hostKeyFingerprint()));
    return (password == null ? options.privateKey(privateKey()) : options.password(password))
        .build();
  }

  /** Returns the number of connections that clients hold, logged in or not. */
  public int openConnections() {
    return mina.openConnections();
  }

  /** Returns the number of files and directories that clients hold open. */
  public int openFiles() {
    return mina.openFiles().size();
  }

  /**
   * Delays all that clients send, so that each answer comes this much later, from the login on: the
   * round-trip time of a distant server. It does not limit the bandwidth.
   *
   * @param roundTrip the delay, at most a day; zero removes it
   * @return this server
   * @throws IllegalArgumentException if it is negative or longer
   */
  public TestSftpServer delay(Duration roundTrip) {
    Objects.requireNonNull(roundTrip, "roundTrip");
    if (roundTrip.isNegative()) {
      throw new IllegalArgumentException("the delay must not be negative: " + roundTrip);
    }
    if (roundTrip.compareTo(MAX_DELAY) > 0) {
      throw new IllegalArgumentException(
          "the delay must be at most a day: " + roundTrip + "; mute() stops answering for good");
    }
    mina.delay(roundTrip.toNanos());
    return this;
  }

  /**
   * Breaks the connection that transfers the last of this many further bytes of files, once. What
   * was written so far stays; a request at the limit is carried out in part, and not answered.
   * Downloads and uploads of all connections are counted together.
   *
   * @param bytes 0 or more; 0 breaks the connection at the next byte
   * @return this server
   * @throws IllegalArgumentException if it is negative
   */
  public TestSftpServer cutAfter(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("the number of bytes must not be negative: " + bytes);
    }
    faults.cutAfter(bytes);
    return this;
  }

  /**
   * Refuses requests with a status, without carrying them out. The fault that is returned restricts
   * them to a path or a number of times. Among several faults for a request the first one counts.
   *
   * @return the fault, in effect already
   */
  public Fault fail(Operation operation, Status status) {
    return faults.fail(new Fault(operation, status));
  }

  /**
   * Stops answering: connections stay open, new ones are accepted, but nothing that clients send is
   * read. Requests that were received before may still be answered. {@link #reset()} reads it all.
   *
   * @return this server
   */
  public TestSftpServer mute() {
    mina.mute(true);
    return this;
  }

  /**
   * Limits the channels of each connection, as OpenSSH's {@code MaxSessions} does: further ones are
   * refused. Open channels stay. By default there is no limit.
   *
   * @param n 0 or more; with 0 a login succeeds, but nothing more
   * @return this server
   * @throws IllegalArgumentException if it is negative
   */
  public TestSftpServer limitChannels(int n) {
    if (n < 0) {
      throw new IllegalArgumentException("the number of channels must not be negative: " + n);
    }
    faults.limitChannels(n);
    return this;
  }

  /**
   * Makes the server behave as some other servers do, in place of the quirks set before. Those in
   * the greeting, such as {@link Quirk#NO_EXTENSIONS}, take effect on new channels.
   *
   * @param quirks the ones to have; none: it behaves as usual
   * @return this server
   */
  public TestSftpServer quirks(Quirk... quirks) {
    for (Quirk quirk : Objects.requireNonNull(quirks, "quirks")) {
      Objects.requireNonNull(quirk, "quirk");
    }
    faults.quirks(List.of(quirks));
    return this;
  }

  /** Breaks all connections now, as a server that is restarted does. */
  public void disconnectAll() {
    mina.disconnectAll();
  }

  /**
   * Ends all faults: what {@link #delay}, {@link #cutAfter}, {@link #fail}, {@link #mute}, {@link
   * #limitChannels} and {@link #quirks} have set. Connections and files stay.
   */
  public void reset() {
    faults.reset();
    mina.delay(0);
    mina.mute(false);
  }

  /** Returns descriptions of the connections and files that clients hold. */
  List<String> leftovers() {
    return mina.leftovers();
  }

  /** Returns how many pieces of what clients have sent are held back by a delay or as mute. */
  int held() {
    return mina.held();
  }

  /** Returns the MINA server. */
  SshServer unwrap() {
    return mina.unwrap();
  }

  /**
   * Ends all connections, frees the port, ends all threads of the server, and deletes the folder
   * unless the test has set it. Does nothing if the server is closed already.
   */
  @Override
  public void close() {
    if (!closed) {
      closed = true;
      mina.close();
    }
  }

  boolean isClosed() {
    return closed;
  }

  /** Returns {@code me@127.0.0.1:PORT}. */
  @Override
  public String toString() {
    return username + "@" + host() + ":" + port();
  }
}
