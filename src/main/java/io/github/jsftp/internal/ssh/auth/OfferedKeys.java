package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import com.jcraft.jsch.Session;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.LoginAttempts;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Vector;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The private keys that one session offers to the server. JSch gets one key at a time, together
 * with the one algorithm for its signature. Otherwise JSch would sign with an RSA key for each
 * algorithm, and with all keys again in each step of a multi-step login, although servers count
 * signatures.
 */
public final class OfferedKeys implements IdentityRepository, AutoCloseable {
  private static final String USER_KEYS = "PubkeyAcceptedAlgorithms";

  private final List<OfferedKey> keys;
  private final List<String> skipped;
  private final @Nullable AgentKeys agent;
  private @Nullable Session session;
  private @Nullable JschLog log;
  private List<String> algorithms = List.of();

  private OfferedKeys(List<OfferedKey> keys, List<String> skipped, @Nullable AgentKeys agent) {
    this.keys = keys;
    this.skipped = skipped;
    this.agent = agent;
  }

  /**
   * Returns the keys for one login, in the order of ssh: the given keys, then the agent's; or the
   * agent's, then the default ones. Duplicates are offered once.
   *
   * @param limit the limit for the agent to list its keys
   */
  public static OfferedKeys of(PrivateKeys keys, @Nullable AgentKeys agent, Duration limit)
      throws IOException {
    List<OfferedKey> ofFiles = keys.all().stream().map(key -> new OfferedKey(key, false)).toList();
    List<OfferedKey> ofAgent =
        agent == null
            ? List.of()
            : agent.list(limit).stream().map(key -> new OfferedKey(key, true)).toList();
    var blobs = new HashSet<ByteBuffer>();
    List<OfferedKey> all =
        Stream.concat(
                (keys.areGiven() ? ofFiles : ofAgent).stream(),
                (keys.areGiven() ? ofAgent : ofFiles).stream())
            .filter(key -> blobs.add(ByteBuffer.wrap(key.getPublicKeyBlob())))
            .toList();
    return new OfferedKeys(all, keys.skipped(), agent);
  }

  /** Configures a session, which already has its algorithms, to log in with these keys. */
  public synchronized void applyTo(Session target, JschLog sessionLog) {
    session = target;
    log = sessionLog;
    algorithms = List.of(target.getConfig(USER_KEYS).split(","));
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
  public synchronized boolean isUsed() {
    return keys.stream().anyMatch(key -> key.turn == Turn.TAKEN);
  }

  /** Returns the names and fingerprints of the keys that the login did not come to. */
  public synchronized List<String> unused() {
    return keys.stream()
        .filter(key -> key.turn == Turn.TO_COME)
        .map(key -> key.getName() + " " + Fingerprint.of(key.getPublicKeyBlob()))
        .toList();
  }

  /** Returns why keys were not sent, or were not of use, as clauses of their own. */
  public synchronized List<String> hints() {
    return keys.stream().map(key -> key.hint).filter(hint -> !hint.isEmpty()).distinct().toList();
  }

  /** Returns the next key. JSch asks for it when the one before has not completed the login. */
  @Override
  @SuppressWarnings("JdkObsolete") // JSch's interface
  public synchronized Vector<Identity> getIdentities() {
    var next = new Vector<Identity>();
    for (OfferedKey key : keys) {
      if (next.isEmpty() && key.turn == Turn.TO_COME && prepare(key)) {
        next.add(key);
      }
    }
    return next;
  }

  private boolean prepare(OfferedKey key) {
    String algorithm = algorithm(key.getAlgName());
    if (algorithm == null || session == null || log == null) {
      key.turn = Turn.PASSED;
      key.hint = withoutAlgorithm(key.getAlgName());
      return false;
    }
    session.setConfig(USER_KEYS, algorithm);
    // Asking first whether a key would do costs a round trip. An agent may have to ask its user.
    session.setConfig("enable_pubkey_auth_query", key.isAgents ? "yes" : "no");
    key.turn = Turn.TAKEN;
    key.attempts = log.attempts();
    log.attempts().send("publickey", key.getName(), Fingerprint.of(key.getPublicKeyBlob()));
    return true;
  }

  /**
   * Returns the algorithm to sign with. As in ssh, an RSA key signs with the first one that the
   * server announces, too. A server that announces none is taken for one that knows no SHA-2.
   */
  private @Nullable String algorithm(String type) {
    List<String> ours = algorithms.stream().filter(it -> keyType(it).equals(type)).toList();
    List<String> theirs = log == null ? List.of() : log.serverSignatures();
    if (theirs.isEmpty() && ours.contains(type)) {
      return type;
    }
    return ours.stream()
        .filter(
            it ->
                it.equals(type) && !isRsa(type)
                    || theirs.isEmpty()
                    || theirs.contains(it)
                    || theirs.contains(plain(it)))
        .findFirst()
        .orElse(null);
  }

  private String withoutAlgorithm(String type) {
    String why = "private keys of type " + type + " are not offered";
    if (!isRsa(type)) {
      return why + "; publicKeyAlgorithms(\"+" + type + "\") offers them";
    }
    List<String> theirs = log == null ? List.of() : log.serverSignatures();
    boolean wantsSha1 = theirs.contains(type) || theirs.contains(plain(type));
    return wantsSha1
        ? "the server accepts signatures of RSA keys with SHA-1 only; legacyAlgorithms(true) offers"
            + " them"
        : "the server announces no signature algorithm for RSA keys that is offered";
  }

  private static boolean isRsa(String type) {
    return type.startsWith("ssh-rsa");
  }

  /** Returns the type of the keys that an algorithm signs with. */
  private static String keyType(String algorithm) {
    return algorithm.replaceFirst("^rsa-sha2-(256|512)", "ssh-rsa");
  }

  /** Returns the algorithm of the signature that goes with a key or a certificate. */
  private static String plain(String algorithm) {
    String name = algorithm.replace("-cert-v01@openssh.com", "");
    return name.startsWith("sk-") && !name.contains("@") ? name + "@openssh.com" : name;
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

  /** Whether it was a key's turn. */
  private enum Turn {
    TO_COME,
    PASSED,
    TAKEN
  }

  /** A key, its turn, and what is known about its failure. */
  private static final class OfferedKey implements Identity {
    private final Identity key;
    private final boolean isAgents;
    private Turn turn = Turn.TO_COME;
    private volatile String hint = "";
    private volatile @Nullable LoginAttempts attempts;

    OfferedKey(Identity key, boolean isAgents) {
      this.key = key;
      this.isAgents = isAgents;
    }

    @Override
    @SuppressWarnings("NullAway") // null tells JSch that there is no signature
    public byte[] getSignature(byte[] data, String algorithm) {
      byte[] signature = key.getSignature(data, plain(algorithm));
      LoginAttempts recorder = attempts;
      if (signature != null && recorder != null) {
        recorder.signed();
      } else if (signature == null && isAgents) {
        hint = "the ssh-agent did not sign with " + getName();
      }
      return signature;
    }

    @Override
    public byte[] getSignature(byte[] data) {
      return getSignature(data, getAlgName());
    }

    @Override
    public boolean setPassphrase(byte[] passphrase) {
      return true;
    }

    @Override
    public byte[] getPublicKeyBlob() {
      return key.getPublicKeyBlob();
    }

    @Override
    public String getAlgName() {
      return key.getAlgName();
    }

    @Override
    public String getName() {
      String name = Printable.of(key.getName());
      if (!isAgents) {
        return name;
      }
      return name.isBlank() ? "agent key without a comment" : "agent key " + name;
    }

    @Override
    public boolean isEncrypted() {
      return false;
    }

    @Override
    public void clear() {
      // The keys belong to the connection.
    }
  }
}
