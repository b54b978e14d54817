package io.github.jsftp.internal.transfer;

import io.github.jsftp.TransferOptions.Existing;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** A local directory to download into. */
final class LocalFolder implements Folder {
  private final Call call;
  private final Path path;
  private final Map<String, Facts> found;

  private LocalFolder(Call call, Path path, Map<String, Facts> found) {
    this.call = call;
    this.path = path;
    this.found = found;
  }

  /** Returns the top of a tree, which is made with its parents if need be. */
  static CompletableFuture<Folder> top(Call call, Path path) {
    return call.onDisk(
        () -> {
          if (Files.exists(path) && !Files.isDirectory(path)) {
            throw new NotDirectoryException(path.toString());
          }
          boolean isNew = Files.notExists(path);
          Files.createDirectories(isNew ? path : path.toRealPath());
          return new LocalFolder(call, path, isNew ? Map.of() : list(path));
        });
  }

  @Override
  public CompletableFuture<Folder> enter(String name) {
    return call.onDisk(
        () -> {
          Path child = LocalNames.child(path, name);
          try {
            Files.createDirectory(child);
            return new LocalFolder(call, child, Map.of());
          } catch (FileAlreadyExistsException e) {
            if (Files.isSymbolicLink(child)) {
              throw new FileSystemException(
                  child.toString(), null, "is a link in the way of a directory, not followed");
            } else if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
              throw new NotDirectoryException(child.toString());
            }
            return new LocalFolder(call, child, list(child));
          }
        });
  }

  @Override
  public Target file(String name) {
    try {
      return LocalTarget.known(
          call, LocalNames.child(path, name), Facts.toReplace(found.get(name), call.options()));
    } catch (FileSystemException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public CompletableFuture<Boolean> link(String name, String text) {
    return call.onDisk(() -> makeLink(LocalNames.child(path, name), text, found.get(name)));
  }

  @Override
  public CompletableFuture<Void> keep(Facts source) {
    return call.then(
        call.onDisk(
            () -> LocalFiles.set(path, path, AttributesCopy.ofDirectory(call.options(), source))),
        warning -> {
          warning.ifPresent(call::warn);
          return CompletableFuture.completedFuture(null);
        });
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
    if (there == null) {
      Files.createSymbolicLink(link, target);
    } else {
      replaceByLink(link, target);
    }
    return true;
  }

  private static Path target(Path link, String text) throws FileSystemException {
    try {
      return link.getFileSystem().getPath(text);
    } catch (InvalidPathException e) {
      var refused =
          new FileSystemException(
              link.toString(), null, "is a link to what can't be a path here: " + e.getReason());
      refused.initCause(e);
      throw refused;
    }
  }

  private void replaceByLink(Path link, Path target) throws IOException {
    String pattern = call.options().temporaryName();
    Path temporary =
        link.resolveSibling(TemporaryName.of(pattern, String.valueOf(link.getFileName())));
    Files.createSymbolicLink(temporary, target);
    try {
      Files.move(temporary, link, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  private static Map<String, Facts> list(Path dir) throws IOException {
    var found = new HashMap<String, Facts>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(dir)) {
      for (Path path : paths) {
        Facts facts = LocalFiles.factsIfThere(path);
        if (facts != null) {
          found.put(String.valueOf(path.getFileName()), facts);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return found;
  }
}
