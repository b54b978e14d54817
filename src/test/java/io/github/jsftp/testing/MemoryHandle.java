package io.github.jsftp.testing;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.Failures.Expected;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.testing.MemoryTree.Node;
import io.github.jsftp.testing.MemoryTree.Refusal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/** An open file of a {@link MemoryStore}. Notices when a buffer is touched while it is lent. */
final class MemoryHandle implements RemoteHandle {
  private final MemoryStore store;
  private final String path;
  private final Node node;
  private final Set<OpenFlag> flags;
  private final AtomicBoolean isOpen = new AtomicBoolean(true);

  MemoryHandle(MemoryStore store, String path, Node node, Set<OpenFlag> flags) {
    this.store = store;
    this.path = path;
    this.node = node;
    this.flags = flags;
    store.server().opened();
  }

  @Override
  public int requestSize() {
    return store.server().requestSize;
  }

  @Override
  public CompletableFuture<Integer> read(long offset, ByteBuffer into) {
    int position = into.position();
    int length = store.server().shortened(Math.min(into.remaining(), requestSize()));
    return store
        .server()
        .ask(
            store.operation(),
            "read",
            path,
            Expected.ANY,
            tree -> {
              check(OpenFlag.READ);
              return offset >= node.size
                  ? null
                  : store.server().fetching.apply(node.read((int) offset, length));
            },
            bytes -> {
              if (into.position() != position || into.remaining() < length) {
                throw new IllegalStateException("buffer of a read touched while it was lent");
              }
              if (bytes != null) {
                into.put(bytes);
              }
            })
        .thenApply(bytes -> bytes == null ? -1 : bytes.length);
  }

  @Override
  public CompletableFuture<Void> write(long offset, ByteBuffer from) {
    if (from.remaining() > requestSize()) {
      throw new IllegalArgumentException("write of " + from.remaining() + " bytes");
    }
    var bytes = new byte[from.remaining()];
    from.duplicate().get(bytes);
    int position = from.position();
    return store
        .server()
        .<Void>ask(
            store.operation(),
            "write",
            path,
            Expected.ANY,
            tree -> {
              check(OpenFlag.WRITE);
              long growth = Math.max(0, offset + bytes.length - node.size);
              if (!store.server().hasRoom(tree, growth)) {
                throw new Refusal(4);
              }
              node.write(
                  flags.contains(OpenFlag.APPEND) ? node.size : (int) offset,
                  store.server().storing.apply(bytes.clone()));
              return null;
            },
            done -> {
              var now = new byte[bytes.length];
              from.duplicate().position(position).get(now);
              if (from.position() != position || !Arrays.equals(bytes, now)) {
                throw new IllegalStateException("buffer of a write touched while it was lent");
              }
              from.position(from.limit());
            });
  }

  @Override
  public CompletableFuture<FileInfo> stat() {
    return store.ask("fstat", path, Expected.ANY, tree -> store.server().sized(node.info(path)));
  }

  @Override
  public CompletableFuture<Void> setAttributes(AttributeChanges attributes) {
    return store.ask(
        "fsetAttributes",
        path,
        Expected.ANY,
        tree -> {
          check(null);
          node.set(attributes);
          return null;
        });
  }

  @Override
  public CompletableFuture<Void> fsync() {
    return store.ask(
        "fsync",
        path,
        Expected.ANY,
        tree -> {
          check(null);
          if (!store.server().syncs) {
            throw new Refusal(8);
          }
          return null;
        });
  }

  @Override
  public CompletableFuture<RemoteHandle> openOnSameChannel(
      String other, Set<OpenFlag> otherModes, AttributeChanges attributes) {
    return store.open(other, otherModes, attributes, "openBeside");
  }

  @Override
  public CompletableFuture<Void> copyData(
      long offset, long length, RemoteHandle target, long targetOffset) {
    return store.ask(
        "copyData",
        path,
        Expected.ANY,
        tree -> {
          check(OpenFlag.READ);
          if (!store.server().copiesData) {
            throw new Refusal(8);
          }
          int bytes = (int) (length == 0 ? node.size : Math.min(length, node.size - offset));
          ((MemoryHandle) target).node.write((int) targetOffset, node.read((int) offset, bytes));
          return null;
        });
  }

  @Override
  public CompletableFuture<Void> close() {
    if (!isOpen.compareAndSet(true, false)) {
      return CompletableFuture.completedFuture(null);
    }
    store.server().closed();
    return store.ask("close", path, Expected.ANY, tree -> null);
  }

  private void check(OpenFlag needed) throws Refusal {
    if (!isOpen.get() || (needed != null && !flags.contains(needed))) {
      throw new Refusal(4);
    }
  }
}
