package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Makes directories of the target writable whose permissions forbid changes, such as those of a
 * read-only tree copied before. This happens only when a change has been denied. The permissions
 * are restored at the end, also after a failure.
 */
final class TemporaryWriteAccess {
  private static final int OWNER_WRITE = 0200;

  private final TransferCall call;
  private final Map<String, ChangedDirectory> changed = new LinkedHashMap<>();

  TemporaryWriteAccess(TransferCall call) {
    this.call = call;
    call.abortLast(
        () ->
            CompletableFuture.allOf(
                    changed.values().stream()
                        .map(ChangedDirectory::restore)
                        .toArray(CompletableFuture<?>[]::new))
                .exceptionally(failed -> null));
  }

  /** A directory that was made writable, with its original permissions. */
  private record ChangedDirectory(
      TargetDirectory directory, int permissions, CompletableFuture<Boolean> isWritable) {
    CompletableFuture<Void> restore() {
      return isWritable.thenCompose(
          made ->
              made
                  ? directory.setPermissions(permissions)
                  : CompletableFuture.completedFuture(null));
    }
  }

  /**
   * Runs a change in a directory; repeats it if it was denied and the directory can be made
   * writable.
   */
  <T> CompletableFuture<T> change(
      TargetDirectory directory, Supplier<CompletableFuture<T>> change) {
    return call.recover(
        change.get(),
        refused ->
            call.then(
                makeWritable(directory, refused),
                isWritable -> isWritable ? change.get() : CompletableFuture.failedFuture(refused)));
  }

  /** Forgets a deleted directory. */
  void forget(TargetDirectory directory) {
    changed.remove(directory.path());
  }

  /** Restores all permissions; a refusal is a warning. */
  CompletableFuture<Void> restore() {
    var limiter = new RequestLimiter(call.loop(), call.store()::maxInFlight);
    var restored =
        CompletableFuture.allOf(
            changed.values().stream()
                .map(each -> limiter.send(() -> restore(each)))
                .toArray(CompletableFuture<?>[]::new));
    return call.then(
        restored,
        all -> {
          changed.clear();
          return CompletableFuture.completedFuture(null);
        });
  }

  private CompletableFuture<Void> restore(ChangedDirectory each) {
    return call.recover(
        each.restore(),
        failure -> {
          if (failure instanceof IOException e && !ServerErrors.endsCall(e)) {
            call.warn(each.directory().path() + ": remains writable: " + e.getMessage());
            return CompletableFuture.completedFuture(null);
          }
          return CompletableFuture.failedFuture(failure);
        });
  }

  /** Makes a directory writable if its permissions can be the reason for the refusal. */
  private CompletableFuture<Boolean> makeWritable(TargetDirectory directory, Throwable refused) {
    FileAttributes attributes = directory.attributes();
    int permissions = attributes == null ? -1 : attributes.permissions();
    if (permissions < 0 || (permissions & OWNER_WRITE) != 0 || !directory.isAccessDenied(refused)) {
      return CompletableFuture.completedFuture(false);
    }
    return changed
        .computeIfAbsent(
            directory.path(),
            path ->
                new ChangedDirectory(
                    directory.retaining(Set.of()),
                    permissions,
                    directory
                        .setPermissions(permissions | OWNER_WRITE)
                        .handle((permitted, failed) -> failed == null)))
        .isWritable();
  }
}
