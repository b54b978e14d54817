package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Vector;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The private keys that one session offers to the server. Each key signs once. Otherwise JSch would
 * sign with an RSA key for each algorithm, and with all keys again in each step of a multi-step
 * login, although servers count signatures.
 */
public final class OfferedKeys implements IdentityRepository, AutoCloseable {
  private final List<SingleUseKey> keys;
  private final List<String> skipped;
  private final @Nullable AgentKeys agent;

  private OfferedKeys(List<SingleUseKey> keys, List<String> skipped, @Nullable AgentKeys agent) {
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
    List<? extends Identity> agentKeys = agent == null ? List.of() : agent.list(limit);
    var blobs = new HashSet<ByteBuffer>();
    List<SingleUseKey> all =
        Stream.concat(
                (keys.areGiven() ? keys.all() : agentKeys).stream(),
                (keys.areGiven() ? agentKeys : keys.all()).stream())
            .filter(key -> blobs.add(ByteBuffer.wrap(key.getPublicKeyBlob())))
            .map(SingleUseKey::new)
            .toList();
    return new OfferedKeys(all, keys.skipped(), agent);
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

  /** Returns the fingerprints of the keys that have signed. */
  public List<String> used() {
    return fingerprints(true);
  }

  /** Returns the fingerprints of the keys that have not signed. */
  public List<String> unused() {
    return fingerprints(false);
  }

  private List<String> fingerprints(boolean signed) {
    return keys.stream()
        .filter(key -> key.signed == signed)
        .map(key -> Fingerprint.of(key.getPublicKeyBlob()))
        .toList();
  }

  @Override
  @SuppressWarnings("JdkObsolete") // JSch's interface
  public Vector<Identity> getIdentities() {
    return new Vector<>(keys);
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

  /** A key that signs once. After that JSch skips it, without sending anything. */
  private static final class SingleUseKey implements Identity {
    private final Identity key;
    private volatile boolean signed;

    SingleUseKey(Identity key) {
      this.key = key;
    }

    @Override
    @SuppressWarnings("NullAway") // null tells JSch that there is no signature
    public byte[] getSignature(byte[] data, String algorithm) {
      if (signed) {
        return null;
      }
      byte[] signature = key.getSignature(data, algorithm);
      signed = signature != null;
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
      return key.getName();
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

  /**
   * Returns JSch's list of authentication methods, in the order to try. "publickey" is repeated for
   * each key, since JSch proceeds in the list when the server demands the same method again with
   * another key.
   */
  public String methods(boolean hasPassword) {
    var methods = new ArrayList<>(Collections.nCopies(Math.max(1, size()), "publickey"));
    if (hasPassword) {
      // These are last, since a prompt that can't be answered ends the login.
      methods.addAll(List.of("password", "keyboard-interactive"));
    }
    return String.join(",", methods);
  }
}
