package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.directory.DirectoryWalker.Kind;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.remote.EntryAttributes;
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

/** A local tree to be uploaded. Holds the listings from the top to the current entry. */
public final class LocalTree implements SourceTree {
  private final TransferCall call;
  private final Path top;
  private final boolean deep;
  private final boolean follow;
  private final ArrayDeque<Listing> listings = new ArrayDeque<>();
  private String failedAt = "";
  private boolean begun;

  public LocalTree(TransferCall call, Path top, boolean deep) {
    this.call = call;
    this.top = top;
    this.deep = deep;
    follow = call.options().symlinks() == Symlinks.FOLLOW;
  }

  @Override
  public CompletableFuture<Optional<TreeEntry>> next() {
    if (!begun) {
      begun = true;
      return enter(call.runOnDisk(this::top));
    }
    Listing current = listings.peek();
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
      listings.pop();
      TreeEntry directory = current.directory;
      return CompletableFuture.completedFuture(
          Optional.of(
              new TreeEntry(
                  directory.relative(),
                  Kind.DIRECTORY_END,
                  directory.entryAttributes(),
                  directory.depth())));
    }
    Found found = current.found.get(current.next++);
    TreeEntry entry = found.entry;
    if (found.failure != null) {
      failedAt = entry.relative();
      return CompletableFuture.failedFuture(found.failure);
    }
    return entry.kind() == Kind.DIRECTORY && deep
        ? enter(call.runOnDisk(() -> listed(found, current)))
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
  public void close() {}

  private CompletableFuture<Optional<TreeEntry>> enter(CompletableFuture<Listing> listing) {
    return call.then(
        listing,
        listed -> {
          listings.push(listed);
          return CompletableFuture.completedFuture(Optional.of(listed.directory));
        });
  }

  private Path local(TreeEntry entry) throws FileSystemException {
    return entry.relative().isEmpty()
        ? top
        : top.resolve(LocalNames.path(top.getFileSystem(), entry.relative()));
  }

  private Listing top() throws IOException {
    EntryAttributes entryAttributes = LocalFiles.attributes(top);
    if (!entryAttributes.isDirectory()) {
      throw new NotDirectoryException(top.toString());
    }
    Path real = follow ? top.toRealPath() : top;
    return list(
        new Listing(new TreeEntry("", Kind.DIRECTORY, entryAttributes, 0), real, false, null));
  }

  /** Lists a directory; a failure is kept until the directory itself has been told of. */
  private Listing listed(Found found, Listing above) {
    var directory = new Listing(found.entry, found.real, found.isBelowLink, above);
    try {
      return list(directory);
    } catch (IOException e) {
      directory.failure = e;
      return directory;
    }
  }

  private Listing list(Listing directory) throws IOException {
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

  /** Tells what an entry is; one that is gone meanwhile is left out. */
  private Optional<Found> identify(Listing in, Path path) throws IOException {
    int depth = in.directory.depth() + 1;
    EntryAttributes link;
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
      return Optional.of(new Found(new TreeEntry(shown, kind(link), link, depth), path, false, e));
    }
    try {
      boolean isFollowed = follow && link.isLink();
      EntryAttributes entryAttributes = isFollowed ? LocalFiles.attributes(path) : link;
      boolean isDirectory = entryAttributes.isDirectory();
      Path real =
          isFollowed && isDirectory
              ? path.toRealPath()
              : in.real.resolve(LocalNames.path(path.getFileSystem(), name));
      boolean isBelowLink = in.isBelowLink || isFollowed;
      Kind kind =
          isDirectory && isBelowLink && in.isBelow(real) ? Kind.LOOP : kind(entryAttributes);
      return Optional.of(
          new Found(
              new TreeEntry(in.below(name), kind, entryAttributes, depth),
              real,
              isBelowLink,
              null));
    } catch (IOException e) {
      boolean isDead = LocalFiles.isDangling(path, e);
      return Optional.of(
          new Found(
              new TreeEntry(in.below(name), Kind.DEAD_LINK, link, depth),
              path,
              false,
              isDead ? null : e));
    }
  }

  private static Kind kind(EntryAttributes entryAttributes) {
    return switch (entryAttributes.type()) {
      case FILE -> Kind.FILE;
      case DIRECTORY -> Kind.DIRECTORY;
      case LINK -> Kind.LINK;
      case OTHER -> Kind.OTHER;
    };
  }

  /** An entry of a listing; a failure stands for what has no name or could not be followed. */
  private record Found(
      TreeEntry entry, Path real, boolean isBelowLink, @Nullable IOException failure) {}

  /** A directory, and how far the walk through it has come. */
  private static final class Listing {
    final TreeEntry directory;
    final Path real; // without links, in a walk that follows them
    final boolean isBelowLink;
    final @Nullable Listing above;
    final List<Found> found = new ArrayList<>();
    @Nullable IOException failure;
    int next;

    Listing(TreeEntry directory, Path real, boolean isBelowLink, @Nullable Listing above) {
      this.directory = directory;
      this.real = real;
      this.isBelowLink = isBelowLink;
      this.above = above;
    }

    String below(String name) {
      return directory.relative().isEmpty() ? name : directory.relative() + "/" + name;
    }

    /** Returns true if a directory is this one or one above it, or holds one of them. */
    boolean isBelow(Path other) {
      for (Listing each = this; each != null; each = each.above) {
        if (each.real.startsWith(other)) {
          return true;
        }
      }
      return false;
    }
  }
}
