package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import org.jspecify.annotations.Nullable;

/** A key as JSch sees it: never encrypted, since passphrases are handled in this package. */
interface SigningIdentity extends Identity {

  @Override
  default byte[] getSignature(byte[] data) {
    return getSignature(data, getAlgName());
  }

  @Override
  default boolean setPassphrase(byte @Nullable [] passphrase) {
    return true;
  }

  @Override
  default boolean isEncrypted() {
    return false;
  }

  /** Does nothing: JSch calls this only for keys that it has created. */
  @Override
  default void clear() {}
}
