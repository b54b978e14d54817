package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.directory.DirectoryWalker.Entry;
import io.github.jsftp.internal.directory.DirectoryWalker.Kind;
import io.github.jsftp.internal.path.RemotePath;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A directory to walk through. */
final class WalkedDirectory {
  final FileInfo info;
  final String relative;
  final int depth;
  final String real; // only in a walk that follows links
  final boolean isBelowLink;
  final @Nullable WalkedDirectory parent;
  @Nullable CompletableFuture<?> listed;
  boolean isListed;
  boolean isEntered;
  @Nullable Throwable failure;
  List<Found> found = List.of();
  List<WalkedDirectory> directories = List.of();
  int next;
  int nextDirectory;

  WalkedDirectory(FileInfo top, String real) {
    this.info = top;
    this.relative = "";
    this.depth = 0;
    this.real = real;
    this.isBelowLink = false;
    this.parent = null;
  }

  WalkedDirectory(WalkedDirectory parent, FileInfo info, String real, boolean isBelowLink) {
    this.info = parent.whole(info);
    this.relative = parent.below(info);
    this.depth = parent.depth + 1;
    this.real = real;
    this.isBelowLink = isBelowLink;
    this.parent = parent;
  }

  void fill(List<Found> entries) {
    found = entries;
    directories = entries.stream().map(Found::directory).filter(Objects::nonNull).toList();
  }

  void forget() {
    found = List.of();
    directories = List.of();
  }

  String below(FileInfo child) {
    return relative.isEmpty() ? child.name() : relative + "/" + child.name();
  }

  /** Returns an entry with its path. */
  FileInfo whole(FileInfo child) {
    return with(child, RemotePath.child(info.path(), child.path()), child.longname());
  }

  String realChild(FileInfo child) {
    return RemotePath.child(real, child.name());
  }

  Entry entry(Kind kind) {
    return new Entry(relative, info, kind, depth);
  }

  /** Returns true if a real path is that of this directory or of one above it. */
  boolean isBelow(String otherReal) {
    for (WalkedDirectory above = this; above != null; above = above.parent) {
      if (above.real.equals(otherReal)) {
        return true;
      }
    }
    return false;
  }

  /** Returns the same information under another path. */
  static FileInfo with(FileInfo info, String path, @Nullable String longname) {
    return new FileInfo(
        path,
        info.type(),
        info.size(),
        info.mode(),
        info.uid(),
        info.gid(),
        info.accessed().equals(info.modified()) ? info.modified() : info.accessed(),
        info.modified(),
        longname);
  }

  /**
   * An entry of a listing.
   *
   * @param info what it is, with its name instead of its path
   * @param failure why it could not be identified, or null
   */
  record Found(
      FileInfo info, Kind kind, @Nullable WalkedDirectory directory, @Nullable Throwable failure) {}
}
