package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.Facts;
import io.github.jsftp.internal.remote.Refusals;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.transfer.context.Call;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Finds out what is at the path of an upload, and where the links at it lead. */
final class RemoteLook {
  private static final int MOST_LINKS = 40;

  private final Call call;
  private final String path;
  private final @Nullable String nameInside;

  /**
   * What was found.
   *
   * @param path the path of the file to be written
   * @param real the same without a link as its last name
   * @param facts what is there, links followed
   */
  record Found(String path, String real, Optional<Facts> facts) {}

  private RemoteLook(Call call, String path, @Nullable String nameInside) {
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
  static CompletableFuture<Found> at(Call call, String path, @Nullable String nameInside) {
    return new RemoteLook(call, path, nameInside).follow(path, 0);
  }

  private CompletableFuture<Found> follow(String real, int links) {
    if (links > MOST_LINKS) {
      return failed("is a link that leads in a circle");
    }
    RemoteStore store = call.store();
    return call.then(
        call.otherwise(call.ifThere(store.lstat(real)), this::notTold),
        there -> {
          Optional<Facts> facts = there.map(Facts::of);
          if (facts.filter(Facts::isDirectory).isPresent()) {
            return nameInside == null
                ? failed("is a directory")
                : at(call, RemotePath.child(path, nameInside), null);
          } else if (facts.filter(Facts::isLink).isEmpty()) {
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
    return call.options().existing() == Existing.OVERWRITE && Refusals.isNotTold(refused)
        ? CompletableFuture.completedFuture(Optional.empty())
        : CompletableFuture.failedFuture(refused);
  }

  private CompletableFuture<Found> failed(String problem) {
    return CompletableFuture.failedFuture(
        new SftpException(call.store().details(path, problem), null));
  }
}
