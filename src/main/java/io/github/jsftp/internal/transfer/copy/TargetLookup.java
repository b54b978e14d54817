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
  private static final int MOST_LINKS = 40;

  private final TransferCall call;
  private final String path;
  private final @Nullable String nameInside;

  /**
   * What was found.
   *
   * @param path the path of the file to be written
   * @param real the same without a link as its last name
   * @param facts what is there, links followed
   */
  record Found(String path, String real, Optional<EntryAttributes> facts) {}

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
  static CompletableFuture<Found> at(TransferCall call, String path, @Nullable String nameInside) {
    return new TargetLookup(call, path, nameInside).follow(path, 0);
  }

  private CompletableFuture<Found> follow(String real, int links) {
    if (links > MOST_LINKS) {
      return failed("is a link that leads in a circle");
    }
    RemoteStore store = call.store();
    return call.then(
        call.otherwise(call.ifThere(store.lstat(real)), this::notTold),
        there -> {
          Optional<EntryAttributes> facts = there.map(EntryAttributes::of);
          if (facts.filter(EntryAttributes::isDirectory).isPresent()) {
            return nameInside == null
                ? failed("is a directory")
                : at(call, RemotePath.child(path, nameInside), null);
          } else if (facts.filter(EntryAttributes::isLink).isEmpty()) {
            return CompletableFuture.completedFuture(new Found(path, real, facts));
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
  private <T> CompletableFuture<Optional<T>> notTold(Throwable refused) {
    return call.options().existing() == Existing.OVERWRITE && ServerErrors.isNotTold(refused)
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(refused);
  }

  private CompletableFuture<Found> failed(String problem) {
    return CompletableFuture.failedFuture(
        new SftpException(call.store().details(path, problem), null));
  }
}
