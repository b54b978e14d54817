package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.FileAttributes;
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
  private final @Nullable FileAttributes attributes;
  private final TargetEntries entries;

  private LocalTargetDirectory(
      TransferCall call, Path path, @Nullable FileAttributes attributes, TargetEntries entries) {
    this.call = call;
    this.path = path;
    this.attributes = attributes;
    this.entries = entries;
  }

  /** Opens the root of a tree; creates it and its parents if they are missing. */
  public static CompletableFuture<TargetDirectory> top(
      TransferCall call, Path path, FileAttributes source) {
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
            return new LocalTargetDirectory(call, path, null, TargetEntries.empty());
          }
          return new LocalTargetDirectory(call, path, LocalFiles.attributes(path), list(path));
        });
  }

  @Override
  public CompletableFuture<TargetDirectory> openOrCreate(String name, FileAttributes source) {
    FileAttributes there = entries.get(name);
    boolean isPlanned = there == null && call.options().dryRun();
    return call.runOnDisk(
        () -> {
          Path child = LocalNames.child(path, name);
          if (isPlanned) {
            return new LocalTargetDirectory(call, child, null, TargetEntries.empty());
          }
          try {
            if (there == null) {
              LocalFiles.createDirectory(
                  child, PreservedAttributes.ofNewDirectory(call.options(), source));
              return new LocalTargetDirectory(call, child, null, TargetEntries.empty());
            }
          } catch (FileAlreadyExistsException e) {
            return checkAndList(child, null);
          }
          return checkAndList(child, there);
        });
  }

  @Override
  public Target file(String name) {
    try {
      return LocalTarget.known(
          call,
          LocalNames.child(path, name),
          entries.get(name),
          entries.parts(call.options()).keySet());
    } catch (FileSystemException e) {
      throw new CompletionException(e);
    }
  }

  @Override
  public CompletableFuture<Boolean> createLink(String name, String text) {
    FileAttributes there = entries.get(name);
    return call.runOnDisk(() -> createLink(LocalNames.child(path, name), text, there));
  }

  @Override
  public CompletableFuture<Void> preserve(FileAttributes source) {
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
  public FileInfo info(String name, FileAttributes found) {
    return found.info(RemotePath.child(LocalNames.absoluteText(path), name));
  }

  @Override
  public boolean isAccessDenied(Throwable failure) {
    return failure instanceof AccessDeniedException;
  }

  @Override
  public CompletableFuture<Void> setPermissions(int permissions) {
    return call.runOnDisk(() -> LocalFiles.setPermissions(path, permissions, 07000));
  }

  @Override
  public @Nullable FileAttributes attributes() {
    return attributes;
  }

  @Override
  public TargetEntries entries() {
    return entries;
  }

  @Override
  public CompletableFuture<Optional<FileAttributes>> find(String name) {
    return CompletableFuture.completedFuture(Optional.ofNullable(entries.get(name)));
  }

  @Override
  public CompletableFuture<Optional<FileAttributes>> query(String name) {
    return call.runOnDisk(
        () -> Optional.ofNullable(LocalFiles.attributesIfExists(LocalNames.child(path, name))));
  }

  @Override
  public IOException conflict(String name, String problem) {
    return LocalErrors.describe(
        new FileAlreadyExistsException(path.resolve(name).toString(), null, problem));
  }

  @Override
  public CompletableFuture<TargetDirectory> open(String name) {
    FileAttributes there = entries.get(name);
    return call.runOnDisk(() -> checkAndList(LocalNames.child(path, name), there));
  }

  @Override
  public CompletableFuture<Boolean> delete(String name, FileAttributes there) {
    return call.runOnDisk(() -> Files.deleteIfExists(LocalNames.child(path, name)));
  }

  @Override
  public TargetDirectory retaining(Set<String> names) {
    return new LocalTargetDirectory(call, path, attributes, entries.retaining(names));
  }

  private boolean createLink(Path link, String text, @Nullable FileAttributes there)
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
      throw new FileSystemException(
          link.toString(), null, "is a link whose target " + e.getReason());
    }
  }

  private void replaceByLink(Path link, Path target) throws IOException {
    String pattern = call.options().temporaryName();
    Path temporary = LocalNames.sibling(link, TemporaryName.of(pattern, LocalNames.name(link)));
    Files.createSymbolicLink(temporary, target);
    try {
      Files.move(
          temporary, link, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw e;
    }
  }

  private LocalTargetDirectory checkAndList(Path child, @Nullable FileAttributes there)
      throws IOException {
    if (Files.isSymbolicLink(child)) {
      throw new FileSystemException(
          child.toString(),
          null,
          "is a link where a directory is needed; links in the target are not followed");
    } else if (!Files.isDirectory(child, LinkOption.NOFOLLOW_LINKS)) {
      throw new NotDirectoryException(child.toString());
    }
    return new LocalTargetDirectory(call, child, there, list(child));
  }

  private static TargetEntries list(Path dir) throws IOException {
    var found = new HashMap<String, FileAttributes>();
    try (DirectoryStream<Path> paths = Files.newDirectoryStream(dir)) {
      for (Path path : paths) {
        FileAttributes attributes = LocalFiles.attributesIfExists(path);
        if (attributes != null
            && LocalNames.isText(path)) { // others would change on the way to the server and back
          found.put(LocalNames.name(path), attributes);
        }
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    return new TargetEntries(found);
  }
}
