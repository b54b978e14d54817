package io.github.jsftp.internal.transfer;

import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.path.RemotePath;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Finds out what an upload would replace. */
final class RemoteLook {
  private static final int MOST_LINKS = 40;

  private final Call call;
  private final RemoteStore store;
  private final String path;

  RemoteLook(Call call, String path) {
    this.call = call;
    this.store = call.store();
    this.path = path;
  }

  /**
   * What is where the links at a path lead.
   *
   * @param real the path there
   * @param facts empty if there is nothing
   */
  record Found(String real, Optional<Facts> facts) {}

  /** Follows the links at the path; a directory is a failure. */
  CompletableFuture<Found> run() {
    return look(path, 0);
  }

  private CompletableFuture<Found> look(String real, int links) {
    if (links > MOST_LINKS) {
      return CompletableFuture.failedFuture(
          new SftpException(store.details(path, "is a link that leads in a circle"), null));
    }
    return call.then(
        call.otherwise(Refusals.ifThere(call, store.lstat(real)), this::notTold),
        there -> {
          Optional<Facts> facts = there.map(Facts::of);
          if (facts.filter(Facts::isDirectory).isPresent()) {
            return CompletableFuture.failedFuture(
                new SftpException(store.details(path, "is a directory"), null));
          } else if (facts.filter(Facts::isLink).isEmpty()) {
            return CompletableFuture.completedFuture(new Found(real, facts));
          }
          return call.then(
              store.readlink(real),
              text ->
                  look(
                      text.startsWith("/") ? text : RemotePath.child(RemotePath.parent(real), text),
                      links + 1));
        });
  }

  /** Some servers tell nothing of a path; what is there then matters only to some options. */
  private <T> CompletableFuture<Optional<T>> notTold(Throwable refused) {
    return call.options().existing() == Existing.OVERWRITE && Refusals.isNotTold(refused)
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(refused);
  }
}
