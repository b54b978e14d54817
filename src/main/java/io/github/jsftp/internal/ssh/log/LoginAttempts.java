package io.github.jsftp.internal.ssh.log;

import io.github.jsftp.AuthenticationException.Answer;
import io.github.jsftp.AuthenticationException.Attempt;
import io.github.jsftp.internal.results.Results;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The attempts to log in on one session, and how the server answered them. JSch reports no answer.
 * It is inferred from the method that JSch tries next, and from the number of packets sent since.
 */
public final class LoginAttempts {
  private static final String PUBLIC_KEY = "publickey";
  private static final String KEYBOARD_INTERACTIVE = "keyboard-interactive";

  private final List<Attempt> all = new ArrayList<>();
  private boolean pending; // true if the answer to the last attempt is not known yet
  private boolean signed; // by the key of the last attempt
  private int packets; // sent since the last answer to a prompt
  private int methodsLeft; // in JSch's list, from the current method on
  private int methodsLeftAtAttempt;

  /**
   * Records that a key or a secret is about to be sent.
   *
   * @param key the file of the key, or its comment; null for other methods
   */
  public synchronized void send(String method, @Nullable String key, @Nullable String fingerprint) {
    all.add(Results.NEW.attempt(method, key, fingerprint, Answer.NONE));
    pending = true;
    signed = false;
    packets = 0;
    methodsLeftAtAttempt = methodsLeft;
  }

  /** Records that the key of the last attempt has signed. */
  public synchronized void signed() {
    signed = true;
  }

  /** Records that the answers to a further round of prompts are about to be sent. */
  public synchronized void sendMore() {
    packets = 0;
  }

  /**
   * Returns true if JSch has begun to ask for new prompts since the last answer. The server has
   * then refused that answer.
   */
  public synchronized boolean hasBegunAgain() {
    return pending && packets > 1;
  }

  /** Returns true if the answer to the last attempt is not known yet. */
  public synchronized boolean isPending() {
    return pending;
  }

  /** Records that the server has refused the last attempt. */
  public synchronized void refused() {
    settle(Answer.REFUSED);
  }

  /** Returns true if the server has refused an attempt with this method. */
  public synchronized boolean isRefused(String method) {
    return all.stream()
        .anyMatch(attempt -> attempt.method().equals(method) && attempt.answer() == Answer.REFUSED);
  }

  /** Records that a packet was sent to the server. */
  public synchronized void packetSent() {
    packets++;
  }

  /**
   * Records that JSch proceeds to the next method.
   *
   * @param left how many methods JSch's list still has, the next one included. JSch starts again
   *     with the whole list after a partial success.
   */
  synchronized void proceed(int left) {
    boolean refused =
        left < methodsLeftAtAttempt && isLast(KEYBOARD_INTERACTIVE) && hasBegunAgain();
    settle(refused ? Answer.REFUSED : Answer.ACCEPTED_PARTIALLY);
    methodsLeft = left;
  }

  /**
   * Records that JSch has no method left to try.
   *
   * @param allowed the methods that the server allows now
   */
  public synchronized void end(List<String> allowed) {
    // JSch has sent the reason for disconnecting as well.
    boolean refused = isLast(KEYBOARD_INTERACTIVE) && packets > 2;
    settle(
        refused && allowed.contains(KEYBOARD_INTERACTIVE)
            ? Answer.REFUSED
            : Answer.ACCEPTED_PARTIALLY);
  }

  private boolean isLast(String method) {
    return !all.isEmpty() && all.get(all.size() - 1).method().equals(method);
  }

  private void settle(Answer answer) {
    if (pending) {
      pending = false;
      Attempt last = all.remove(all.size() - 1);
      if (answer == Answer.ACCEPTED_PARTIALLY && last.method().equals(PUBLIC_KEY) && !signed) {
        return; // JSch has not sent the key
      }
      all.add(
          Results.NEW.attempt(
              last.method(), last.key().orElse(null), last.fingerprint().orElse(null), answer));
    }
  }

  /** Returns the attempts, in order. */
  public synchronized List<Attempt> all() {
    return List.copyOf(all);
  }
}
