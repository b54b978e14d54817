package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.options.OptionSources;
import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The user who runs this program, the machine, and what may be done in the user's name.
 *
 * @param name the user's name; empty if there is none
 * @param home the home directory, or null if there is none
 * @param environment the environment variables
 * @param mayRunCommands true if the commands of {@code Match exec} are run
 */
record LocalAccount(
    String name, @Nullable Path home, Map<String, String> environment, boolean mayRunCommands) {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final Path HOST_NAME = Path.of("/proc/sys/kernel/hostname");

  static LocalAccount current(boolean mayRunCommands) throws FileSystemException {
    return new LocalAccount(
        OptionSources.currentUser(), SshDirectory.home(), System.getenv(), mayRunCommands);
  }

  /** Returns the directory of the system's ssh_config. */
  Path systemDirectory() {
    return SshDirectory.system(FileSystems.getDefault(), environment);
  }

  /**
   * Returns a path with a leading {@code ~} replaced by the home directory.
   *
   * @throws IOException if it names another user's home directory, or this user has none
   */
  String expandTilde(String path, ConfigLine line) throws IOException {
    if (!path.startsWith("~")) {
      return path;
    }
    int slash = path.indexOf('/');
    String user = path.substring(1, slash < 0 ? path.length() : slash);
    if (!user.isEmpty() && !user.equals(name)) {
      throw line.problem("only your own home directory can be named by ~, not ~" + user);
    }
    if (home == null) {
      throw line.problem("the user who runs this program has no home directory");
    }
    String below = slash < 0 ? "" : path.substring(slash).replaceFirst("^/+", "");
    return home.toString().endsWith("/") ? home + below : home + "/" + below;
  }

  /**
   * Returns the user's numeric id.
   *
   * @throws IOException if this system has no such ids
   */
  long uid() throws IOException {
    if (!PROCESS.getFileSystem().supportedFileAttributeViews().contains("unix")) {
      throw new IOException(
          "the token %i needs a numeric user id, which this system does not have");
    }
    if (Files.exists(PROCESS)) {
      return uidOfOwner(PROCESS);
    }
    Path own = Files.createTempFile("jsftp-", ".uid");
    try {
      return uidOfOwner(own);
    } finally {
      Files.delete(own);
    }
  }

  private static long uidOfOwner(Path path) throws IOException {
    return ((Number) Files.getAttribute(path, "unix:uid")).longValue();
  }

  /** Returns the name of this machine. */
  String hostname() {
    try {
      if (Files.isReadable(HOST_NAME)) {
        return Files.readString(HOST_NAME).strip();
      }
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      // The JDK knows the name, but no address for it: the message is "name: reason".
      String message = String.valueOf(e.getMessage());
      return message.substring(0, Math.max(0, message.indexOf(':')));
    } catch (IOException e) {
      return "localhost";
    }
  }
}
