package io.github.jsftp.testing;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECGenParameterSpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * An agent inside this JVM, which speaks the protocol of ssh-agent. Its keys are FIDO security keys
 * in software, which count as touched.
 */
public final class SoftwareAgent implements AutoCloseable {
  private static final int FAILURE = 5;
  private static final int LIST = 11;
  private static final int KEYS = 12;
  private static final int SIGN = 13;
  private static final int SIGNATURE = 14;

  private final Path socket;
  private final ServerSocketChannel listener;
  private final List<Key> keys = new CopyOnWriteArrayList<>();
  private final List<String> signed = new CopyOnWriteArrayList<>();
  private final List<SocketChannel> unanswered = new CopyOnWriteArrayList<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile byte[] lie;
  private volatile byte[] hugeKey;
  private volatile boolean silent;

  private SoftwareAgent(Path socket, ServerSocketChannel listener) {
    this.socket = socket;
    this.listener = listener;
  }

  /** Starts an agent that listens on a socket in this folder. */
  public static SoftwareAgent start(Path folder) throws IOException {
    Path socket = folder.resolve("software-agent.sock");
    var listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    var agent = new SoftwareAgent(socket, listener);
    var thread = new Thread(agent::serve, "software-agent");
    thread.setDaemon(true);
    thread.start();
    return agent;
  }

  public Path socket() {
    return socket;
  }

  /** Adds a key. */
  public void add(Key key) {
    keys.add(key);
  }

  /** Has the agent list a public key of this many bytes before all others. */
  public void listHugeKey(int length) {
    hugeKey = strings(text("ssh-ed25519"), new byte[length]);
  }

  /** Has the agent send these bytes instead of a signature. */
  public void lie(byte[] reply) {
    lie = reply;
  }

  /** Has the agent not answer requests for signatures. */
  public void fallSilent() {
    silent = true;
  }

  /** Returns the comments of the keys that were asked for signatures. */
  public List<String> signed() {
    return List.copyOf(signed);
  }

  private void serve() {
    try {
      while (true) {
        SocketChannel client = listener.accept();
        unanswered.add(client);
        if (answer(
            new DataInputStream(Channels.newInputStream(client)),
            new DataOutputStream(Channels.newOutputStream(client)))) {
          client.close();
          unanswered.remove(client);
        }
      }
    } catch (IOException | GeneralSecurityException e) {
      ended.complete(null);
    }
  }

  private boolean answer(DataInputStream in, DataOutputStream out)
      throws IOException, GeneralSecurityException {
    in.readInt(); // the length
    int request = in.readUnsignedByte();
    if (request == SIGN && silent) {
      return false;
    }
    if (request == SIGN && lie != null) {
      out.write(lie);
      return true;
    }
    byte[] reply =
        switch (request) {
          case LIST -> list();
          case SIGN -> sign(string(in), string(in));
          default -> new byte[] {FAILURE};
        };
    out.write(strings(reply));
    return true;
  }

  private byte[] list() {
    return bytes(
        out -> {
          out.writeByte(KEYS);
          byte[] huge = hugeKey;
          out.writeInt(keys.size() + (huge == null ? 0 : 1));
          if (huge != null) {
            out.write(strings(huge, text("huge")));
          }
          for (Key key : keys) {
            out.write(strings(key.publicKey(), text(key.comment)));
          }
        });
  }

  private byte[] sign(byte[] publicKey, byte[] data) throws GeneralSecurityException {
    for (Key key : keys) {
      if (Arrays.equals(key.publicKey(), publicKey)) {
        signed.add(key.comment);
        return key.isTouched
            ? concat(new byte[] {SIGNATURE}, strings(key.sign(data)))
            : new byte[] {FAILURE};
      }
    }
    return new byte[] {FAILURE};
  }

  private static byte[] string(DataInputStream in) throws IOException {
    return in.readNBytes(in.readInt());
  }

  /** Encodes strings as RFC 4251 says. */
  private static byte[] strings(byte[]... all) {
    return bytes(
        out -> {
          for (byte[] each : all) {
            out.writeInt(each.length);
            out.write(each);
          }
        });
  }

  private static byte[] concat(byte[]... all) {
    return bytes(
        out -> {
          for (byte[] each : all) {
            out.write(each);
          }
        });
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  private static byte[] bytes(Writing writing) {
    var bytes = new ByteArrayOutputStream();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (SocketChannel client : unanswered) {
      client.close();
    }
    ended.join();
  }

  /** A security key in software. */
  public static final class Key {
    private static final String APPLICATION = "ssh:";
    private static final int TOUCHED = 1;

    private final String comment;
    private final KeyPair pair;
    private final boolean isEcdsa;
    private final boolean isTouched;
    private int uses;

    private Key(String comment, KeyPair pair, boolean isTouched) {
      this.comment = comment;
      this.pair = pair;
      this.isEcdsa = pair.getPublic() instanceof ECPublicKey;
      this.isTouched = isTouched;
    }

    /** Generates a key of the type "ed25519-sk" or "ecdsa-sk". */
    public static Key generate(String comment, String type) throws IOException {
      return generate(comment, type, true);
    }

    /** Generates a key that its user does not touch, so that it does not sign. */
    public static Key untouched(String comment) throws IOException {
      return generate(comment, "ed25519-sk", false);
    }

    private static Key generate(String comment, String type, boolean isTouched) throws IOException {
      try {
        boolean ecdsa = type.equals("ecdsa-sk");
        var generator = KeyPairGenerator.getInstance(ecdsa ? "EC" : "Ed25519");
        if (ecdsa) {
          generator.initialize(new ECGenParameterSpec("secp256r1"));
        }
        return new Key(comment, generator.generateKeyPair(), isTouched);
      } catch (GeneralSecurityException e) {
        throw new IOException(e);
      }
    }

    /** Returns the type of the key in SSH. */
    public String type() {
      return isEcdsa ? "sk-ecdsa-sha2-nistp256@openssh.com" : "sk-ssh-ed25519@openssh.com";
    }

    /** Returns a line for authorized_keys. */
    public String publicLine() {
      return type() + " " + Base64.getEncoder().encodeToString(publicKey()) + " " + comment;
    }

    private byte[] publicKey() {
      byte[] encoded = pair.getPublic().getEncoded();
      // The key itself is at the end of its encoding.
      return isEcdsa
          ? strings(
              text(type()),
              text("nistp256"),
              Arrays.copyOfRange(encoded, encoded.length - 65, encoded.length),
              text(APPLICATION))
          : strings(
              text(type()),
              Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length),
              text(APPLICATION));
    }

    /** Returns the file that ssh-keygen writes, but for the handle in its private half. */
    public String file() {
      byte[] body =
          concat(
              text("openssh-key-v1\0"),
              strings(text("none"), text("none"), new byte[0]),
              new byte[] {0, 0, 0, 1},
              strings(publicKey(), new byte[64]));
      return "-----BEGIN OPENSSH PRIVATE KEY-----\n"
          + Base64.getMimeEncoder().encodeToString(body)
          + "\n-----END OPENSSH PRIVATE KEY-----\n";
    }

    private byte[] sign(byte[] data) throws GeneralSecurityException {
      var counted =
          bytes(
              out -> {
                out.writeByte(TOUCHED);
                out.writeInt(++uses);
              });
      Signature signature =
          Signature.getInstance(isEcdsa ? "SHA256withECDSAinP1363Format" : "Ed25519");
      signature.initSign(pair.getPrivate());
      signature.update(sha256(text(APPLICATION)));
      signature.update(counted);
      signature.update(sha256(data));
      byte[] value = signature.sign();
      return concat(strings(text(type()), isEcdsa ? numbers(value) : value), counted);
    }

    private static byte[] numbers(byte[] value) {
      int half = value.length / 2;
      return strings(
          new BigInteger(1, Arrays.copyOf(value, half)).toByteArray(),
          new BigInteger(1, Arrays.copyOfRange(value, half, value.length)).toByteArray());
    }

    private static byte[] sha256(byte[] bytes) throws GeneralSecurityException {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    }
  }
}
