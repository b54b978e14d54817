package io.github.jsftp.internal.ssh.config;

import com.jcraft.jsch.JSch;

/** The providers of cryptography that this JVM may lack. */
public final class CryptoProviders {
  private CryptoProviders() {}

  /** Returns true if Bouncy Castle is there, which JSch needs for some algorithms and keys. */
  public static boolean hasBouncyCastle() {
    try {
      Class.forName("org.bouncycastle.crypto.Digest", false, JSch.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Returns that this JVM lacks what is needed for the algorithms asked for. */
  public static String lacking(String what) {
    return "this JVM lacks a provider of cryptography for the algorithms asked for ("
        + what
        + "); a JDK made without the module jdk.crypto.ec has no elliptic curves";
  }
}
