package io.github.jsftp.internal.transfer.replace;

import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Looks up the target of an upload and follows its links. */
public final class TargetLookup {
  private static final int MAX_LINKS = 40;

  private final TransferCall call;
  private final String path;
  private final @Nullable String nameInside;

  /**
   * The target of an upload.
   *
   * @param path the path of the file to write
   * @param realPath the same path with links at its last name followed
   * @param attributes the attributes of the existing file at {@code realPath}, if any
   */
  public record ResolvedTarget(String path, String realPath, Optional<FileAttributes> attributes) {}

  private TargetLookup(TransferCall call, String path, @Nullable String nameInside) {
    this.call = call;
    this.path = path;
    this.nameInside = nameInside;
  }

  /**
   * Looks up a path.
   *
   * @param nameInside the name of the file to write if the path is a directory; null if a directory
   *     is an error
   */
  public static CompletableFuture<ResolvedTarget> resolve(
      TransferCall call, String path, @Nullable String nameInside) {
    return new TargetLookup(call, path, nameInside).follow(path, 0);
  }

  private CompletableFuture<ResolvedTarget> follow(String realPath, int links) {
    if (links > MAX_LINKS) {
      return failed("too many levels of symbolic links");
    }
    RemoteStore store = call.store();
    return call.then(
        call.recover(call.ifExists(store.lstat(realPath)), this::ifNotKnown),
        entry -> {
          Optional<FileAttributes> attributes = entry.map(FileAttributes::of);
          if (attributes.filter(FileAttributes::isDirectory).isPresent()) {
            return nameInside == null
                ? failed("is a directory")
                : resolve(call, RemotePath.child(path, nameInside), null);
          } else if (attributes.isEmpty() && isDirectoryToCreate(realPath)) {
            if (nameInside == null) {
              return failed("ends in a slash, and a stream has no name for a file inside");
            }
            String inside = RemotePath.child(path, nameInside);
            return CompletableFuture.completedFuture(
                new ResolvedTarget(inside, inside, Optional.empty()));
          } else if (attributes.filter(FileAttributes::isLink).isEmpty()) {
            return CompletableFuture.completedFuture(
                new ResolvedTarget(path, realPath, attributes));
          }
          return call.then(
              store.readlink(realPath),
              text ->
                  follow(
                      text.startsWith("/")
                          ? text
                          : RemotePath.child(RemotePath.parent(realPath), text),
                      links + 1));
        });
  }

  /** Returns true if a missing path, written with a slash at its end, is to be created. */
  private boolean isDirectoryToCreate(String missing) {
    return missing.endsWith("/.") && call.options().createParents();
  }

  /** Treats an unknown target as missing, if the options overwrite it anyway. */
  private <T> CompletableFuture<Optional<T>> ifNotKnown(Throwable refused) {
    return call.options().existing() == Existing.OVERWRITE && ServerErrors.isStatRefused(refused)
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(refused);
  }

  private CompletableFuture<ResolvedTarget> failed(String problem) {
    return CompletableFuture.failedFuture(
        Results.NEW.sftpException(call.store().details(path, problem), null));
  }
}
