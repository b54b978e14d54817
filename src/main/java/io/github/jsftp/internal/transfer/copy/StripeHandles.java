package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The further handles of a big file, each on a channel of its own. */
final class StripeHandles {
  private final TransferCall call;
  private final String path;
  private final OpenMode mode;
  private final List<CompletableFuture<RemoteHandle>> handles = new ArrayList<>();
  private boolean closed;

  /** Stripes of a file that exists. */
  StripeHandles(TransferCall call, String path, OpenMode mode) {
    this.call = call;
    this.path = path;
    this.mode = mode;
  }

  /** Opens some; those that the server grants are passed on as they come. */
  void open(int count, Consumer<RemoteHandle> to) {
    if (count < 1) {
      return;
    }
    for (CompletableFuture<RemoteHandle> stripe :
        call.store().openStripes(path, Set.of(mode), Attributes.NONE, count)) {
      passOn(stripe, to);
    }
  }

  /** Opens some beside those that there are, and passes them on in the same way. */
  void openMore(int count, Consumer<RemoteHandle> to) {
    for (int i = 0; i < count; i++) {
      passOn(call.store().openOnNewChannel(path, Set.of(mode), Attributes.NONE), to);
    }
  }

  private void passOn(CompletableFuture<RemoteHandle> stripe, Consumer<RemoteHandle> to) {
    handles.add(stripe);
    call.then(
        stripe,
        handle -> {
          if (!closed) {
            to.accept(handle);
          }
          return CompletableFuture.completedFuture(true);
        });
  }

  /** Says whether there are none. */
  boolean isEmpty() {
    return handles.isEmpty();
  }

  /** Closes all, those too that are still to come; fails when a server's close does. */
  CompletableFuture<Void> close() {
    closed = true;
    return CompletableFuture.allOf(
        handles.stream().map(StripeHandles::closed).toArray(CompletableFuture<?>[]::new));
  }

  /** Closes what is being opened; what was refused needs no closing. */
  static CompletableFuture<Void> closed(CompletableFuture<RemoteHandle> opening) {
    return opening
        .handle(
            (handle, refused) ->
                refused == null ? handle.close() : CompletableFuture.<Void>completedFuture(null))
        .thenCompose(closing -> closing);
  }
}
