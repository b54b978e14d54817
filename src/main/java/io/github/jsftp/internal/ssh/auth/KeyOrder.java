package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import io.github.jsftp.internal.path.Printable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order in which keys are offered, which is ssh's: the given keys before the agent's, but the
 * agent's before the default ones. A certificate precedes its key. Duplicates are offered once.
 */
final class KeyOrder {
  private final PrivateKeys loaded;
  private final @Nullable AgentKeys agent;
  private final Map<ByteBuffer, Identity> agentKeys = new LinkedHashMap<>();
  private final Set<UserCertificate> matched = new HashSet<>();
  private final List<OfferedKey> ofFiles = new ArrayList<>();
  private final List<OfferedKey> ofAgent = new ArrayList<>();
  private final List<String> skipped = new ArrayList<>();

  private KeyOrder(PrivateKeys loaded, @Nullable AgentKeys agent) {
    this.loaded = loaded;
    this.agent = agent;
  }

  /**
   * Orders the keys. The agent is asked for its keys only if they may be used.
   *
   * @param limit the limit for the agent to list its keys
   */
  static KeyOrder of(PrivateKeys loaded, @Nullable AgentKeys agent, Duration limit)
      throws IOException {
    var order = new KeyOrder(loaded, agent);
    boolean asksAgent = agent != null && (agent.areAllUsed() || loaded.needAgent());
    if (agent != null && asksAgent) {
      for (Identity key : agent.list(limit)) {
        order.agentKeys.put(blob(key), key);
      }
    }
    order.skipped.addAll(loaded.skipped());
    order.arrange(asksAgent);
    return order;
  }

  /** Returns the keys in the order to try. */
  List<OfferedKey> keys() {
    var all = new ArrayList<>(loaded.areGiven() ? ofFiles : ofAgent);
    all.addAll(loaded.areGiven() ? ofAgent : ofFiles);
    var blobs = new HashSet<ByteBuffer>();
    var keys = new ArrayList<OfferedKey>();
    for (OfferedKey key : all) {
      if (blobs.add(blob(key))) {
        keys.add(key);
      }
    }
    return keys;
  }

  /** Returns the problems of the keys and certificates that were skipped. */
  List<String> skipped() {
    return List.copyOf(skipped);
  }

  private void arrange(boolean askedAgent) {
    for (LoadedKey key : loaded.keys()) {
      OfferedKey offered = offered(key);
      if (offered != null) {
        for (UserCertificate certificate : key.certificates()) {
          ofFiles.add(offered.with(certificate));
        }
        addCertificates(offered, ofFiles);
        ofFiles.add(offered);
      } else if (!key.problem().isEmpty()) {
        skipped.add(
            agent != null && askedAgent && agent.problem() == null
                ? key.problem() + "; the ssh-agent at " + agent.socket() + " does not have it"
                : key.problem());
      }
    }
    boolean all = agent != null && agent.areAllUsed();
    for (Identity key : agentKeys.values()) {
      OfferedKey offered = OfferedKey.ofAgent(name(key), key);
      addCertificates(offered, all ? ofAgent : ofFiles);
      if (all) {
        ofAgent.add(offered);
      }
    }
    for (UserCertificate certificate : loaded.certificates()) {
      if (!matched.contains(certificate)) {
        skipped.add("certificate " + certificate.name() + " belongs to none of the private keys");
      }
    }
  }

  private @Nullable OfferedKey offered(LoadedKey key) {
    Identity identity = key.identity();
    if (identity != null) {
      return OfferedKey.ofFile(key.name(), identity);
    }
    byte[] publicKey = key.publicKey();
    Identity agents = publicKey == null ? null : agentKeys.get(ByteBuffer.wrap(publicKey));
    if (agents != null) {
      return OfferedKey.ofAgent(key.name(), agents);
    }
    LockedKey locked = key.locked();
    return locked == null ? null : OfferedKey.ofFile(key.name(), locked);
  }

  private void addCertificates(OfferedKey key, List<OfferedKey> target) {
    for (UserCertificate certificate : loaded.certificates()) {
      if (ByteBuffer.wrap(certificate.publicKey()).equals(blob(key))) {
        matched.add(certificate);
        target.add(key.with(certificate));
      }
    }
  }

  private static String name(Identity agents) {
    String comment = Printable.of(agents.getName());
    return comment.isBlank() ? "agent key without a comment" : "agent key " + comment;
  }

  private static ByteBuffer blob(Identity key) {
    return ByteBuffer.wrap(key.getPublicKeyBlob());
  }
}
