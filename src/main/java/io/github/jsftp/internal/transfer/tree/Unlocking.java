package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.async.Lanes;
import io.github.jsftp.internal.remote.Facts;
import io.github.jsftp.internal.remote.Refusals;
import io.github.jsftp.internal.transfer.context.Call;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets trees change directories of the target that their owner may not write to, such as those of a
 * read-only tree that was copied before. Such a directory becomes writable when a change in it is
 * refused, and gets its mode back at the end, also after a failure.
 */
final class Unlocking {
  private static final int OWNER_WRITE = 0200;

  private final Call call;
  private final Map<String, Unlocked> unlocked = new LinkedHashMap<>();

  Unlocking(Call call) {
    this.call = call;
    call.undoLast(
        () ->
            CompletableFuture.allOf(
                    unlocked.values().stream()
                        .map(Unlocked::lock)
                        .toArray(CompletableFuture<?>[]::new))
                .exceptionally(failed -> null));
  }

  /** A directory and the permission bits that it had. */
  private record Unlocked(Folder folder, int permissions, CompletableFuture<Boolean> isWritable) {
    CompletableFuture<Void> lock() {
      return isWritable.thenCompose(
          made -> made ? folder.permit(permissions) : CompletableFuture.completedFuture(null));
    }
  }

  /** Changes something in a directory; does it again if the directory had to be made writable. */
  <T> CompletableFuture<T> in(Folder folder, Supplier<CompletableFuture<T>> change) {
    return call.otherwise(
        change.get(),
        refused ->
            call.then(
                unlocked(folder, refused),
                isWritable -> isWritable ? change.get() : CompletableFuture.failedFuture(refused)));
  }

  /** Forgets a directory that has been deleted. */
  void forget(Folder folder) {
    unlocked.remove(folder.path());
  }

  /** Gives all of them their modes back; a refusal is a warning. */
  CompletableFuture<Void> restore() {
    var lanes = new Lanes(call.loop(), call.store()::window);
    var restored =
        CompletableFuture.allOf(
            unlocked.values().stream()
                .map(one -> lanes.send(() -> restored(one)))
                .toArray(CompletableFuture<?>[]::new));
    return call.then(
        restored,
        all -> {
          unlocked.clear();
          return CompletableFuture.completedFuture(null);
        });
  }

  private CompletableFuture<Void> restored(Unlocked one) {
    return call.otherwise(
        one.lock(),
        failure -> {
          if (failure instanceof IOException e && !Refusals.endsAll(e)) {
            call.warn(one.folder().path() + ": is still writable: " + e.getMessage());
            return CompletableFuture.completedFuture(null);
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  /** Makes a directory writable if that may be what a refusal is due to. */
  private CompletableFuture<Boolean> unlocked(Folder folder, Throwable refused) {
    Facts facts = folder.facts();
    int permissions = facts == null ? -1 : facts.permissions();
    if (permissions < 0 || (permissions & OWNER_WRITE) != 0 || !folder.isDenial(refused)) {
      return CompletableFuture.completedFuture(false);
    }
    return unlocked
        .computeIfAbsent(
            folder.path(),
            path ->
                new Unlocked(
                    folder.with(Set.of()),
                    permissions,
                    folder
                        .permit(permissions | OWNER_WRITE)
                        .handle((permitted, failed) -> failed == null)))
        .isWritable();
  }
}
