package io.github.jsftp.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyEncryptionContext;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;

/** Makes key pairs and writes them as ssh-keygen would. */
public final class Keys {
  private Keys() {}

  public static KeyPair ecdsa() {
    try {
      return ServerKeys.generate();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the same key of 2048 bits each time, since generating one takes seconds. */
  public static KeyPair rsa() {
    try (var in = Keys.class.getResourceAsStream("/keys/rsa-2048.key")) {
      return SecurityUtils.loadKeyPairIdentities(null, () -> "rsa-2048.key", in, null)
          .iterator()
          .next();
    } catch (IOException | GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  /** Returns the public half as a line of authorized_keys. */
  public static String publicLine(KeyPair pair) {
    return PublicKeyEntry.toString(pair.getPublic());
  }

  /** Writes an unencrypted private key in OpenSSH's format, readable by its owner only. */
  public static Path write(KeyPair pair, Path file) throws IOException {
    return write(pair, file, null);
  }

  /** Writes a private key in OpenSSH's format, encrypted unless the passphrase is null. */
  public static Path write(KeyPair pair, Path file, String passphrase) throws IOException {
    OpenSSHKeyEncryptionContext encryption = null;
    if (passphrase != null) {
      encryption = new OpenSSHKeyEncryptionContext();
      encryption.setCipherName("AES");
      encryption.setCipherType("256");
      encryption.setCipherMode("CTR");
      encryption.setPassword(passphrase);
    }
    var text = new ByteArrayOutputStream();
    try {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "test", encryption, text);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    Files.deleteIfExists(file);
    Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    return Files.writeString(file, text.toString(StandardCharsets.US_ASCII));
  }
}
