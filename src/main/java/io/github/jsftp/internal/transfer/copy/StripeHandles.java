package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** The additional handles of a big file, each on its own channel. */
final class StripeHandles {
  private final TransferCall call;
  private final String path;
  private final OpenFlag flag;
  private final List<CompletableFuture<RemoteHandle>> handles = new ArrayList<>();
  private boolean closeWhenOpen;

  /** Creates the handles of an existing file; none is open yet. */
  StripeHandles(TransferCall call, String path, OpenFlag flag) {
    this.call = call;
    this.path = path;
    this.flag = flag;
  }

  /** Opens handles on existing or new channels; the receiver gets each one that succeeds. */
  void open(int count, Consumer<RemoteHandle> receiver) {
    if (count < 1) {
      return;
    }
    for (CompletableFuture<RemoteHandle> stripe :
        call.store().openStripes(path, Set.of(flag), AttributeChanges.NONE, count)) {
      passOn(stripe, receiver);
    }
  }

  /** Opens more handles on new channels; the receiver gets each one that succeeds. */
  void openMore(int count, Consumer<RemoteHandle> receiver) {
    for (int i = 0; i < count; i++) {
      passOn(call.store().openOnNewChannel(path, Set.of(flag), AttributeChanges.NONE), receiver);
    }
  }

  private void passOn(CompletableFuture<RemoteHandle> stripe, Consumer<RemoteHandle> receiver) {
    handles.add(stripe);
    call.then(
        stripe,
        handle -> {
          if (!closeWhenOpen) {
            receiver.accept(handle);
          }
          return CompletableFuture.completedFuture(true);
        });
  }

  /** Returns true if no handle has been requested. */
  boolean isEmpty() {
    return handles.isEmpty();
  }

  /** Closes all handles, including those still being opened. Fails if a close fails. */
  CompletableFuture<Void> close() {
    closeWhenOpen = true;
    var closing = new ArrayList<CompletableFuture<Void>>();
    for (CompletableFuture<RemoteHandle> opening : handles) {
      closing.add(closeWhenOpen(opening));
    }
    return CompletableFuture.allOf(closing.toArray(new CompletableFuture<?>[0]));
  }

  /** Closes a handle once it is open; succeeds if it could not be opened. */
  static CompletableFuture<Void> closeWhenOpen(CompletableFuture<RemoteHandle> opening) {
    return opening
        .handle(
            (handle, refused) ->
                refused == null ? handle.close() : CompletableFuture.<Void>completedFuture(null))
        .thenCompose(closing -> closing);
  }
}
