package io.github.jsftp.internal.transfer.replace;

import io.github.jsftp.internal.local.LocalFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A local file that replaces another one, by the rules of {@link RemoteReplacement}. */
public final class LocalReplacement {
  private final Path path;
  private final int wanted;
  private final @Nullable PosixFileAttributes replaced;
  private int permissions;

  /**
   * Creates a replacement.
   *
   * @param path the target's path, for warnings
   * @param wanted the final permission bits, -1 to use the default (umask)
   * @param replaced the file to replace, or null
   */
  public LocalReplacement(Path path, int wanted, @Nullable Path replaced) throws IOException {
    this.path = path;
    this.wanted = wanted;
    this.replaced = replaced == null || wanted < 0 ? null : regularFile(replaced);
    permissions = wanted;
  }

  private static @Nullable PosixFileAttributes regularFile(Path path) throws IOException {
    try {
      var file = Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return file.isRegularFile() ? file : null;
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * Returns the attributes to create the file with.
   *
   * @param required the permission bits needed to write the file
   */
  public FileAttribute<?>[] initialAttributes(int required) {
    if (wanted < 0) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(LocalFiles.permissions(initialBits(required)))
    };
  }

  private int initialBits(int required) {
    return (isRestricted() ? wanted & RemoteReplacement.OWNER_BITS : wanted) | required;
  }

  /** Returns the final permission bits, -1 for the default (umask). */
  public int permissions() {
    return permissions;
  }

  /**
   * Sets the group of the file before the first byte is written.
   *
   * @param required the permission bits needed to write the file
   * @return a warning if the file will get fewer permissions than wanted
   */
  public Optional<String> prepare(Path file, int required) throws IOException {
    PosixFileAttributes old = replaced;
    if (old == null) {
      return Optional.empty();
    }
    if (isRestricted()) {
      var first = LocalFiles.permissions(initialBits(required));
      tryChange(() -> Files.setPosixFilePermissions(file, first));
    }
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    boolean kept =
        view.readAttributes().group().equals(old.group())
            || tryChange(() -> view.setGroup(old.group()));
    permissions =
        isRestricted() ? RemoteReplacement.narrowedPermissions(wanted, true, kept) : wanted;
    return permissions == wanted
        ? Optional.empty()
        : Optional.of(
            RemoteReplacement.narrowingWarning(path.toString(), "the group", permissions, wanted));
  }

  /** Sets the owner of the complete file if permitted. */
  public void finish(Path file) throws IOException {
    PosixFileAttributes old = replaced;
    if (old != null && !Files.getOwner(file).equals(old.owner())) {
      tryChange(() -> Files.setOwner(file, old.owner()));
    }
  }

  /** A change of attributes that may be denied. */
  @FunctionalInterface
  private interface AttributeChange {
    void run() throws IOException;
  }

  /** Makes a change; returns false if it is denied. */
  private static boolean tryChange(AttributeChange change) {
    try {
      change.run();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isRestricted() {
    return replaced != null && RemoteReplacement.isRestricted(wanted);
  }
}
