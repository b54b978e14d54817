package io.github.jsftp.internal.transfer.copy;

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

/**
 * The local file that takes another one's place, by the same rules as {@link RemoteReplacement}.
 */
final class LocalReplacement {
  private final Path path;
  private final int wanted;
  private final @Nullable PosixFileAttributes replaced;
  private int permissions;

  /**
   * Prepares one.
   *
   * @param path what warnings are about
   * @param wanted the permission bits it is to have in the end, -1 for those that come by
   *     themselves
   * @param replaced the file that it replaces, or null
   */
  LocalReplacement(Path path, int wanted, @Nullable Path replaced) throws IOException {
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
   * Returns what to create it with.
   *
   * @param required bits that are needed to write it
   */
  FileAttribute<?>[] initialAttributes(int required) {
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

  /** Returns the permission bits for the end, -1 for those that came by themselves. */
  int permissions() {
    return permissions;
  }

  /**
   * Gives the file its group before the first byte is written.
   *
   * @param required bits that are needed to write it
   * @return a warning if its permissions will be less than wanted
   */
  Optional<String> prepare(Path file, int required) throws IOException {
    PosixFileAttributes old = replaced;
    if (old == null) {
      return Optional.empty();
    }
    if (isRestricted()) {
      var first = LocalFiles.permissions(initialBits(required));
      isGranted(() -> Files.setPosixFilePermissions(file, first));
    }
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    boolean kept =
        view.readAttributes().group().equals(old.group())
            || isGranted(() -> view.setGroup(old.group()));
    permissions =
        isRestricted() ? RemoteReplacement.narrowedPermissions(wanted, true, kept) : wanted;
    return permissions == wanted
        ? Optional.empty()
        : Optional.of(
            RemoteReplacement.narrowingWarning(path.toString(), "the group", permissions, wanted));
  }

  /** Gives the complete file its owner, where that is allowed. */
  void finish(Path file) throws IOException {
    PosixFileAttributes old = replaced;
    if (old != null && !Files.getOwner(file).equals(old.owner())) {
      isGranted(() -> Files.setOwner(file, old.owner()));
    }
  }

  /** A change that may be refused. */
  @FunctionalInterface
  private interface AttributeChange {
    void run() throws IOException;
  }

  private static boolean isGranted(AttributeChange attributeChange) {
    try {
      attributeChange.run();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isRestricted() {
    return replaced != null && RemoteReplacement.isRestricted(wanted);
  }
}
