package io.github.jsftp.internal.local;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.FileAttributes;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Operations on local files, for use on the disk executor's threads. */
public final class LocalFiles {
  private static final int MAX_LINKS = 40;
  private static final int STICKY = 01000;

  private LocalFiles() {}

  /** Reads the attributes of a file. */
  public static FileAttributes attributes(Path path, LinkOption... options) throws IOException {
    if (!isPosix(path)) {
      return attributes(Files.readAttributes(path, BasicFileAttributes.class, options), -1);
    }
    var posix = Files.readAttributes(path, PosixFileAttributes.class, options);
    int bits = OctalMode.bits(posix.permissions());
    return attributes(posix, posix.isDirectory() ? bits | specialBits(path, STICKY) : bits);
  }

  /** Returns the size of a file in bytes, 0 if it can't be read. */
  public static long size(Path path) {
    try {
      return Files.size(path);
    } catch (IOException e) {
      return 0;
    }
  }

  /** Reads the attributes of an entry without following links; returns null if there is none. */
  public static @Nullable FileAttributes attributesIfExists(Path path) throws IOException {
    try {
      return attributes(path, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Returns what identifies a file on its file system, such as its inode; null if nothing does. */
  public static @Nullable Object fileKey(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
  }

  /** Follows a chain of symbolic links to its end, which need not exist. */
  public static Path endOfLinks(Path path) throws IOException {
    Path end = path;
    for (int i = 0; Files.isSymbolicLink(end); i++) {
      if (i == MAX_LINKS) {
        throw new FileSystemLoopException(path.toString());
      }
      end = end.resolveSibling(Files.readSymbolicLink(end));
    }
    return end;
  }

  /**
   * Checks that opening a file can't block forever.
   *
   * @param operation the user's operation, for the message
   * @throws FileSystemException if the file is a pipe, a socket or a device
   */
  public static void checkRegular(Path path, FileAttributes attributes, String operation)
      throws FileSystemException {
    if (attributes.type() == FileInfo.Type.OTHER) {
      throw new FileSystemException(
          path.toString(),
          null,
          "is a pipe, a socket or a device: open it yourself and " + operation + " a stream");
    }
  }

  /** Returns true if following a link failed because its target does not exist. */
  public static boolean isDangling(Path link, IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return true;
    }
    try {
      Path parent = endOfLinks(link).toAbsolutePath().getParent();
      return parent != null && Files.isRegularFile(parent);
    } catch (FileSystemLoopException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  /** Renames a file unless the new name exists; atomic if the file system has hard links. */
  public static void moveUnlessExists(Path from, Path to) throws IOException {
    try {
      Files.createLink(to, from);
    } catch (FileAlreadyExistsException e) {
      throw new FileAlreadyExistsException(to.toString());
    } catch (UnsupportedOperationException | FileSystemException e) {
      Files.move(from, to); // not atomic: checks for the name first
      return;
    }
    Files.delete(from);
  }

  /** Writes the directory of a file to the disk, where the system supports that. */
  public static void syncDirectory(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      return;
    }
    try (var directory = FileChannel.open(parent, StandardOpenOption.READ)) {
      directory.force(true);
    } catch (IOException e) {
      // Windows can't open directories, and some file systems can't write them on demand.
    }
  }

  /**
   * Creates a directory and its missing parents.
   *
   * @throws NotDirectoryException if a file is in the way
   */
  public static Path createDirectories(Path path) throws IOException {
    try {
      return Files.createDirectories(path);
    } catch (FileAlreadyExistsException e) {
      throw LocalErrors.describe(new NotDirectoryException(e.getFile()));
    }
  }

  /** Creates a directory with these permissions, and its missing parents with the default ones. */
  public static void createDirectories(Path path, AttributeChanges attributes) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent != null && Files.notExists(parent)) {
      Files.createDirectories(parent);
    }
    try {
      createDirectory(path, attributes);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(path)) {
        throw e;
      }
    }
  }

  /** Creates a directory with these permissions, if any. */
  public static void createDirectory(Path path, AttributeChanges attributes) throws IOException {
    Integer bits = attributes.permissions();
    if (bits == null || !isPosix(path)) {
      Files.createDirectory(path);
    } else {
      Files.createDirectory(path, PosixFilePermissions.asFileAttribute(permissions(bits)));
    }
  }

  /** Returns true if the file system has POSIX permissions. */
  public static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }

  /** Returns true if no other user can have created the file or linked another file to its path. */
  public static boolean isExclusivelyOurs(Path path) throws IOException {
    Path parent = path.toAbsolutePath().getParent();
    if (parent == null || !isUnix(path)) {
      return true;
    }
    Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(parent);
    boolean isShared =
        permissions.contains(PosixFilePermission.GROUP_WRITE)
            || permissions.contains(PosixFilePermission.OTHERS_WRITE);
    if (!isShared) {
      return true;
    }
    String owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
    Object names = Files.getAttribute(path, "unix:nlink", LinkOption.NOFOLLOW_LINKS);
    return owner.equals(System.getProperty("user.name")) && Integer.valueOf(1).equals(names);
  }

  /** Converts permission bits such as 0644. Bits other than read, write and execute are dropped. */
  public static Set<PosixFilePermission> permissions(int bits) {
    var permissions = EnumSet.noneOf(PosixFilePermission.class);
    for (PosixFilePermission permission : PosixFilePermission.values()) {
      if ((bits & OctalMode.bit(permission)) != 0) {
        permissions.add(permission);
      }
    }
    return permissions;
  }

  /**
   * Sets the permissions of a file, and the sticky bit of a directory.
   *
   * @param kept the set-uid and set-gid bits that a directory keeps if it has them
   */
  public static void setPermissions(Path path, int bits, int kept) throws IOException {
    if (isUnix(path) && Files.isDirectory(path)) {
      Files.setAttribute(path, "unix:mode", specialBits(path, kept) | (bits & (STICKY | 0777)));
    } else {
      Files.setPosixFilePermissions(path, permissions(bits));
    }
  }

  /** Returns which of these bits a directory has set. Java does not read them as permissions. */
  private static int specialBits(Path dir, int bits) throws IOException {
    return isUnix(dir) ? (Integer) Files.getAttribute(dir, "unix:mode") & bits : 0;
  }

  private static boolean isUnix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("unix");
  }

  /**
   * Sets permissions and times.
   *
   * @param shownAs the path for the warning
   * @return a warning if this failed
   */
  public static Optional<String> setAttributes(
      Path path, Path shownAs, AttributeChanges attributes) {
    Integer bits = attributes.permissions();
    Instant modified = attributes.modified();
    Instant accessed = attributes.accessed();
    try {
      if (bits != null && isPosix(path)) {
        setPermissions(path, bits, OctalMode.SET_GID); // as chmod(1) does
      }
      if (modified != null && accessed != null) {
        Files.getFileAttributeView(path, BasicFileAttributeView.class)
            .setTimes(FileTime.from(modified), FileTime.from(accessed), null);
      }
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of(shownAs + ": attributes not set: " + e.getMessage());
    }
  }

  private static FileAttributes attributes(BasicFileAttributes attributes, int permissions) {
    FileInfo.Type type =
        attributes.isRegularFile()
            ? FileInfo.Type.FILE
            : attributes.isDirectory()
                ? FileInfo.Type.DIRECTORY
                : attributes.isSymbolicLink() ? FileInfo.Type.LINK : FileInfo.Type.OTHER;
    return new FileAttributes(
        type,
        attributes.size(),
        permissions,
        attributes.lastAccessTime().toInstant(),
        attributes.lastModifiedTime().toInstant());
  }
}
