package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.Identity;
import com.jcraft.jsch.IdentityRepository;
import io.github.jsftp.internal.ssh.hostkeys.Fingerprint;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Vector;

/**
 * The private keys as one session offers them. Each signs once: servers count signatures, and JSch
 * would sign with an RSA key for each algorithm, and with all keys for each step of a login that
 * takes several.
 */
public final class OfferedKeys implements IdentityRepository {
  private final List<OnceSigning> keys;

  public OfferedKeys(PrivateKeys keys) {
    this.keys = keys.all().stream().map(OnceSigning::new).toList();
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
