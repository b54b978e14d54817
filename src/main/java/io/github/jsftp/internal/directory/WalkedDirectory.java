package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.directory.TreeWalker.Entry;
import io.github.jsftp.internal.directory.TreeWalker.Kind;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.results.Results;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A directory in a walk, with its listing. */
final class WalkedDirectory {
  final FileInfo info;
  final String relative;
  final int depth;
  final String real; // resolved only if the walk follows links
  final boolean isBelowLink;
  final @Nullable WalkedDirectory parent;
  @Nullable CompletableFuture<?> listed;
  boolean isListed;
  boolean isEntered;
  @Nullable Throwable failure;
  List<WalkedEntry> entries = List.of();
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
    this.info = parent.withPath(info);
    this.relative = parent.below(info);
    this.depth = parent.depth + 1;
    this.real = real;
    this.isBelowLink = isBelowLink;
    this.parent = parent;
  }

  void fill(List<WalkedEntry> entries) {
    this.entries = entries;
    directories = entries.stream().map(WalkedEntry::directory).filter(Objects::nonNull).toList();
  }

  void clear() {
    entries = List.of();
    directories = List.of();
  }

  String below(FileInfo child) {
    return relative.isEmpty() ? child.name() : relative + "/" + child.name();
  }

  /** Returns a child with its path instead of its name. */
  FileInfo withPath(FileInfo child) {
    return copyOf(
        child, RemotePath.child(info.path(), child.path()), child.longname().orElse(null));
  }

  String realChild(FileInfo child) {
    return RemotePath.child(real, child.name());
  }

  Entry entry(Kind kind) {
    return new Entry(relative, info, kind, depth, isBelowLink);
  }

  /**
   * Returns true if the path is that of this directory or of one of its parents, with links
   * resolved.
   */
  boolean isBelow(String otherReal) {
    for (WalkedDirectory above = this; above != null; above = above.parent) {
      if (above.real.equals(otherReal)) {
        return true;
      }
    }
    return false;
  }

  /** Returns a copy with another path. */
  static FileInfo copyOf(FileInfo info, String path, @Nullable String longname) {
    return Results.NEW.fileInfo(
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
   * @param info its attributes, with its name instead of its path
   * @param directory the directory to enter, or null
   * @param failure why its kind could not be determined, or null
   */
  record WalkedEntry(
      FileInfo info, Kind kind, @Nullable WalkedDirectory directory, @Nullable Throwable failure) {}
}
