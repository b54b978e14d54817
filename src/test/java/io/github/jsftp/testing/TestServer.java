package io.github.jsftp.testing;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An SFTP server on loopback that serves this machine's file system, so that a test can check on
 * disk what a client did. Remote absolute paths are local absolute paths.
 *
 * <p>The system property {@code sftp.server} ({@code mina}, the default, or {@code openssh})
 * chooses the one that {@link #shared()} returns.
 */
public interface TestServer extends AutoCloseable {
  /** The software of a server. */
  enum Kind {
    MINA,
    OPENSSH;

    /** Returns the kind that this run of the tests is for. */
    public static Kind configured() {
      return valueOf(System.getProperty("sftp.server", "mina").toUpperCase(Locale.ROOT));
    }
  }

  /** Returns the server that all tests of this JVM share, started at first use. */
  static TestServer shared() {
    return SharedServer.get();
  }

  Kind kind();

  default boolean is(Kind kind) {
    return kind() == kind;
  }

  String host();

  int port();

  String username();

  /** The password that {@link #username()} may log in with; OpenSSH has none. */
  Optional<String> password();

  /** An ECDSA key without passphrase, in OpenSSH's format, that the server accepts. */
  Path privateKey();

  /** The host keys of the server. */
  List<PublicHostKey> hostKeys();

  /** Fingerprints as {@code ssh-keygen -l} prints them: {@code SHA256:...}. */
  default List<String> hostKeyFingerprints() {
    return hostKeys().stream().map(PublicHostKey::fingerprint).toList();
  }

  /** A known_hosts file with the server's true keys. Tests must not change it. */
  Path knownHosts();

  /** The folder on disk where a session starts; relative paths resolve here. */
  Path home();

  /** The connections that clients hold, authenticated or not. */
  int openSessions();

  /** The files and directories that clients hold open over SFTP, below {@link #home()}. */
  int openHandles();

  /** Descriptions of what clients have left open; empty if nothing is. */
  List<String> leftovers();

  /** Returns the processes that serve clients, besides this JVM. */
  default Stream<Long> processes() {
    return Stream.empty();
  }

  /** Breaks all connections, as a server that is killed does. */
  void disconnectAll();

  /** Waits until no client session, channel or handle is left. */
  default void awaitIdle() {
    awaitIdle(Leaks.LIMIT);
  }

  /** Does the same, for at most the limit. */
  default void awaitIdle(Duration limit) {
    Eventually.until(
        () -> "clients left on the server: " + leftovers(), limit, () -> leftovers().isEmpty());
  }

  @Override
  void close();
}
