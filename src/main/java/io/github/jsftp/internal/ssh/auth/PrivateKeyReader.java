package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.KeyPair;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.ConnectionOptions.PrivateKey;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.keys.KeyFile;
import io.github.jsftp.internal.ssh.keys.KeyFileAccess;
import io.github.jsftp.internal.ssh.keys.Passphrase;
import io.github.jsftp.internal.ssh.keys.PublicKeyText;
import io.github.jsftp.internal.ssh.keys.UnusableKeyException;
import io.github.jsftp.internal.ssh.support.OpenSshCertificate;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the files of private keys and certificates for {@link PrivateKeys}. A key that can't be
 * read or decrypted is kept with its problem, since an agent may have it.
 */
final class PrivateKeyReader {
  /** Bytes; far more than any key needs, even with certificates before it. */
  private static final int MAX_LENGTH = 256 << 10;

  private static final String PUBLIC_HALF = ".pub";

  private final ConnectionOptions options;
  private final Passphrase passphrase;
  private final List<LoadedKey> keys = new ArrayList<>();
  private final List<UserCertificate> certificates = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();
  private final List<String> warnings = new ArrayList<>();

  PrivateKeyReader(ConnectionOptions options) {
    this.options = options;
    Supplier<char[]> supplier = options.passphraseSupplier().orElse(null);
    this.passphrase =
        supplier == null
            ? Passphrase.of(options.passphrase().orElse(null))
            : Passphrase.from(supplier);
  }

  /**
   * Reads the given keys and certificates. If no key is given, reads ssh's default keys in {@code
   * ~/.ssh}, unless the options exclude them or give a password.
   *
   * @throws NoSuchFileException if a given file is missing
   * @throws Passphrase.SupplierFailedException if the supplier of the passphrase fails
   */
  void read() throws IOException {
    for (PrivateKey key : options.privateKeys()) {
      add(key);
    }
    Boolean defaults = options.defaultKeys().orElse(null);
    if (options.privateKeys().isEmpty()
        && (defaults == null ? !PrivateKeys.hasPassword(options) : defaults)) {
      for (Path file : PrivateKeys.defaultFiles()) {
        addDefault(file);
      }
    }
    for (Path file : options.certificates()) {
      addCertificate(file);
    }
  }

  List<LoadedKey> keys() {
    return List.copyOf(keys);
  }

  List<UserCertificate> certificates() {
    return List.copyOf(certificates);
  }

  List<String> skipped() {
    return List.copyOf(skipped);
  }

  List<String> warnings() {
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

  /** A decrypted key. */
  private record DecryptedKey(String name, KeyPair pair) implements SigningIdentity {
    @Override
    public byte[] getPublicKeyBlob() {
      return pair.getPublicKeyBlob();
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
    public String toString() {
      return name;
    }
  }
}
