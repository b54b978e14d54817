package io.github.jsftp.internal.transfer.source;

import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.directory.TreeWalker.Kind;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.LocalSource;
import io.github.jsftp.internal.transfer.copy.Source;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A local tree to upload. Holds the listings from the root to the current entry. */
public final class LocalSourceTree implements SourceTree {
  private final TransferCall call;
  private final Path top;
  private final boolean deep;
  private final boolean followLinks;
  private final ArrayDeque<OpenDirectory> ancestors = new ArrayDeque<>();
  private @Nullable String absoluteTop;
  private String failedAt = "";
  private boolean hasStarted;

  public LocalSourceTree(TransferCall call, Path top, boolean deep) {
    this.call = call;
    this.top = top;
    this.deep = deep;
    followLinks = call.options().symlinks() == Symlinks.FOLLOW;
  }

  @Override
  public CompletableFuture<Optional<TreeEntry>> next() {
    if (!hasStarted) {
      hasStarted = true;
      return enter(call.runOnDisk(this::top));
    }
    OpenDirectory current = ancestors.peek();
    if (current == null) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    if (current.failure != null) {
      IOException failure = current.failure;
      current.failure = null;
      failedAt = current.directory.relative();
      return CompletableFuture.failedFuture(failure);
    }
    if (current.next == current.found.size()) {
      ancestors.pop();
      TreeEntry directory = current.directory;
      return CompletableFuture.completedFuture(
          Optional.of(
              new TreeEntry(
                  directory.relative(),
                  Kind.DIRECTORY_END,
                  directory.attributes(),
                  directory.depth(),
                  directory.isBelowLink())));
    }
    LocalEntry found = current.found.get(current.next++);
    TreeEntry entry = found.entry;
    if (found.failure != null) {
      failedAt = entry.relative();
      return CompletableFuture.failedFuture(found.failure);
    }
    return entry.kind() == Kind.DIRECTORY && deep
        ? enter(call.runOnDisk(() -> listOrKeepFailure(found, current)))
        : CompletableFuture.completedFuture(Optional.of(entry));
  }

  @Override
  public String failedAt() {
    return failedAt;
  }

  @Override
  public String path(TreeEntry entry) {
    return entry.relative().isEmpty() ? top.toString() : top + "/" + entry.relative();
  }

  @Override
  public FileInfo info(TreeEntry entry) {
    String root = absoluteTop == null ? LocalNames.absoluteText(top) : absoluteTop;
    absoluteTop = root;
    String relative = entry.relative();
    return entry.attributes().info(relative.isEmpty() ? root : RemotePath.child(root, relative));
  }

  @Override
  public Source file(TreeEntry entry) {
    try {
      return new LocalSource(call, local(entry));
    } catch (FileSystemException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public CompletableFuture<String> link(TreeEntry entry) {
    return call.runOnDisk(() -> LocalNames.text(Files.readSymbolicLink(local(entry))));
  }

  @Override
  public CompletableFuture<Void> remove(TreeEntry entry) {
    return call.runOnDisk(() -> Files.delete(local(entry)));
  }

  @Override
  public void close() {}

  private CompletableFuture<Optional<TreeEntry>> enter(CompletableFuture<OpenDirectory> listing) {
    return call.then(
        listing,
        listed -> {
          ancestors.push(listed);
          return CompletableFuture.completedFuture(Optional.of(listed.directory));
        });
  }

  private Path local(TreeEntry entry) throws FileSystemException {
    return entry.relative().isEmpty()
        ? top
        : top.resolve(LocalNames.path(top.getFileSystem(), entry.relative()));
  }

  private OpenDirectory top() throws IOException {
    FileAttributes attributes = LocalFiles.attributes(top);
    if (!attributes.isDirectory()) {
      throw new NotDirectoryException(top.toString());
    }
    Path real = followLinks ? top.toRealPath() : top;
    return list(
        new OpenDirectory(
            new TreeEntry("", Kind.DIRECTORY, attributes, 0, false), real, false, null));
  }

  /** Lists a directory. A failure is kept, to be reported after the directory itself. */
  private OpenDirectory listOrKeepFailure(LocalEntry found, OpenDirectory above) {
    var directory = new OpenDirectory(found.entry, found.real, found.isBelowLink, above);
    try {
      return list(directory);
    } catch (IOException e) {
      directory.failure = e;
      return directory;
    }
  }

  private OpenDirectory list(OpenDirectory directory) throws IOException {
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(local(directory.directory))) {
      for (Path path : paths) {
        identify(directory, path).ifPresent(directory.found::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    directory.found.sort(Comparator.comparing(found -> found.entry.relative()));
    return directory;
  }

  /** Reads the attributes of an entry; returns empty if it has been deleted meanwhile. */
  private Optional<LocalEntry> identify(OpenDirectory in, Path path) throws IOException {
    int depth = in.directory.depth() + 1;
    FileAttributes link;
    try {
      link = LocalFiles.attributes(path, LinkOption.NOFOLLOW_LINKS);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
    String name;
    try {
      name = LocalNames.name(path);
    } catch (FileSystemException e) {
      String shown = in.below(String.valueOf(path.getFileName()));
      return Optional.of(
          new LocalEntry(
              new TreeEntry(shown, kind(link), link, depth, in.isBelowLink), path, false, e));
    }
    try {
      boolean isFollowed = followLinks && link.isLink();
      FileAttributes attributes = isFollowed ? LocalFiles.attributes(path) : link;
      boolean isDirectory = attributes.isDirectory();
      Path real =
          isFollowed && isDirectory
              ? path.toRealPath()
              : in.real.resolve(LocalNames.path(path.getFileSystem(), name));
      boolean isBelowLink = in.isBelowLink || isFollowed;
      Kind kind = isDirectory && isBelowLink && in.isBelow(real) ? Kind.LOOP : kind(attributes);
      return Optional.of(
          new LocalEntry(
              new TreeEntry(
                  in.below(name),
                  kind,
                  attributes,
                  depth,
                  in.isBelowLink || (isFollowed && isDirectory)),
              real,
              isBelowLink,
              null));
    } catch (IOException e) {
      boolean isDangling = LocalFiles.isDangling(path, e);
      return Optional.of(
          new LocalEntry(
              new TreeEntry(in.below(name), Kind.DANGLING_LINK, link, depth, in.isBelowLink),
              path,
              false,
              isDangling ? null : e));
    }
  }

  private static Kind kind(FileAttributes attributes) {
    return switch (attributes.type()) {
      case FILE -> Kind.FILE;
      case DIRECTORY -> Kind.DIRECTORY;
      case LINK -> Kind.LINK;
      case OTHER -> Kind.OTHER;
    };
  }

  /**
   * An entry of a listing. It has a failure if its name can't be decoded or its link can't be
   * followed.
   */
  private record LocalEntry(
      TreeEntry entry, Path real, boolean isBelowLink, @Nullable IOException failure) {}

  /** A directory on the path to the current entry, and the position in its listing. */
  private static final class OpenDirectory {
    final TreeEntry directory;
    final Path real; // resolved, if the walk follows links
    final boolean isBelowLink;
    final @Nullable OpenDirectory above;
    final List<LocalEntry> found = new ArrayList<>();
    @Nullable IOException failure;
    int next;

    OpenDirectory(
        TreeEntry directory, Path real, boolean isBelowLink, @Nullable OpenDirectory above) {
      this.directory = directory;
      this.real = real;
      this.isBelowLink = isBelowLink;
      this.above = above;
    }

    String below(String name) {
      return directory.relative().isEmpty() ? name : directory.relative() + "/" + name;
    }

    /** Returns true if the other directory is this one or contains it or one of its parents. */
    boolean isBelow(Path other) {
      for (OpenDirectory each = this; each != null; each = each.above) {
        if (each.real.startsWith(other)) {
          return true;
        }
      }
      return false;
    }
  }
}
