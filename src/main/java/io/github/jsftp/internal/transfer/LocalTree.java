package io.github.jsftp.internal.transfer;

import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.transfer.RemoteWalk.Kind;
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
import org.jspecify.annotations.Nullable;

/** A local tree to be uploaded. Holds the listings from the top to the current entry. */
final class LocalTree implements SourceTree {
  private final Call call;
  private final Path top;
  private final boolean deep;
  private final boolean follow;
  private final ArrayDeque<Listing> listings = new ArrayDeque<>();
  private String failedAt = "";
  private boolean begun;

  LocalTree(Call call, Path top, boolean deep) {
    this.call = call;
    this.top = top;
    this.deep = deep;
    follow = call.options().symlinks() == Symlinks.FOLLOW;
  }

  @Override
  public CompletableFuture<Optional<TreeEntry>> next() {
    if (!begun) {
      begun = true;
      return enter(call.onDisk(this::top));
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
    if (current.next == current.entries.size()) {
      listings.pop();
      TreeEntry directory = current.directory;
      return CompletableFuture.completedFuture(
          Optional.of(
              new TreeEntry(
                  directory.relative(), Kind.DIRECTORY_END, directory.facts(), directory.depth())));
    }
    TreeEntry entry = current.entries.get(current.next++);
    return entry.kind() == Kind.DIRECTORY && deep
        ? enter(call.onDisk(() -> listed(entry)))
        : CompletableFuture.completedFuture(Optional.of(entry));
  }

  @Override
  public String failedAt() {
    return failedAt;
  }

  @Override
  public String path(TreeEntry entry) {
    return local(entry).toString();
  }

  @Override
  public Source file(TreeEntry entry) {
    return new LocalSource(call, local(entry));
  }

  @Override
  public CompletableFuture<String> link(TreeEntry entry) {
    return call.onDisk(
        () -> {
          String text = Files.readSymbolicLink(local(entry)).toString();
          return text.replace(top.getFileSystem().getSeparator(), "/");
        });
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

  private Path local(TreeEntry entry) {
    return entry.relative().isEmpty() ? top : top.resolve(entry.relative());
  }

  private Listing top() throws IOException {
    Facts facts = LocalFiles.facts(top);
    if (!facts.isDirectory()) {
      throw new NotDirectoryException(top.toString());
    }
    return list(new TreeEntry("", Kind.DIRECTORY, facts, 0));
  }

  /** Lists a directory; a failure is kept until the directory itself has been told of. */
  private Listing listed(TreeEntry directory) {
    try {
      return list(directory);
    } catch (IOException e) {
      var unlisted = new Listing(directory, List.of());
      unlisted.failure = e;
      return unlisted;
    }
  }

  private Listing list(TreeEntry directory) throws IOException {
    var entries = new ArrayList<TreeEntry>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(local(directory))) {
      for (Path path : paths) {
        identify(directory, path).ifPresent(entries::add);
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    entries.sort(Comparator.comparing(TreeEntry::relative));
    return new Listing(directory, entries);
  }

  /** Tells what an entry is; one that is gone meanwhile is left out. */
  private Optional<TreeEntry> identify(TreeEntry directory, Path path) throws IOException {
    String name = String.valueOf(path.getFileName());
    String relative = directory.relative().isEmpty() ? name : directory.relative() + "/" + name;
    try {
      Facts facts = LocalFiles.facts(path, LinkOption.NOFOLLOW_LINKS);
      Kind kind = kind(facts);
      if (kind == Kind.LINK && follow) {
        try {
          facts = LocalFiles.facts(path);
          kind = facts.isDirectory() && isAbove(path) ? Kind.LOOP : kind(facts);
        } catch (FileSystemException e) {
          kind = Kind.DEAD_LINK;
        }
      }
      return Optional.of(new TreeEntry(relative, kind, facts, directory.depth() + 1));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  /** Says whether a link leads to a directory that holds it. */
  private static boolean isAbove(Path link) throws IOException {
    Path parent = link.toAbsolutePath().getParent();
    return parent != null && parent.toRealPath().startsWith(link.toRealPath());
  }

  private static Kind kind(Facts facts) {
    return switch (facts.type()) {
      case FILE -> Kind.FILE;
      case DIRECTORY -> Kind.DIRECTORY;
      case LINK -> Kind.LINK;
      case OTHER -> Kind.OTHER;
    };
  }

  /** A directory, and how far the walk through it has come. */
  private static final class Listing {
    final TreeEntry directory;
    final List<TreeEntry> entries;
    @Nullable IOException failure;
    int next;

    Listing(TreeEntry directory, List<TreeEntry> entries) {
      this.directory = directory;
      this.entries = entries;
    }
  }
}
