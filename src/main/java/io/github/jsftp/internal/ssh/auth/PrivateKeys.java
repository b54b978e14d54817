package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.KeyPair;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.ConnectionOptions.PrivateKey;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.keys.KeyFile;
import io.github.jsftp.internal.ssh.keys.KeyFileAccess;
import io.github.jsftp.internal.ssh.keys.Passphrase;
import io.github.jsftp.internal.ssh.keys.PublicKeyText;
import io.github.jsftp.internal.ssh.keys.UnusableKeyException;
import io.github.jsftp.internal.ssh.support.OpenSshCertificate;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The private keys for logging in, as far as they can be read and decrypted. */
public final class PrivateKeys {
  /** Bytes; far more than any key needs, even with certificates before it. */
  private static final int MAX_LENGTH = 256 << 10;

  private static final String PUBLIC_HALF = ".pub";

  private final ConnectionOptions options;
  private final Failures failures;
  private final SignatureAlgorithms algorithms;
  private final Passphrase passphrase;
  private final List<LoadedKey> keys = new ArrayList<>();
  private final List<UserCertificate> certificates = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  private PrivateKeys(ConnectionOptions options, Failures failures) throws IOException {
    this.options = options;
    this.failures = failures;
    this.algorithms = new SignatureAlgorithms(options);
    Supplier<char[]> supplier = options.passphraseSupplier().orElse(null);
    this.passphrase =
        supplier == null
            ? Passphrase.of(options.passphrase().orElse(null))
            : Passphrase.from(supplier);
  }

  /**
   * Reads the given keys, unless the options have a supplier of the passphrase. See {@link
   * #forLogin}.
   *
   * @throws IllegalArgumentException if the options name an unknown algorithm
   * @throws IOException as from {@link #read()}
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

  /**
   * Reads the given keys and certificates. If no key is given, reads ssh's default keys in {@code
   * ~/.ssh}, unless the options exclude them or give a password.
   *
   * @throws NoSuchFileException if a given file is missing
   * @throws AuthenticationException if the supplier of the passphrase fails
   */
  private PrivateKeys read() throws IOException {
    try {
      for (PrivateKey key : options.privateKeys()) {
        add(key);
      }
      Boolean defaults = options.defaultKeys().orElse(null);
      if (options.privateKeys().isEmpty()
          && (defaults == null ? !hasPassword(options) : defaults)) {
        for (Path file : defaultFiles()) {
          addDefault(file);
        }
      }
    } catch (Passphrase.SupplierFailedException e) {
      throw failure(String.valueOf(e.getMessage()), e.getCause());
    }
    for (Path file : options.certificates()) {
      addCertificate(file);
    }
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
    return List.copyOf(keys);
  }

  /** Returns the certificates that the options give. */
  List<UserCertificate> certificates() {
    return List.copyOf(certificates);
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
    return List.copyOf(skipped);
  }

  /** Returns what users should know about the files that are used. */
  public List<String> warnings() {
    return List.copyOf(warnings);
  }

  private void add(PrivateKey source) throws IOException {
    Path given = source.file().orElse(null);
    Path file = given == null ? null : SshDirectory.expandTilde(given);
    String name = "private key " + (file == null ? "given as text" : source);
    String own = source.passphrase().orElse(null);
    try {
      keys.add(
          loaded(
              source.toString(),
              name,
              file,
              bytes(source, file),
              own == null ? passphrase : Passphrase.of(own)));
    } catch (NoSuchFileException e) {
      byte[] half = file == null ? null : publicHalf(file);
      if (file == null || half == null) {
        throw new NoSuchFileException(e.getFile(), null, "private key file is missing");
      }
      keys.add(
          LoadedKey.forAgent(
              source.toString(),
              half,
              name + " is missing, and only its public half is there",
              certificatesBeside(file, half)));
    } catch (UnusableKeyException e) {
      addUnusable(source, name + " " + e.getMessage());
    } catch (IOException e) {
      addUnusable(source, "can't read " + name + " (" + SshDirectory.reason(e) + ")");
    }
  }

  /** Adds a key that can't be used. As in ssh, another key may still log in. */
  private void addUnusable(PrivateKey source, String problem) {
    warnings.add(problem);
    keys.add(LoadedKey.forAgent(source.toString(), null, problem, List.of()));
  }

  /** Adds a default key. Like ssh, skips one that is missing or can't be used. */
  private void addDefault(Path file) throws IOException {
    String name = "private key " + file;
    try {
      if (Files.isReadable(file)) {
        keys.add(loaded(file.toString(), name, file, read(file), passphrase));
      } else {
        byte[] half = publicHalf(file);
        if (half != null) {
          keys.add(LoadedKey.forAgent(file.toString(), half, "", certificatesBeside(file, half)));
        }
      }
    } catch (UnusableKeyException e) {
      skipped.add(name + " " + e.getMessage());
    }
  }

  /**
   * Reads a key and the certificate beside it.
   *
   * @throws UnusableKeyException if it is no key at all
   */
  private LoadedKey loaded(
      String shortName, String name, @Nullable Path file, byte[] content, Passphrase secret)
      throws IOException, UnusableKeyException {
    byte[] half = PublicKeyText.decode(content);
    if (half != null && !OpenSshCertificate.isAlgorithm(Fingerprint.type(half))) {
      String problem =
          name + " is a public key; the private one is needed, here or in an ssh-agent";
      return LoadedKey.forAgent(shortName, half, problem, certificatesBeside(file, half));
    }
    try {
      if (file != null) {
        checkAccess(name, file);
      }
      var key = new DecryptedKey(shortName, KeyFile.readWith(content, secret));
      return LoadedKey.usable(key, certificatesBeside(file, key.getPublicKeyBlob()));
    } catch (UnusableKeyException e) {
      if (!e.isLocked()) {
        throw e;
      }
      // Not a failure yet: an agent, a password or another key may be accepted.
      half = e.publicKey() == null && file != null ? publicHalf(file) : e.publicKey();
      String problem = name + " " + e.getMessage();
      LoadedKey key = LoadedKey.forAgent(shortName, half, problem, certificatesBeside(file, half));
      return e.needsPassphrase() && half != null && options.prompts().isPresent()
          ? key.orAsking(
              new LockedKey(shortName, half, content, problem, options.numberOfPasswordPrompts()))
          : key;
    }
  }

  /** Warns of a file of this user's that others may access, or refuses it, as ssh does. */
  private void checkAccess(String name, Path file) throws UnusableKeyException {
    String problem = KeyFileAccess.problem(file);
    if (problem == null) {
      return;
    }
    if (options.strictModes()) {
      throw UnusableKeyException.locked(problem);
    }
    warnings.add(name + " " + problem);
  }

  /** Adds a given certificate. Like ssh, skips one that can't be used, unless it is missing. */
  private void addCertificate(Path given) throws IOException {
    String problem;
    try {
      certificates.add(
          UserCertificate.read(given.toString(), read(SshDirectory.expandTilde(given))));
      return;
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(e.getFile(), null, "certificate file is missing");
    } catch (UnusableKeyException e) {
      problem = "certificate " + given + " " + e.getMessage();
    } catch (IOException e) {
      problem = "can't read certificate " + given + " (" + SshDirectory.reason(e) + ")";
    }
    warnings.add(problem);
    skipped.add(problem);
  }

  /**
   * Returns the certificate in the file whose name ssh derives from the key's; none if there is
   * none for this key.
   */
  private List<UserCertificate> certificatesBeside(@Nullable Path file, byte @Nullable [] half) {
    if (file == null || half == null) {
      return List.of();
    }
    String key = String.valueOf(file.getFileName());
    int length = key.endsWith(PUBLIC_HALF) ? key.length() - PUBLIC_HALF.length() : key.length();
    Path beside = file.resolveSibling(key.substring(0, length) + "-cert.pub");
    String problem;
    try {
      UserCertificate certificate = UserCertificate.read(beside.toString(), read(beside));
      if (Arrays.equals(certificate.publicKey(), half)) {
        return List.of(certificate);
      }
      problem = "certificate " + beside + " is for another key";
    } catch (UnusableKeyException e) {
      problem = "certificate " + beside + " " + e.getMessage();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      problem = "can't read certificate " + beside + " (" + SshDirectory.reason(e) + ")";
    }
    skipped.add(problem);
    return List.of();
  }

  /** Returns the public key in the file whose name is the key's with ".pub", or null. */
  private static byte @Nullable [] publicHalf(Path file) {
    try {
      return PublicKeyText.decode(read(file.resolveSibling(file.getFileName() + PUBLIC_HALF)));
    } catch (IOException e) {
      return null;
    }
  }

  private static byte[] bytes(PrivateKey source, @Nullable Path file) throws IOException {
    if (file != null) {
      return read(file);
    }
    String content = source.content().orElse(null);
    return (content == null ? "" : content).getBytes(StandardCharsets.ISO_8859_1);
  }

  private static byte[] read(Path file) throws IOException {
    if (Files.readAttributes(file, BasicFileAttributes.class).isOther()) {
      // A pipe would block outside the limit for connecting.
      throw new FileSystemException(file.toString(), null, "not a regular file");
    }
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_LENGTH);
    }
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

  /** A decrypted key. JSch calls {@code clear} only on keys that it has created. */
  private record DecryptedKey(String name, KeyPair pair) implements Identity {
    @Override
    public boolean setPassphrase(byte @Nullable [] passphrase) {
      return true;
    }

    @Override
    public byte[] getPublicKeyBlob() {
      return pair.getPublicKeyBlob();
    }

    @Override
    public byte[] getSignature(byte[] data) {
      return pair.getSignature(data);
    }

    @Override
    public byte[] getSignature(byte[] data, String algorithm) {
      return pair.getSignature(data, algorithm);
    }

    @Override
    public String getAlgName() {
      return pair.getKeyTypeString();
    }

    @Override
    public String getName() {
      return name;
    }

    @Override
    public boolean isEncrypted() {
      return false;
    }

    @Override
    public void clear() {
      pair.dispose();
    }

    @Override
    public String toString() {
      return name;
    }
  }
}
