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
    this.replaced = replaced == null || wanted < 0 ? null : file(replaced);
    permissions = wanted;
  }

  private static @Nullable PosixFileAttributes file(Path path) throws IOException {
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
   * @param least bits that are needed to write it
   */
  FileAttribute<?>[] first(int least) {
    if (wanted < 0) {
      return new FileAttribute<?>[0];
    }
    return new FileAttribute<?>[] {
      PosixFilePermissions.asFileAttribute(LocalFiles.permissions(firstBits(least)))
    };
  }

  private int firstBits(int least) {
    return (isGuarded() ? wanted & RemoteReplacement.OWNER : wanted) | least;
  }

  /** Returns the permission bits for the end, -1 for those that came by themselves. */
  int permissions() {
    return permissions;
  }

  /**
   * Gives the file its group before the first byte is written.
   *
   * @param least bits that are needed to write it
   * @return a warning if its permissions will be less than wanted
   */
  Optional<String> prepare(Path file, int least) throws IOException {
    PosixFileAttributes old = replaced;
    if (old == null) {
      return Optional.empty();
    }
    if (isGuarded()) {
      var first = LocalFiles.permissions(firstBits(least));
      isGranted(() -> Files.setPosixFilePermissions(file, first));
    }
    PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
    boolean kept =
        view.readAttributes().group().equals(old.group())
            || isGranted(() -> view.setGroup(old.group()));
    permissions = isGuarded() ? RemoteReplacement.narrowed(wanted, true, kept) : wanted;
    return permissions == wanted
        ? Optional.empty()
        : Optional.of(
            RemoteReplacement.narrowing(path.toString(), "the group", permissions, wanted));
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
  private interface Change {
    void run() throws IOException;
  }

  private static boolean isGranted(Change change) {
    try {
      change.run();
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean isGuarded() {
    return replaced != null && RemoteReplacement.isGuarded(wanted);
  }
}
