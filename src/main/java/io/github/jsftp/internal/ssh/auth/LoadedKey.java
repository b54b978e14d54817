package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A key for logging in. Without an identity, only an agent can sign with it. */
final class LoadedKey {
  private final String name;
  private final @Nullable Identity identity;
  private final byte @Nullable [] publicKey;
  private final String problem;
  private final List<UserCertificate> certificates;
  private @Nullable LockedKey locked;

  private LoadedKey(
      String name,
      @Nullable Identity identity,
      byte @Nullable [] publicKey,
      String problem,
      List<UserCertificate> certificates) {
    this.name = name;
    this.identity = identity;
    this.publicKey = publicKey;
    this.problem = problem;
    this.certificates = certificates;
  }

  /** Returns a key that can sign. */
  static LoadedKey usable(Identity identity, List<UserCertificate> certificates) {
    return new LoadedKey(
        identity.getName(), identity, identity.getPublicKeyBlob(), "", certificates);
  }

  /**
   * Returns a key that an agent may have.
   *
   * @param publicKey the public half, or null if it is unknown
   * @param problem why the key can't be used without an agent, or "" if that is no problem
   */
  static LoadedKey forAgent(
      String name,
      byte @Nullable [] publicKey,
      String problem,
      List<UserCertificate> certificates) {
    return new LoadedKey(name, null, publicKey, problem, certificates);
  }

  /** Sets the key to use, after asking for its passphrase, if the agent does not have it. */
  LoadedKey orAsking(LockedKey asking) {
    locked = asking;
    return this;
  }

  /** Returns the key whose passphrase can be asked for, or null. */
  @Nullable LockedKey locked() {
    return locked;
  }

  String name() {
    return name;
  }

  @Nullable Identity identity() {
    return identity;
  }

  byte @Nullable [] publicKey() {
    return publicKey == null ? null : publicKey.clone();
  }

  String problem() {
    return problem;
  }

  /** Returns the certificates beside the key's file. */
  List<UserCertificate> certificates() {
    return certificates;
  }
}
