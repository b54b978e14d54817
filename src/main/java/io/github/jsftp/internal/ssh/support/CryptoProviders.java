package io.github.jsftp.internal.ssh.support;

import com.jcraft.jsch.JSch;

/** Cryptography providers that the JVM may lack. */
public final class CryptoProviders {
  private CryptoProviders() {}

  /**
   * Returns true if Bouncy Castle is on the class path. JSch needs it for some algorithms and keys.
   */
  public static boolean hasBouncyCastle() {
    try {
      Class.forName("org.bouncycastle.crypto.Digest", false, JSch.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /**
   * Returns a message about algorithms that this JVM has no provider for.
   *
   * @param what the algorithms or the failure, in the provider's words
   */
  public static String lacking(String what) {
    return "this JVM lacks a provider of cryptography for the algorithms asked for ("
        + what
        + "); a JDK made without the module jdk.crypto.ec has no elliptic curves";
  }
}
