package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The order in which the entries of a directory are copied. Entries with similar names are copied
 * one after the other, since in the target they may be the same entry; all others are copied
 * concurrently. Used on the call's thread only.
 */
final class SimilarNameQueue {
  private final TransferCall call;
  private final Map<String, CompletableFuture<?>> unfinished = new HashMap<>();
  private @Nullable SimilarNames names;

  SimilarNameQueue(TransferCall call) {
    this.call = call;
  }

  /**
   * Copies an entry, after any earlier entry with a similar name.
   *
   * @param copy copies the entry; its argument is true if an earlier entry may have a similar name
   */
  <T> CompletableFuture<T> submit(String name, Function<Boolean, CompletableFuture<T>> copy) {
    String common = SimilarNames.key(name);
    SimilarNames seen = names == null ? new SimilarNames() : names;
    names = seen;
    boolean isFirst = seen.add(common);
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

  /** Ends the directory; completes when all of its entries have been copied or have failed. */
  CompletableFuture<?> finish() {
    names = null;
    return CompletableFuture.allOf(unfinished.values().toArray(CompletableFuture<?>[]::new))
        .handle((done, failed) -> true);
  }
}
