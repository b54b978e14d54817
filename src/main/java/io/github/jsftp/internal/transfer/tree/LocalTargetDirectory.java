package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
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
public final class LocalTargetDirectory implements TargetDirectory {
  private final TransferCall call;
  private final Path path;
  private final @Nullable EntryAttributes entryAttributes;
  private final TargetEntries found;

  private LocalTargetDirectory(
      TransferCall call,
      Path path,
      @Nullable EntryAttributes entryAttributes,
      TargetEntries found) {
    this.call = call;
    this.path = path;
    this.entryAttributes = entryAttributes;
    this.found = found;
  }

  /** Returns the top of a tree, which is made with its parents if need be. */
  public static CompletableFuture<TargetDirectory> top(
      TransferCall call, Path path, EntryAttributes source) {
    return call.runOnDisk(
        () -> {
          if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new NotDirectoryException(path.toString());
          }
          if (Files.notExists(path)) {
            if (!call.options().dryRun()) {
              LocalFiles.createDirectories(
                  path, PreservedAttributes.ofNewDirectory(call.options(), source));
            }
            return new LocalTargetDirectory(call, path, null, TargetEntries.none());
          }
          Files.createDirectories(path.toRealPath());
          return new LocalTargetDirectory(call, path, LocalFiles.attributes(path), list(path));
        });
  }

  @Override
  public CompletableFuture<TargetDirectory> enter(String name, EntryAttributes source) {
    EntryAttributes there = found.get(name);
    boolean pretends = there == null && call.options().dryRun();
    return call.runOnDisk(
        () -> {
          Path child = LocalNames.child(path, name);
          if (pretends) {
            return new LocalTargetDirectory(call, child, null, TargetEntries.none());
          }
          try {
            if (there == null) {
              LocalFiles.createDirectory(
                  child, PreservedAttributes.ofNewDirectory(call.options(), source));
              return new LocalTargetDirectory(call, child, null, TargetEntries.none());
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
    EntryAttributes there = found.get(name);
    return call.runOnDisk(() -> makeLink(LocalNames.child(path, name), text, there));
  }

  @Override
  public CompletableFuture<Void> keep(EntryAttributes source) {
    return call.then(
        call.runOnDisk(
            () ->
                LocalFiles.setAttributes(
                    path, path, PreservedAttributes.ofDirectory(call.options(), source, -1))),
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
    return call.runOnDisk(
        () -> {
          LocalFiles.setPermissions(path, permissions, 07000);
          return null;
        });
  }

  @Override
  public @Nullable EntryAttributes entryAttributes() {
    return entryAttributes;
  }

  @Override
  public TargetEntries found() {
    return found;
  }

  @Override
  public CompletableFuture<Optional<EntryAttributes>> find(String name) {
    return CompletableFuture.completedFuture(Optional.ofNullable(found.get(name)));
  }

  @Override
  public CompletableFuture<Optional<EntryAttributes>> ask(String name) {
    return call.runOnDisk(
        () -> Optional.ofNullable(LocalFiles.attributesIfExists(LocalNames.child(path, name))));
  }

  @Override
  public IOException taken(String name) {
    return LocalErrors.describe(
        new FileAlreadyExistsException(path.resolve(name).toString(), null, TAKEN));
  }

  @Override
  public CompletableFuture<TargetDirectory> look(String name) {
    EntryAttributes there = found.get(name);
    return call.runOnDisk(() -> listed(LocalNames.child(path, name), there));
  }

  @Override
  public CompletableFuture<Boolean> delete(String name, EntryAttributes there) {
    return call.runOnDisk(() -> Files.deleteIfExists(LocalNames.child(path, name)));
  }

  @Override
  public TargetDirectory with(Set<String> names) {
    return new LocalTargetDirectory(call, path, entryAttributes, found.with(names));
  }

  private boolean makeLink(Path link, String text, @Nullable EntryAttributes there)
      throws IOException {
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

  private LocalTargetDirectory listed(Path child, @Nullable EntryAttributes there)
      throws IOException {
    if (Files.isSymbolicLink(child)) {
      throw new FileSystemException(
          child.toString(), null, "is a link in the way of a directory, not followed");
    } else if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(child.toString());
    }
    return new LocalTargetDirectory(call, child, there, list(child));
  }

  private static TargetEntries list(Path dir) throws IOException {
    var found = new HashMap<String, EntryAttributes>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(dir)) {
      for (Path path : paths) {
        EntryAttributes entryAttributes = LocalFiles.attributesIfExists(path);
        if (entryAttributes != null
            && LocalNames.isText(path)) { // no name of a server's means another
          found.put(LocalNames.name(path), entryAttributes);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return new TargetEntries(found);
  }
}
