package io.github.jsftp.internal.ssh.session;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Calls AES-GCM, in the way JSch does it for a packet, until the JVM has compiled it. */
final class CipherCalls implements Runnable {
  /** Twice as many as the compiler waits for, since it waits for more while it is busy. */
  private static final int CALLS = 12_000;

  private static final int KEY_BYTES = 16;
  private static final int TAG_BYTES = 16;
  private static final int NONCE_BYTES = 12;

  private final int mode;
  private final SecretKeySpec key = new SecretKeySpec(new byte[KEY_BYTES], "AES");
  private final ByteBuffer nonce = ByteBuffer.allocate(NONCE_BYTES);
  private final byte[] length = new byte[Integer.BYTES];
  private final byte[] text = new byte[16];
  private final byte[] encrypted = new byte[text.length + TAG_BYTES];

  /**
   * Creates a task.
   *
   * @param mode {@link Cipher#ENCRYPT_MODE} or {@link Cipher#DECRYPT_MODE}
   */
  CipherCalls(int mode) {
    this.mode = mode;
  }

  @Override
  public void run() {
    try {
      call();
    } catch (GeneralSecurityException | RuntimeException e) {
      // Then the session's own packets are the calls.
    }
  }

  void call() throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    encrypt(cipher);
    for (int i = 1; i <= CALLS; i++) {
      if (mode == Cipher.ENCRYPT_MODE) {
        nonce.putInt(0, i); // none may be used twice
        encrypt(cipher);
      } else {
        decrypt(cipher);
      }
    }
  }

  private void encrypt(Cipher cipher) throws GeneralSecurityException {
    cipher.init(Cipher.ENCRYPT_MODE, key, parameters());
    cipher.updateAAD(length, 0, length.length);
    cipher.doFinal(text, 0, text.length, encrypted, 0);
  }

  private void decrypt(Cipher cipher) throws GeneralSecurityException {
    cipher.init(Cipher.DECRYPT_MODE, key, parameters());
    cipher.updateAAD(length, 0, length.length);
    cipher.doFinal(encrypted, 0, encrypted.length, text, 0);
  }

  private AlgorithmParameterSpec parameters() {
    return new GCMParameterSpec(TAG_BYTES * Byte.SIZE, nonce.array());
  }
}
