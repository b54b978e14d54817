package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.internal.async.DaemonThreads;
import java.util.concurrent.atomic.AtomicLong;
import javax.crypto.Cipher;

/**
 * Makes the JVM compile AES-GCM in the background as soon as much data is copied, once for each
 * direction.
 *
 * <p>The JVM uses the CPU's AES instructions only in methods that its optimizing compiler has
 * compiled, which takes thousands of calls. A session calls its cipher once for each packet. So a
 * new JVM would encrypt or decrypt the first 40 MB or more at a tenth of its later speed. Calls
 * with a few bytes each reach that number sooner.
 */
final class CipherWarmUp {
  static final CipherWarmUp ENCRYPTION = new CipherWarmUp(Cipher.ENCRYPT_MODE);
  static final CipherWarmUp DECRYPTION = new CipherWarmUp(Cipher.DECRYPT_MODE);

  /** Fewer bytes are copied before the compiler has finished. */
  private static final long WORTHWHILE_BYTES = 8 << 20;

  private final int mode;
  private final AtomicLong carried = new AtomicLong();

  private CipherWarmUp(int mode) {
    this.mode = mode;
  }

  /** Returns true if the cipher with this name of OpenSSH is slow at first. */
  static boolean isSlowAtFirst(String cipher) {
    return cipher.contains("-gcm@");
  }

  /** Records that a session has carried this many bytes. */
  void record(int bytes) {
    if (carried.get() < WORTHWHILE_BYTES && carried.addAndGet(bytes) >= WORTHWHILE_BYTES) {
      try {
        DaemonThreads.start("jsftp-cipher", new CipherCalls(mode));
      } catch (OutOfMemoryError e) {
        // Without another thread the session's own packets are the calls.
      }
    }
  }
}
