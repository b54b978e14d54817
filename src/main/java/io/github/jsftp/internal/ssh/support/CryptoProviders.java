package io.github.jsftp.internal.ssh.support;

import com.jcraft.jsch.JSch;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Cryptography providers that the JVM may lack. */
public final class CryptoProviders {
  /** The library, and the Maven artifact that it comes with. */
  public static final String BOUNCY_CASTLE = "Bouncy Castle (org.bouncycastle:bcprov-jdk18on)";

  private static final Map<String, Boolean> LOADABLE = new ConcurrentHashMap<>();

  private CryptoProviders() {}

  /**
   * Returns true if Bouncy Castle is on the class path. JSch needs it for some algorithms and keys.
   */
  public static boolean hasBouncyCastle() {
    return isLoadable("org.bouncycastle.crypto.Digest");
  }

  /**
   * Returns what is missing for one of JSch's classes, such as "needs Bouncy Castle .. on the class
   * path", or null if it can be used.
   */
  public static @Nullable String lackingFor(@Nullable String implementation) {
    if (implementation == null
        || !implementation.startsWith("com.jcraft.jsch.bc.")
        || (hasBouncyCastle() && isLoadable(implementation))) {
      return null;
    }
    return hasBouncyCastle()
        ? "needs a newer version of " + BOUNCY_CASTLE
        : "needs " + BOUNCY_CASTLE + " on the class path";
  }

  /** Links the class, since an old version of Bouncy Castle lacks some that JSch refers to. */
  private static boolean isLoadable(String name) {
    Boolean known = LOADABLE.get(name);
    if (known == null) {
      try {
        Class.forName(name, true, JSch.class.getClassLoader());
        known = true;
      } catch (ClassNotFoundException | LinkageError e) {
        known = false;
      }
      LOADABLE.put(name, known);
    }
    return known;
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
