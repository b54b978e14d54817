package io.github.jsftp.internal.ssh.auth;

/** A private key can't be used; the message says why, and holds nothing of the key. */
final class UnusableKeyException extends Exception {
  private static final long serialVersionUID = 1L;

  private final boolean locked;

  private UnusableKeyException(String problem, boolean locked) {
    super(problem);
    this.locked = locked;
  }

  /** What is there is no key. */
  static UnusableKeyException noKey(String problem) {
    return new UnusableKeyException(problem, false);
  }

  /** What is there was a key once. */
  static UnusableKeyException damaged() {
    return noKey("is damaged or cut off");
  }

  /** There is a key, but it can't be opened. */
  static UnusableKeyException locked(String problem) {
    return new UnusableKeyException(problem, true);
  }

  /** The passphrase is another. */
  static UnusableKeyException wrongPassphrase() {
    return locked("does not open with the passphrase given");
  }

  /** Its encryption or its kind is not supported. */
  static UnusableKeyException unsupported(String what) {
    return locked(
        "is encrypted with " + what + ", which is not supported; ssh-keygen -p can rewrite it");
  }

  /** JSch reads it only with Bouncy Castle. */
  static UnusableKeyException needsBouncyCastle(String what) {
    return locked(
        what + ", which needs Bouncy Castle (org.bouncycastle:bcprov-jdk18on) on the class path");
  }

  /** Returns true if it is a key that can't be opened. */
  boolean isLocked() {
    return locked;
  }
}
