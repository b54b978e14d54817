package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.local.LocalFailures;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.Facts;
import io.github.jsftp.internal.transfer.context.AttributesCopy;
import io.github.jsftp.internal.transfer.context.Call;
import io.github.jsftp.internal.transfer.copy.LocalTarget;
import io.github.jsftp.internal.transfer.copy.Target;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A local directory to download into. */
public final class LocalFolder implements Folder {
  private final Call call;
  private final Path path;
  private final @Nullable Facts facts;
  private final FoundEntries found;

  private LocalFolder(Call call, Path path, @Nullable Facts facts, FoundEntries found) {
    this.call = call;
    this.path = path;
    this.facts = facts;
    this.found = found;
  }

  /** Returns the top of a tree, which is made with its parents if need be. */
  public static CompletableFuture<Folder> top(Call call, Path path, Facts source) {
    return call.onDisk(
        () -> {
          if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new NotDirectoryException(path.toString());
          }
          if (Files.notExists(path)) {
            if (!call.options().dryRun()) {
              LocalFiles.makeDirectories(
                  path, AttributesCopy.ofNewDirectory(call.options(), source));
            }
            return new LocalFolder(call, path, null, FoundEntries.none());
          }
          Files.createDirectories(path.toRealPath());
          return new LocalFolder(call, path, LocalFiles.facts(path), list(path));
        });
  }

  @Override
  public CompletableFuture<Folder> enter(String name, Facts source) {
    Facts there = found.get(name);
    boolean pretends = there == null && call.options().dryRun();
    return call.onDisk(
        () -> {
          Path child = LocalNames.child(path, name);
          if (pretends) {
            return new LocalFolder(call, child, null, FoundEntries.none());
          }
          try {
            if (there == null) {
              LocalFiles.makeDirectory(
                  child, AttributesCopy.ofNewDirectory(call.options(), source));
              return new LocalFolder(call, child, null, FoundEntries.none());
            }
          } catch (FileAlreadyExistsException e) {
            return listed(child, null);
          }
          return listed(child, there);
        });
  }

  @Override
  public Target file(String name) {
    try {
      return LocalTarget.known(
          call,
          LocalNames.child(path, name),
          found.get(name),
          found.parts(call.options()).keySet());
    } catch (FileSystemException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public CompletableFuture<Boolean> link(String name, String text) {
    Facts there = found.get(name);
    return call.onDisk(() -> makeLink(LocalNames.child(path, name), text, there));
  }

  @Override
  public CompletableFuture<Void> keep(Facts source) {
    return call.then(
        call.onDisk(
            () ->
                LocalFiles.set(path, path, AttributesCopy.ofDirectory(call.options(), source, -1))),
        warning -> {
          warning.ifPresent(call::warn);
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public String path() {
    return path.toString();
  }

  @Override
  public boolean isDenial(Throwable failure) {
    return failure instanceof AccessDeniedException;
  }

  @Override
  public CompletableFuture<Void> permit(int permissions) {
    return call.onDisk(
        () -> {
          LocalFiles.setPermissions(path, permissions, 07000);
          return null;
        });
  }

  @Override
  public @Nullable Facts facts() {
    return facts;
  }

  @Override
  public FoundEntries found() {
    return found;
  }

  @Override
  public CompletableFuture<Optional<Facts>> find(String name) {
    return CompletableFuture.completedFuture(Optional.ofNullable(found.get(name)));
  }

  @Override
  public CompletableFuture<Optional<Facts>> ask(String name) {
    return call.onDisk(
        () -> Optional.ofNullable(LocalFiles.factsIfThere(LocalNames.child(path, name))));
  }

  @Override
  public IOException taken(String name) {
    return LocalFailures.worded(
        new FileAlreadyExistsException(path.resolve(name).toString(), null, TAKEN));
  }

  @Override
  public CompletableFuture<Folder> look(String name) {
    Facts there = found.get(name);
    return call.onDisk(() -> listed(LocalNames.child(path, name), there));
  }

  @Override
  public CompletableFuture<Boolean> delete(String name, Facts there) {
    return call.onDisk(() -> Files.deleteIfExists(LocalNames.child(path, name)));
  }

  @Override
  public Folder with(Set<String> names) {
    return new LocalFolder(call, path, facts, found.with(names));
  }

  private boolean makeLink(Path link, String text, @Nullable Facts there) throws IOException {
    Path target = target(link, text);
    if (there != null) {
      Existing existing = call.options().existing();
      if (existing == Existing.FAIL) {
        throw new FileAlreadyExistsException(link.toString());
      } else if (existing == Existing.SKIP
          || (there.isLink() && Files.readSymbolicLink(link).equals(target))) {
        return false;
      } else if (there.isDirectory()) {
        throw new FileSystemException(link.toString(), null, "is a directory");
      }
    }
    if (call.options().dryRun()) {
      return true;
    } else if (there == null) {
      try {
        Files.createSymbolicLink(link, target);
      } catch (FileAlreadyExistsException e) {
        if (call.options().existing() == Existing.SKIP) {
          return false;
        }
        throw e;
      }
    } else {
      replaceByLink(link, target);
    }
    return true;
  }

  private static Path target(Path link, String text) throws FileSystemException {
    try {
      return LocalNames.path(link.getFileSystem(), text);
    } catch (FileSystemException e) {
      throw new FileSystemException(link.toString(), null, "is a link to what " + e.getReason());
    }
  }

  private void replaceByLink(Path link, Path target) throws IOException {
    String pattern = call.options().temporaryName();
    Path temporary = LocalNames.sibling(link, TemporaryName.of(pattern, LocalNames.name(link)));
    Files.createSymbolicLink(temporary, target);
    try {
      Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  private LocalFolder listed(Path child, @Nullable Facts there) throws IOException {
    if (Files.isSymbolicLink(child)) {
      throw new FileSystemException(
          child.toString(), null, "is a link in the way of a directory, not followed");
    } else if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(child.toString());
    }
    return new LocalFolder(call, child, there, list(child));
  }

  private static FoundEntries list(Path dir) throws IOException {
    var found = new HashMap<String, Facts>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(dir)) {
      for (Path path : paths) {
        Facts facts = LocalFiles.factsIfThere(path);
        if (facts != null && LocalNames.hasText(path)) { // no name of a server's means another
          found.put(LocalNames.name(path), facts);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return new FoundEntries(found);
  }
}
