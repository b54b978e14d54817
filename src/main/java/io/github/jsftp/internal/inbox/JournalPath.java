package io.github.jsftp.internal.inbox;

import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The default path of an inbox's journal: in the user's directory for the state of programs. */
public final class JournalPath {
  private static final int MAX_READABLE = 80;
  private static final int HASH_BYTES = 6;

  private JournalPath() {}

  /**
   * Returns the path of the journal of a folder.
   *
   * @param server user, host and port
   * @throws FileSystemException if the user has no home directory
   */
  public static Path of(String server, String folder) throws FileSystemException {
    String inbox = server + folder;
    String readable = inbox.replaceAll("[^A-Za-z0-9.@-]+", "_");
    String name =
        (readable.length() > MAX_READABLE ? readable.substring(0, MAX_READABLE) : readable)
            + "-"
            + hash(inbox)
            + ".inbox";
    return directory().resolve("jsftp").resolve(name);
  }

  private static Path directory() throws FileSystemException {
    String state = System.getenv("XDG_STATE_HOME");
    if (state != null && Path.of(state).isAbsolute()) {
      return Path.of(state);
    }
    Path home = SshDirectory.home();
    if (home == null) {
      throw new FileSystemException(
          "inbox",
          null,
          "the user who runs this program has no home directory for the journal; set journal(..)");
    }
    return home.resolve(".local").resolve("state");
  }

  private static String hash(String text) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, HASH_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
