package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Copies entries of one directory that have similar names one after the other, since in the target
 * they may be the same entry. All others are copied at the same time. Used on the call's thread
 * only.
 */
final class SimilarNameQueue {
  private final TransferCall call;
  private final Map<String, CompletableFuture<?>> unfinished = new HashMap<>();
  private @Nullable SimilarNames begun;

  SimilarNameQueue(TransferCall call) {
    this.call = call;
  }

  /**
   * Starts copying an entry, at once or after the one before it that has a similar name.
   *
   * @param copy copies the entry; is told whether an entry before may have had a similar name
   */
  <T> CompletableFuture<T> take(String name, Function<Boolean, CompletableFuture<T>> copy) {
    String common = SimilarNames.key(name);
    SimilarNames names = begun == null ? new SimilarNames() : begun;
    begun = names;
    boolean isFirst = names.add(common);
    CompletableFuture<?> before = unfinished.get(common);
    CompletableFuture<T> turn =
        before == null
            ? copy.apply(!isFirst)
            : call.then(before.handle((done, failed) -> true), over -> copy.apply(true));
    if (!turn.isDone()) {
      unfinished.put(common, turn);
      turn.whenCompleteAsync((done, failed) -> unfinished.remove(common, turn), call.loop());
    }
    return turn;
  }

  /** Forgets the names, after the last entry; completes when all of them are copied. */
  CompletableFuture<?> end() {
    begun = null;
    return CompletableFuture.allOf(unfinished.values().toArray(CompletableFuture<?>[]::new))
        .handle((done, failed) -> true);
  }
}
