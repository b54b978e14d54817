package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
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
final class WritableDirectories {
  private static final int OWNER_WRITE = 0200;

  private final TransferCall call;
  private final Map<String, Unlocked> unlocked = new LinkedHashMap<>();

  WritableDirectories(TransferCall call) {
    this.call = call;
    call.abortLast(
        () ->
            CompletableFuture.allOf(
                    unlocked.values().stream()
                        .map(Unlocked::lock)
                        .toArray(CompletableFuture<?>[]::new))
                .exceptionally(failed -> null));
  }

  /** A directory and the permission bits that it had. */
  private record Unlocked(
      TargetDirectory targetDirectory, int permissions, CompletableFuture<Boolean> isWritable) {
    CompletableFuture<Void> lock() {
      return isWritable.thenCompose(
          made ->
              made ? targetDirectory.permit(permissions) : CompletableFuture.completedFuture(null));
    }
  }

  /** Changes something in a directory; does it again if the directory had to be made writable. */
  <T> CompletableFuture<T> in(
      TargetDirectory targetDirectory, Supplier<CompletableFuture<T>> change) {
    return call.recover(
        change.get(),
        refused ->
            call.then(
                unlocked(targetDirectory, refused),
                isWritable -> isWritable ? change.get() : CompletableFuture.failedFuture(refused)));
  }

  /** Forgets a directory that has been deleted. */
  void forget(TargetDirectory targetDirectory) {
    unlocked.remove(targetDirectory.path());
  }

  /** Gives all of them their modes back; a refusal is a warning. */
  CompletableFuture<Void> restore() {
    var limiter = new RequestLimiter(call.loop(), call.store()::maxInFlight);
    var restored =
        CompletableFuture.allOf(
            unlocked.values().stream()
                .map(one -> limiter.send(() -> restored(one)))
                .toArray(CompletableFuture<?>[]::new));
    return call.then(
        restored,
        all -> {
          unlocked.clear();
          return CompletableFuture.completedFuture(null);
        });
  }

  private CompletableFuture<Void> restored(Unlocked one) {
    return call.recover(
        one.lock(),
        failure -> {
          if (failure instanceof IOException e && !ServerErrors.endsCall(e)) {
            call.warn(one.targetDirectory().path() + ": is still writable: " + e.getMessage());
            return CompletableFuture.completedFuture(null);
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  /** Makes a directory writable if that may be what a refusal is due to. */
  private CompletableFuture<Boolean> unlocked(TargetDirectory targetDirectory, Throwable refused) {
    EntryAttributes entryAttributes = targetDirectory.entryAttributes();
    int permissions = entryAttributes == null ? -1 : entryAttributes.permissions();
    if (permissions < 0 || (permissions & OWNER_WRITE) != 0 || !targetDirectory.isDenial(refused)) {
      return CompletableFuture.completedFuture(false);
    }
    return unlocked
        .computeIfAbsent(
            targetDirectory.path(),
            path ->
                new Unlocked(
                    targetDirectory.with(Set.of()),
                    permissions,
                    targetDirectory
                        .permit(permissions | OWNER_WRITE)
                        .handle((permitted, failed) -> failed == null)))
        .isWritable();
  }
}
