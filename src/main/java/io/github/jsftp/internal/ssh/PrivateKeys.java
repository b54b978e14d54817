package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.ConnectionOptions.PrivateKey;
import io.github.jsftp.internal.pipeline.Failures;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Vector;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The private keys to log in with, decrypted. */
final class PrivateKeys implements IdentityRepository {
  private static final List<String> USUAL = List.of("id_ed25519", "id_ecdsa", "id_rsa");
  private static final Pattern PUBLIC =
      Pattern.compile(
          "(ssh-|ecdsa-|sk-)\\S+ AAAA.*|---- BEGIN SSH2 PUBLIC KEY.*|-----BEGIN (RSA )?PUBLIC KEY.*");

  private final JSch jsch = new JSch();
  private final ConnectionOptions options;
  private final Failures failures;
  private final List<Key> keys = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private PrivateKeys(ConnectionOptions options, Failures failures) {
    this.options = options;
    this.failures = failures;
  }

  /**
   * Reads the keys given; with neither key nor password given, the usual ones in {@code ~/.ssh}.
   *
   * @throws NoSuchFileException if the file of a key given is missing
   * @throws AuthenticationException if a key given can't be used, and there is nothing else to log
   *     in with
   */
  static PrivateKeys load(ConnectionOptions options, Failures failures) throws IOException {
    var all = new PrivateKeys(options, failures);
    for (PrivateKey key : options.privateKeys()) {
      all.add(key);
    }
    if (options.privateKeys().isEmpty() && options.password() == null) {
      for (String name : USUAL) {
        all.addIfUsable(LocalFiles.ssh(name));
      }
    }
    if (all.keys.isEmpty() && !options.privateKeys().isEmpty() && options.password() == null) {
      throw all.failure(all.skipped.get(0), null);
    }
    return all;
  }

  /** Says whether there is no key. */
  boolean isEmpty() {
    return keys.isEmpty();
  }

  /** Returns the fingerprints of the keys. */
  List<String> fingerprints() {
    return keys.stream().map(key -> Fingerprint.of(key.getPublicKeyBlob())).toList();
  }

  /** Returns what is wrong with the keys that had to be left out. */
  List<String> skipped() {
    return List.copyOf(skipped);
  }

  private void add(PrivateKey source) throws IOException {
    byte[] text = text(source);
    KeyPair pair = parse(source, text);
    String passphrase = options.passphrase();
    if (pair.isEncrypted() && passphrase == null) {
      // Not a failure yet: there may be a password or another key.
      skipped.add("private key " + source + " has a passphrase, and none is given");
      return;
    }
    if (pair.isEncrypted() && !decrypted(pair, passphrase)) {
      throw failure("the passphrase is wrong for private key " + source, null);
    }
    keys.add(new Key(source.toString(), pair));
  }

  /** Adds a key that ssh would try by itself, as quietly as ssh leaves out what it can't use. */
  private void addIfUsable(Path file) throws IOException {
    var source = new PrivateKey(file, null);
    if (!Files.isReadable(file)) {
      return;
    }
    try {
      KeyPair pair = KeyPair.load(jsch, Files.readAllBytes(file), null);
      if (pair != null && (!pair.isEncrypted() || decrypted(pair, options.passphrase()))) {
        keys.add(new Key(source.toString(), pair));
        return;
      }
    } catch (JSchException e) {
      skipped.add("private key " + source + " can't be read");
      return;
    }
    skipped.add("private key " + source + " has a passphrase, and no right one is given");
  }

  private byte[] text(PrivateKey source) throws IOException {
    Path file = source.file();
    if (file == null) {
      String text = source.text();
      return (text == null ? "" : text).getBytes(StandardCharsets.ISO_8859_1);
    }
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw new NoSuchFileException(file.toString(), null, "private key file is missing");
    } catch (IOException e) {
      throw failure("can't read private key " + file + " (" + LocalFiles.why(e) + ")", e);
    }
  }

  private KeyPair parse(PrivateKey source, byte[] text) throws AuthenticationException {
    String start = new String(text, StandardCharsets.ISO_8859_1).strip();
    if (PUBLIC.matcher(start.lines().findFirst().orElse("")).matches()) {
      throw failure(source + " is a public key; the private one is needed", null);
    }
    try {
      KeyPair pair = KeyPair.load(jsch, text, null);
      if (pair != null) {
        return pair;
      }
    } catch (JSchException | RuntimeException e) {
      // JSch's cause may quote the key; its message says all there is.
    }
    throw failure(source + " is not a private key in OpenSSH or PEM format", null);
  }

  private static boolean decrypted(KeyPair pair, @Nullable String passphrase) {
    if (passphrase == null) {
      return false;
    }
    // For PKCS#8 JSch takes bytes for characters and writes them as UTF-8 once more.
    return decrypted(pair, passphrase.getBytes(StandardCharsets.UTF_8))
        || decrypted(pair, passphrase.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static boolean decrypted(KeyPair pair, byte[] passphrase) {
    try {
      return pair.decrypt(passphrase);
    } catch (RuntimeException | OutOfMemoryError e) {
      // What a wrong passphrase makes of a key can be anything, one of gigabytes too.
      return false;
    } finally {
      Arrays.fill(passphrase, (byte) 0);
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

  @Override
  public String getName() {
    return "jsftp";
  }

  @Override
  public int getStatus() {
    return RUNNING;
  }

  @Override
  @SuppressWarnings("JdkObsolete") // JSch's interface
  public Vector<Identity> getIdentities() {
    return new Vector<>(keys);
  }

  @Override
  public boolean add(byte[] identity) {
    return false;
  }

  @Override
  public boolean remove(byte[] blob) {
    return false;
  }

  @Override
  public void removeAll() {}

  /** One key. JSch calls clear on what it owns only. */
  private record Key(String name, KeyPair pair) implements Identity {
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
