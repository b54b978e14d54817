package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import io.github.jsftp.AuthenticationException.Answer;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.log.LoginAttempts;
import io.github.jsftp.internal.ssh.support.OpenSshCertificate;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A key or a certificate to offer in one login, and what became of it. */
final class OfferedKey implements SigningIdentity {
  private final String name;
  private final Identity key;
  private final boolean isAgents;
  private final @Nullable UserCertificate certificate;
  private volatile State state = State.PENDING;
  private volatile @Nullable LoginAttempts attempts;
  private volatile boolean isSigning;
  private volatile String hint = "";

  private enum State {
    PENDING,
    SKIPPED,
    SENT
  }

  private OfferedKey(
      String name, Identity key, boolean isAgents, @Nullable UserCertificate certificate) {
    this.name = name;
    this.key = key;
    this.isAgents = isAgents;
    this.certificate = certificate;
  }

  /** Returns a key whose private half is in this process. */
  static OfferedKey ofFile(String name, Identity key) {
    return new OfferedKey(name, key, false, null);
  }

  /** Returns a key or a certificate that an agent signs with. */
  static OfferedKey ofAgent(String name, Identity key) {
    return new OfferedKey(name, key, true, UserCertificate.ofAgent(name, key.getPublicKeyBlob()));
  }

  /** Returns a certificate of this key. */
  OfferedKey with(UserCertificate given) {
    return new OfferedKey(given.name(), key, isAgents, given);
  }

  /** Returns true if an agent signs, which may have to ask its user. */
  boolean isAgents() {
    return isAgents;
  }

  /** Returns true if signing may require a confirmation or a passphrase from the user. */
  boolean mayAsk() {
    return isAgents || key instanceof LockedKey;
  }

  /** Sets the prompts to ask for the passphrase if it is needed. */
  void askWith(LoginAnswers answers) {
    if (key instanceof LockedKey locked) {
      locked.askWith(() -> answers.user().passphrase(name));
    }
  }

  /** Returns true if the key was neither sent nor skipped yet. */
  boolean isPending() {
    return state == State.PENDING;
  }

  /** Returns true if the key was sent to the server. */
  boolean isSent() {
    return state == State.SENT;
  }

  /** Records that the key is about to be sent. */
  void send(LoginAttempts recorder) {
    state = State.SENT;
    attempts = recorder;
    recorder.send("publickey", name, fingerprint());
  }

  /** Records that the key is not sent, and why. */
  void skip(String why) {
    state = State.SKIPPED;
    hint = why;
  }

  /** Returns true while an agent is signing with this key. */
  boolean isAwaited() {
    return isAgents && isSigning;
  }

  /** Returns the fingerprint of the key, also if it is offered with a certificate. */
  String fingerprint() {
    return Fingerprint.of(certificate == null ? getPublicKeyBlob() : certificate.publicKey());
  }

  /** Returns why the key was not sent, or may have been refused, as a clause; "" if unknown. */
  String hint(String username) {
    LoginAttempts recorder = attempts;
    boolean refused =
        recorder != null
            && recorder.all().stream()
                .anyMatch(
                    attempt ->
                        name.equals(attempt.key().orElse(null))
                            && attempt.answer() != Answer.ACCEPTED_PARTIALLY);
    return hint.isEmpty() && refused && certificate != null
        ? certificate.hint(username, Instant.now())
        : hint;
  }

  @Override
  @SuppressWarnings("NullAway") // null tells JSch that there is no signature
  public byte[] getSignature(byte[] data, String algorithm) {
    byte[] signature = signature(data, OpenSshCertificate.plainAlgorithm(algorithm));
    LoginAttempts recorder = attempts;
    if (signature != null && recorder != null) {
      recorder.signed();
    } else if (signature == null && isAgents) {
      hint = "the ssh-agent did not sign with " + name;
    } else if (signature == null && key instanceof LockedKey locked) {
      hint = locked.problem();
    }
    return signature;
  }

  private byte @Nullable [] signature(byte[] data, String algorithm) {
    isSigning = true;
    try {
      return key.getSignature(data, algorithm);
    } finally {
      isSigning = false;
    }
  }

  @Override
  public byte[] getPublicKeyBlob() {
    return certificate == null ? key.getPublicKeyBlob() : certificate.blob();
  }

  @Override
  public String getAlgName() {
    return certificate == null ? Printable.of(key.getAlgName()) : certificate.type();
  }

  @Override
  public String getName() {
    return name;
  }
}
