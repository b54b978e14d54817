package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.Session;
import io.github.jsftp.internal.ssh.log.JschLog;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Vector;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The keys and certificates that one session offers to the server. JSch gets one at a time,
 * together with the one algorithm for its signature. Otherwise JSch would sign with an RSA key for
 * each algorithm, and with all keys again in each step of a multi-step login, although servers
 * count signatures.
 */
public final class OfferedKeys implements IdentityRepository, AutoCloseable {
  private final String username;
  private final SignatureAlgorithms algorithms;
  private final List<OfferedKey> keys;
  private final List<String> skipped;
  private final @Nullable AgentKeys agent;
  private @Nullable Session session;
  private @Nullable JschLog log;
  private @Nullable LoginAnswers answers;

  private OfferedKeys(PrivateKeys loaded, KeyOrder order, @Nullable AgentKeys agent) {
    this.username = loaded.username();
    this.algorithms = loaded.algorithms();
    this.keys = order.keys();
    this.skipped = order.skipped();
    this.agent = agent;
  }

  /**
   * Returns the keys for one login.
   *
   * @param limit the limit for the agent to list its keys
   * @throws io.github.jsftp.AuthenticationException if keys are given, none of them can be used,
   *     and there is nothing else to log in with
   */
  public static OfferedKeys of(PrivateKeys loaded, @Nullable AgentKeys agent, Duration limit)
      throws IOException {
    var order = KeyOrder.of(loaded, agent, limit);
    var offered = new OfferedKeys(loaded, order, agent);
    if (offered.keys.isEmpty() && loaded.areRequired()) {
      throw loaded.failure(String.join("; ", offered.skipped()), null);
    }
    return offered;
  }

  /**
   * Configures a session to log in with these keys.
   *
   * @param asked the prompts to ask for passphrases
   */
  public synchronized void applyTo(Session target, JschLog sessionLog, LoginAnswers asked) {
    session = target;
    log = sessionLog;
    answers = asked;
    target.setIdentityRepository(this);
    target.setConfig("try_additional_pubkey_algorithms", "no");
    // The server sets the limit. With JSch's own limit, further keys would be skipped silently.
    target.setConfig("MaxAuthTries", String.valueOf(Integer.MAX_VALUE));
  }

  /** Returns the problems of the keys that were skipped, and of the agent. */
  public List<String> skipped() {
    String problem = agent == null ? null : agent.problem();
    return problem == null ? skipped : Stream.concat(skipped.stream(), Stream.of(problem)).toList();
  }

  /** Returns a short reason why no key of an agent was used. */
  public String withoutAgent() {
    return agent == null
        ? "SSH_AUTH_SOCK names no ssh-agent"
        : "the ssh-agent at " + agent.socket() + " has no key";
  }

  /** Ends all waiting for the agent. */
  @Override
  public void close() {
    if (agent != null) {
      agent.close();
    }
  }

  /** Returns the number of keys. */
  public int size() {
    return keys.size();
  }

  /** Returns true if any key was sent to the server. */
  public boolean isUsed() {
    return keys.stream().anyMatch(OfferedKey::isSent);
  }

  /** Returns the names and fingerprints of the keys that were neither sent nor skipped. */
  public List<String> unused() {
    return keys.stream()
        .filter(OfferedKey::isPending)
        .map(key -> key.getName() + " " + key.fingerprint())
        .toList();
  }

  /** Returns the reasons why keys were not sent, or may have been refused; each is a clause. */
  public List<String> hints() {
    return keys.stream()
        .map(key -> key.hint(username))
        .filter(hint -> !hint.isEmpty())
        .distinct()
        .toList();
  }

  /** Returns the agent's signature that the login is waiting for, in words; null if none. */
  public @Nullable String waitingFor() {
    return keys.stream()
        .filter(OfferedKey::isAwaited)
        .findFirst()
        .map(key -> "the ssh-agent to sign with " + key.getName())
        .orElse(null);
  }

  /** Returns the next key. JSch asks for it when the one before has not completed the login. */
  @Override
  @SuppressWarnings("JdkObsolete") // JSch's interface
  public synchronized Vector<Identity> getIdentities() {
    var next = new Vector<Identity>();
    for (OfferedKey key : keys) {
      if (next.isEmpty() && key.isPending() && prepare(key)) {
        next.add(key);
      }
    }
    return next;
  }

  private boolean prepare(OfferedKey key) {
    if (session == null || log == null || answers == null) {
      return false;
    }
    String type = key.getAlgName();
    String algorithm = algorithms.choose(type, log.serverSignatures());
    if (algorithm == null) {
      key.skip(SignatureAlgorithms.problem(type, log.serverSignatures()));
      return false;
    }
    session.setConfig("PubkeyAcceptedAlgorithms", algorithm);
    // Asking the server first costs a round trip, but users should not be asked in vain.
    session.setConfig("enable_pubkey_auth_query", key.mayAsk() ? "yes" : "no");
    key.askWith(answers);
    key.send(log.attempts());
    return true;
  }

  @Override
  public String getName() {
    return "jsftp";
  }

  @Override
  public int getStatus() {
    return RUNNING;
  }

  @Override
  public boolean add(byte[] identity) {
    return false;
  }

  @Override
  public boolean remove(byte[] blob) {
    return false;
  }

  @Override
  public void removeAll() {}
}
