package io.github.jsftp.internal.ssh.keys;

import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks who may access a private key file. */
public final class KeyFileAccess {
  private static final Set<PosixFilePermission> OWNERS =
      EnumSet.of(
          PosixFilePermission.OWNER_READ,
          PosixFilePermission.OWNER_WRITE,
          PosixFilePermission.OWNER_EXECUTE);

  private KeyFileAccess() {}

  /**
   * Returns what is wrong with the permissions of a file, and the remedy; null if nothing is. Like
   * ssh, ignores files of other users, such as secrets that root mounts into a container, and
   * systems without POSIX permissions.
   */
  public static @Nullable String problem(Path file) {
    PosixFileAttributes attributes;
    try {
      attributes = Files.readAttributes(file, PosixFileAttributes.class);
    } catch (IOException | UnsupportedOperationException e) {
      return null; // reading the file tells what is wrong with it
    }
    if (OWNERS.containsAll(attributes.permissions())
        || !SshDirectory.isThisUser(attributes.owner())) {
      return null;
    }
    return "is accessible to other users ("
        + PosixFilePermissions.toString(attributes.permissions())
        + "), and ssh would not use it; chmod 600 "
        + file;
  }
}
