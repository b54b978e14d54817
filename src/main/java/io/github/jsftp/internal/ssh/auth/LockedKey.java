package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.KeyPair;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.keys.KeyFile;
import io.github.jsftp.internal.ssh.keys.UnusableKeyException;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * An encrypted private key without a passphrase. As by ssh, the user is asked for the passphrase
 * once the server has accepted the public half. The decrypted key is kept for later logins.
 */
final class LockedKey implements SigningIdentity {
  private final String name;
  private final byte[] publicKey;
  private final byte[] content;
  private final int tries;
  private @Nullable PassphrasePrompt prompt;
  private @Nullable KeyPair pair;
  private String problem;

  /** Asks the user for the passphrase. */
  interface PassphrasePrompt {
    /**
     * Returns the passphrase, or null if the user gives none.
     *
     * @throws IOException if the user can't be asked, for example without a terminal
     */
    @Nullable String ask() throws IOException;
  }

  /**
   * Creates a key.
   *
   * @param content the key file
   * @param problem why the key can't be used without the passphrase
   * @param tries how many passphrases to try in a login
   */
  LockedKey(String name, byte[] publicKey, byte[] content, String problem, int tries) {
    this.name = name;
    this.publicKey = publicKey;
    this.content = content;
    this.problem = problem;
    this.tries = tries;
  }

  /** Sets the prompt to use from now on. */
  synchronized void askWith(PassphrasePrompt passphrasePrompt) {
    prompt = passphrasePrompt;
  }

  /** Returns why the key has not signed. */
  synchronized String problem() {
    return problem;
  }

  @Override
  @SuppressWarnings("NullAway") // null tells JSch that there is no signature
  public synchronized byte[] getSignature(byte[] data, String algorithm) {
    try {
      for (int i = 0; i < tries && pair == null && prompt != null; i++) {
        String passphrase = prompt.ask();
        if (passphrase == null || passphrase.isEmpty()) {
          break;
        }
        tryToDecrypt(passphrase);
      }
    } catch (IOException e) {
      problem = "private key " + name + " has a passphrase, and " + e.getMessage();
    }
    return pair == null ? null : pair.getSignature(data, algorithm);
  }

  private void tryToDecrypt(String passphrase) {
    try {
      pair = KeyFile.read(content, passphrase);
    } catch (UnusableKeyException e) {
      problem = "private key " + name + " " + e.getMessage();
    }
  }

  @Override
  public byte[] getPublicKeyBlob() {
    return publicKey.clone();
  }

  @Override
  public String getAlgName() {
    return Fingerprint.type(publicKey);
  }

  @Override
  public String getName() {
    return name;
  }
}
