package io.github.jsftp.internal.ssh.keys;

import io.github.jsftp.internal.ssh.support.CryptoProviders;
import org.jspecify.annotations.Nullable;

/** A private key can't be used. The message tells why, and contains nothing of the key. */
public final class UnusableKeyException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean locked;
  private boolean needsPassphrase;
  private transient byte @Nullable [] publicKey;

  private UnusableKeyException(String problem, boolean locked) {
    super(problem);
    this.locked = locked;
  }

  /** The input is not a private key. */
  public static UnusableKeyException noKey(String problem) {
    return new UnusableKeyException(problem, false);
  }

  /** The input is damaged. */
  public static UnusableKeyException damaged() {
    return noKey("is damaged or cut off");
  }

  /** The input is a private key that can't be decrypted or read. */
  public static UnusableKeyException locked(String problem) {
    return new UnusableKeyException(problem, true);
  }

  /** There is no passphrase. */
  static UnusableKeyException noPassphrase() {
    return passphrase("has a passphrase, and none is given");
  }

  private static UnusableKeyException passphrase(String problem) {
    var created = new UnusableKeyException(problem, true);
    created.needsPassphrase = true;
    return created;
  }

  /** The passphrase is wrong. */
  static UnusableKeyException wrongPassphrase() {
    return passphrase("can't be decrypted with the given passphrase");
  }

  /** The key's encryption is not supported. */
  static UnusableKeyException unsupported(String what) {
    return locked(
        "is encrypted with " + what + ", which is not supported; ssh-keygen -p can rewrite it");
  }

  /** JSch can read the key only with Bouncy Castle. */
  static UnusableKeyException needsBouncyCastle(String what) {
    return locked(what + ", which needs " + CryptoProviders.BOUNCY_CASTLE + " on the class path");
  }

  /** Returns this exception, with the public half of the key, or null if it is unknown. */
  UnusableKeyException of(byte @Nullable [] half) {
    publicKey = half;
    return this;
  }

  /** Returns the public half of the key, or null if it is unknown. */
  public byte @Nullable [] publicKey() {
    return publicKey;
  }

  /** Returns true if another passphrase may decrypt the key. */
  public boolean needsPassphrase() {
    return needsPassphrase;
  }

  /** Returns true if the input is a private key, but can't be decrypted or read. */
  public boolean isLocked() {
    return locked;
  }
}
