package io.github.jsftp.internal.protocol.channel;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The extensions that a server offers beyond SFTP version 3. Most servers announce each by its own
 * name. MINA announces some together, in the "supported2" extension of later protocol versions.
 */
public final class ServerExtensions {
  /** The extensions of a server that has none. */
  static final ServerExtensions NONE = new ServerExtensions(Set.of(), Set.of());

  private static final String SUPPORTED2 = "supported2";
  private static final int SUPPORTED2_PREFIX = 5 * 4 + 2 * 2;

  private final Set<String> announced;
  private final Set<String> supported2;
  private final Set<String> refused = ConcurrentHashMap.newKeySet();

  private ServerExtensions(Set<String> announced, Set<String> supported2) {
    this.announced = announced;
    this.supported2 = supported2;
  }

  /** Reads the extensions that follow the version number. */
  static ServerExtensions read(Reply version) throws SftpProtocolException {
    var announced = new HashSet<String>();
    var supported2 = new HashSet<String>();
    while (!version.isAtEnd()) {
      String name = version.text();
      Reply data = version.nested();
      announced.add(name);
      if (name.equals(SUPPORTED2)) {
        readSupported2(data, supported2);
      }
    }
    return new ServerExtensions(Set.copyOf(announced), Set.copyOf(supported2));
  }

  /** Returns true if the server announces this extension by its own name and has not refused it. */
  public boolean has(String name) {
    return announced.contains(name) && !refused.contains(name);
  }

  /** Records that the server does not know an extension that it announces. */
  public void markRefused(String name) {
    refused.add(name);
  }

  /** Returns true if the server announces this extension, by its own name or in "supported2". */
  public boolean offers(String name) {
    return has(name) || supported2.contains(name);
  }

  /**
   * Reads the names of extensions in "supported2". If it is malformed it is ignored, since it only
   * offers features.
   */
  private static void readSupported2(Reply data, Set<String> names) {
    try {
      data.skip(SUPPORTED2_PREFIX);
      for (int left = data.count(4); left > 0; left--) {
        data.string(); // an attribute extension
      }
      for (int left = data.count(4); left > 0; left--) {
        names.add(data.text());
      }
    } catch (SftpProtocolException e) {
      names.clear();
    }
  }
}
