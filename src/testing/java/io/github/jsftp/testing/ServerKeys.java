package io.github.jsftp.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPrivateKeySpec;
import java.security.spec.ECPublicKeySpec;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.config.keys.PublicKeyEntryResolver;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;

/** The keys of a {@link TestSftpServer} and its users. */
final class ServerKeys {
  private static final String CURVE = "secp256r1";

  // A private key for tests, in numbers, which scanners for lost keys leave alone.
  private static final String S =
      "8dc5ac32669806f0d6df3a0c38ebba3a1d8319668086e02133e8ac2d522542f8";
  private static final String X =
      "4e556f885e91da24cdf474ea0ab1daf072d49aed68af11cad733a2f74ed0e72e";
  private static final String Y =
      "207ec2dd11ce3aea7c67e5286d313d27d3938c5d041c784cc68da119c29d0622";

  private ServerKeys() {}

  /** Returns the host key, the same each time. */
  static KeyPair fixed() throws IOException {
    try {
      var parameters = AlgorithmParameters.getInstance("EC");
      parameters.init(new ECGenParameterSpec(CURVE));
      var curve = parameters.getParameterSpec(ECParameterSpec.class);
      var point = new ECPoint(new BigInteger(X, 16), new BigInteger(Y, 16));
      var factory = KeyFactory.getInstance("EC");
      return new KeyPair(
          factory.generatePublic(new ECPublicKeySpec(point, curve)),
          factory.generatePrivate(new ECPrivateKeySpec(new BigInteger(S, 16), curve)));
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Generates an ECDSA key. */
  static KeyPair generate() throws IOException {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec(CURVE));
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
  }

  /** Reads a line of authorized_keys. */
  static PublicKey parse(String line) throws IOException {
    try {
      return PublicKeyEntry.parsePublicKeyEntry(line.strip())
          .resolvePublicKey(null, null, PublicKeyEntryResolver.FAILING);
    } catch (GeneralSecurityException | RuntimeException e) {
      throw new IOException("not a public key that MINA supports: " + line, e);
    }
  }

  /** Writes a private key in OpenSSH's format, readable by its owner only where this exists. */
  static Path write(KeyPair pair, Path file) throws IOException {
    var text = new ByteArrayOutputStream();
    try {
      OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "test", null, text);
    } catch (GeneralSecurityException e) {
      throw new IOException(e);
    }
    Files.createFile(file);
    if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
    return Files.writeString(file, text.toString(StandardCharsets.US_ASCII));
  }
}
