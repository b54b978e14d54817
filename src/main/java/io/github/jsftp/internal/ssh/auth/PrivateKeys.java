package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.keys.Passphrase;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The private keys for logging in, as far as they can be read and decrypted. */
public final class PrivateKeys {
  private final ConnectionOptions options;
  private final Failures failures;
  private final SignatureAlgorithms algorithms;
  private List<LoadedKey> keys = List.of();
  private List<UserCertificate> certificates = List.of();
  private List<String> skipped = List.of();
  private List<String> warnings = List.of();

  private PrivateKeys(ConnectionOptions options, Failures failures) throws IOException {
    this.options = options;
    this.failures = failures;
    this.algorithms = new SignatureAlgorithms(options);
  }

  /**
   * Reads the given keys, unless the options have a supplier of the passphrase. See {@link
   * #forLogin}.
   *
   * @throws IllegalArgumentException if the options name an unknown algorithm
   * @throws IOException as from {@link PrivateKeyReader#read}
   */
  public static PrivateKeys load(ConnectionOptions options, Failures failures) throws IOException {
    var all = new PrivateKeys(options, failures);
    return options.passphraseSupplier().isEmpty() ? all.read() : all;
  }

  /**
   * Returns the keys for a login: these keys or, if the options have a supplier of the passphrase,
   * keys that are read now. The supplier is interrupted when the limit is exceeded.
   */
  public PrivateKeys forLogin(Duration limit) throws IOException {
    if (options.passphraseSupplier().isEmpty()) {
      return this;
    }
    var all = new PrivateKeys(options, failures);
    var done = new CompletableFuture<PrivateKeys>();
    Thread reader =
        DaemonThreads.create(
            "jsftp-keys " + options, () -> BlockingExecutor.run(all::read, done, keys -> {}));
    reader.start();
    try {
      return BlockingExecutor.await(done, limit, keys -> {});
    } catch (TimeoutException e) {
      throw failures.connection(
          "connect",
          null,
          "timed out after " + Wording.of(limit) + " while waiting for passphrase(..)",
          new SocketTimeoutException("passphrase(..)"));
    } finally {
      if (!done.isDone() || done.isCancelled()) {
        reader.interrupt();
      }
    }
  }

  private PrivateKeys read() throws IOException {
    var reader = new PrivateKeyReader(options);
    try {
      reader.read();
    } catch (Passphrase.SupplierFailedException e) {
      throw failure(String.valueOf(e.getMessage()), e.getCause());
    }
    keys = reader.keys();
    certificates = reader.certificates();
    skipped = reader.skipped();
    warnings = reader.warnings();
    return this;
  }

  static boolean hasPassword(ConnectionOptions options) {
    return options.password().isPresent() || options.passwordSupplier().isPresent();
  }

  /** Returns true if the options give keys, false if these are the user's default keys. */
  boolean areGiven() {
    return !options.privateKeys().isEmpty();
  }

  /** Returns true if there is nothing to log in with if none of the keys can be used. */
  boolean areRequired() {
    return areGiven()
        && !hasPassword(options)
        && options.prompts().isEmpty()
        && !AgentKeys.isUsed(options);
  }

  /** Returns true if only an agent can sign with one of the keys or certificates. */
  boolean needAgent() {
    return keys.stream().anyMatch(key -> key.identity() == null && key.publicKey() != null)
        || certificates.stream()
            .anyMatch(
                certificate ->
                    keys.stream()
                        .noneMatch(key -> Arrays.equals(key.publicKey(), certificate.publicKey())));
  }

  /** Returns the keys in the order to try. */
  List<LoadedKey> keys() {
    return keys;
  }

  /** Returns the certificates that the options give. */
  List<UserCertificate> certificates() {
    return certificates;
  }

  SignatureAlgorithms algorithms() {
    return algorithms;
  }

  String username() {
    return options.username();
  }

  /** Returns the key files that are tried by default. */
  public static List<Path> defaultFiles() {
    try {
      return SshDirectory.files("id_ed25519", "id_ecdsa", "id_rsa");
    } catch (FileSystemException e) {
      return List.of(); // no usable home directory, so no default keys
    }
  }

  /** Returns the problems of the files that were skipped, except those that an agent may solve. */
  List<String> skipped() {
    return skipped;
  }

  /** Returns what users should know about the files that are used. */
  public List<String> warnings() {
    return warnings;
  }

  AuthenticationException failure(String problem, @Nullable Throwable cause) {
    return Results.NEW.authenticationException(
        failures.details("connect", null, problem),
        failures.host(),
        failures.port(),
        List.of(),
        List.of(),
        cause);
  }
}
