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
 * The private keys as one session offers them. Each signs once: servers count signatures, and JSch
 * would sign with an RSA key for each algorithm, and with all keys for each step of a login that
 * takes several.
 */
public final class OfferedKeys implements IdentityRepository, AutoCloseable {
  private final List<OnceSigning> keys;
  private final List<String> skipped;
  private final @Nullable AgentKeys agent;

  private OfferedKeys(List<OnceSigning> keys, List<String> skipped, @Nullable AgentKeys agent) {
    this.keys = keys;
    this.skipped = skipped;
    this.agent = agent;
  }

  /**
   * Returns the keys for one login: as for ssh, those given, those of the agent, and the usual ones
   * of the user. A key that is there twice is offered once.
   *
   * @param limit how long the agent may take to list its keys
   */
  public static OfferedKeys of(PrivateKeys keys, @Nullable AgentKeys agent, Duration limit)
      throws IOException {
    List<? extends Identity> agentKeys = agent == null ? List.of() : agent.list(limit);
    var blobs = new HashSet<ByteBuffer>();
    List<OnceSigning> all =
        Stream.concat(
                (keys.areGiven() ? keys.all() : agentKeys).stream(),
                (keys.areGiven() ? agentKeys : keys.all()).stream())
            .filter(key -> blobs.add(ByteBuffer.wrap(key.getPublicKeyBlob())))
            .map(OnceSigning::new)
            .toList();
    return new OfferedKeys(all, keys.skipped(), agent);
  }

  /** Returns what is wrong with the keys that had to be left out, and with the agent. */
  public List<String> skipped() {
    String problem = agent == null ? null : agent.problem();
    return problem == null ? skipped : Stream.concat(skipped.stream(), Stream.of(problem)).toList();
  }

  /** Returns why no agent has helped, in a few words. */
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

  /** Returns how many keys there are. */
  public int size() {
    return keys.size();
  }

  /** Returns the fingerprints of the keys that have been used. */
  public List<String> used() {
    return fingerprints(true);
  }

  /** Returns the fingerprints of the keys that have not been used. */
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

  /** A key that JSch skips, sending nothing, once it has signed. */
  private static final class OnceSigning implements Identity {
    private final Identity key;
    private volatile boolean signed;

    OnceSigning(Identity key) {
      this.key = key;
    }

    @Override
    @SuppressWarnings("NullAway") // how JSch is told that there is no signature
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
   * Returns the methods in the order of trying them. "publickey" is there for each key, since JSch
   * takes the next of the list where a server wants the same method again with another key.
   */
  public String methods(boolean hasPassword) {
    var methods = new ArrayList<>(Collections.nCopies(Math.max(1, size()), "publickey"));
    if (hasPassword) {
      // Last, since a prompt that can't be answered ends the attempt.
      methods.addAll(List.of("password", "keyboard-interactive"));
    }
    return String.join(",", methods);
  }
}
