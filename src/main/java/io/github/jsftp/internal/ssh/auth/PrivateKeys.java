package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.KeyPair;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.ConnectionOptions.PrivateKey;
import io.github.jsftp.internal.async.BlockingExecutor;
import io.github.jsftp.internal.async.DaemonThreads;
import io.github.jsftp.internal.remote.Failures;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The decrypted private keys for logging in. */
public final class PrivateKeys {
  /** Bytes; far more than any key needs, even with certificates before it. */
  private static final int MAX_LENGTH = 256 << 10;

  private final ConnectionOptions options;
  private final Failures failures;
  private final Passphrase passphrase;
  private final List<DecryptedKey> keys = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private PrivateKeys(ConnectionOptions options, Failures failures) {
    this.options = options;
    this.failures = failures;
    Supplier<char[]> supplier = options.passphraseSupplier();
    this.passphrase =
        supplier == null ? Passphrase.of(options.passphrase()) : Passphrase.from(supplier);
  }

  /**
   * Reads the given keys, unless the options have a supplier of the passphrase. See {@link
   * #forLogin}.
   *
   * @throws IOException as from {@link #read()}
   */
  public static PrivateKeys load(ConnectionOptions options, Failures failures) throws IOException {
    var all = new PrivateKeys(options, failures);
    return options.passphraseSupplier() == null ? all.read() : all;
  }

  /**
   * Returns the keys for a login: these keys or, if the options have a supplier of the passphrase,
   * keys that are read now. The supplier is interrupted when the limit is exceeded.
   */
  public PrivateKeys forLogin(Duration limit) throws IOException {
    if (options.passphraseSupplier() == null) {
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
   * Reads the given keys. If neither a key nor a password is given, reads ssh's default keys in
   * {@code ~/.ssh}.
   *
   * @throws NoSuchFileException if the file of a given key is missing
   * @throws AuthenticationException if a given key is not a private key; or if none of the given
   *     keys can be decrypted, and there is no password
   */
  private PrivateKeys read() throws IOException {
    try {
      for (PrivateKey key : options.privateKeys()) {
        add(key);
      }
      if (options.privateKeys().isEmpty() && !hasPassword(options)) {
        for (Path file : defaultFiles()) {
          addDefault(file);
        }
      }
    } catch (Passphrase.SupplierFailedException e) {
      throw failure(String.valueOf(e.getMessage()), e.getCause());
    }
    boolean isAll =
        !hasPassword(options) && options.prompts() == null && !AgentKeys.isUsed(options);
    if (keys.isEmpty() && !options.privateKeys().isEmpty() && isAll) {
      throw failure(String.join("; ", skipped), null);
    }
    return this;
  }

  static boolean hasPassword(ConnectionOptions options) {
    return options.password() != null || options.passwordSupplier() != null;
  }

  /** Returns true if there is no usable key. */
  boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Returns true if the options give keys, false if these are the user's default keys. */
  boolean areGiven() {
    return !options.privateKeys().isEmpty();
  }

  /** Returns the keys in the order to try. */
  List<? extends Identity> all() {
    return List.copyOf(keys);
  }

  /** Returns the key files that are tried by default. */
  public static List<Path> defaultFiles() {
    try {
      return SshDirectory.files("id_ed25519", "id_ecdsa", "id_rsa");
    } catch (FileSystemException e) {
      return List.of(); // no usable home directory, so no default keys
    }
  }

  /** Returns the problems of the keys that were skipped. */
  public List<String> skipped() {
    return List.copyOf(skipped);
  }

  private void add(PrivateKey source) throws IOException {
    String name = "private key " + (source.file() == null ? "given as text" : source);
    String own = source.passphrase();
    try {
      KeyPair pair = KeyFile.readWith(bytes(source), own == null ? passphrase : Passphrase.of(own));
      keys.add(new DecryptedKey(source.toString(), pair));
    } catch (UnusableKeyException e) {
      String problem = name + " " + e.getMessage();
      if (!e.isLocked()) {
        throw failure(problem, null);
      }
      // Not a failure yet: a password or another key may be accepted.
      skipped.add(problem);
    }
  }

  /** Adds a default key. Like ssh, skips one that is missing or can't be used. */
  private void addDefault(Path file) throws IOException {
    if (!Files.isReadable(file)) {
      return;
    }
    try {
      keys.add(new DecryptedKey(file.toString(), KeyFile.readWith(read(file), passphrase)));
    } catch (UnusableKeyException e) {
      skipped.add("private key " + file + " " + e.getMessage());
    }
  }

  private byte[] bytes(PrivateKey source) throws IOException {
    Path file = source.file();
    if (file == null) {
      String content = source.content();
      return (content == null ? "" : content).getBytes(StandardCharsets.ISO_8859_1);
    }
    try {
      return read(SshDirectory.expandTilde(file));
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(e.getFile(), null, "private key file is missing");
    } catch (IOException e) {
      throw failure("can't read private key " + file + " (" + SshDirectory.reason(e) + ")", e);
    }
  }

  private static byte[] read(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(MAX_LENGTH);
    }
  }

  private AuthenticationException failure(String problem, @Nullable Throwable cause) {
    return new AuthenticationException(
        failures.details("connect", null, problem),
        failures.host(),
        failures.port(),
        List.of(),
        List.of(),
        cause);
  }

  /** A decrypted key. JSch calls {@code clear} only on keys that it has created. */
  record DecryptedKey(String name, KeyPair pair) implements Identity {
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
