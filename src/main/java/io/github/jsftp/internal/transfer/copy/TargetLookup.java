package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds out what is at the path of an upload, and where the links at it lead. */
final class TargetLookup {
  private static final int MAX_LINKS = 40;

  private final TransferCall call;
  private final String path;
  private final @Nullable String nameInside;

  /**
   * What was found.
   *
   * @param path the path of the file to be written
   * @param real the same without a link as its last name
   * @param attributes what is there, links followed
   */
  record ResolvedTarget(String path, String real, Optional<EntryAttributes> attributes) {}

  private TargetLookup(TransferCall call, String path, @Nullable String nameInside) {
    this.call = call;
    this.path = path;
    this.nameInside = nameInside;
  }

  /**
   * Looks at a path.
   *
   * @param nameInside the name of the file if the path is that of a directory to put it into; null
   *     if a directory is an error
   */
  static CompletableFuture<ResolvedTarget> resolve(
      TransferCall call, String path, @Nullable String nameInside) {
    return new TargetLookup(call, path, nameInside).follow(path, 0);
  }

  private CompletableFuture<ResolvedTarget> follow(String real, int links) {
    if (links > MAX_LINKS) {
      return failed("is a link that leads in a circle");
    }
    RemoteStore store = call.store();
    return call.then(
        call.recover(call.ifExists(store.lstat(real)), this::ifNotKnown),
        entry -> {
          Optional<EntryAttributes> attributes = entry.map(EntryAttributes::of);
          if (attributes.filter(EntryAttributes::isDirectory).isPresent()) {
            return nameInside == null
                ? failed("is a directory")
                : resolve(call, RemotePath.child(path, nameInside), null);
          } else if (attributes.filter(EntryAttributes::isLink).isEmpty()) {
            return CompletableFuture.completedFuture(new ResolvedTarget(path, real, attributes));
          }
          return call.then(
              store.readlink(real),
              text ->
                  follow(
                      text.startsWith("/") ? text : RemotePath.child(RemotePath.parent(real), text),
                      links + 1));
        });
  }

  /** Some servers tell nothing of a path; what is there then matters only to some options. */
  private <T> CompletableFuture<Optional<T>> ifNotKnown(Throwable refused) {
    return call.options().existing() == Existing.OVERWRITE && ServerErrors.isStatRefused(refused)
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(refused);
  }

  private CompletableFuture<ResolvedTarget> failed(String problem) {
    return CompletableFuture.failedFuture(
        new SftpException(call.store().details(path, problem), null));
  }
}
