package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.directory.TreeWalker.Entry;
import io.github.jsftp.internal.directory.TreeWalker.Kind;
import io.github.jsftp.internal.reconnect.RemoteCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** A stream of the entries of a tree, without following links. */
final class WalkStream extends AbstractSpliterator<FileInfo> {
  private final TreeWalker walk;
  private final ArrayDeque<FileInfo> taken = new ArrayDeque<>();
  private boolean ended;

  private WalkStream(TreeWalker walk) {
    super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL);
    this.walk = walk;
  }

  /** Starts a walk. Fails if the root can't be listed. The stream must be closed. */
  static Stream<FileInfo> open(RemoteCall call, String root) throws IOException {
    var reader = new DirectoryReader(call.store(), call.loop());
    var walk =
        new TreeWalker(call.store(), call.loop(), root, false, directory -> true, reader, true);
    var entries = new WalkStream(walk);
    try {
      entries.take(); // the root
      entries.take(); // its first entry, which shows that it can be listed
    } catch (IOException | RuntimeException e) {
      walk.close();
      throw e;
    }
    return StreamSupport.stream(entries, false).onClose(walk::close);
  }

  @Override
  public boolean tryAdvance(Consumer<? super FileInfo> action) {
    try {
      if (taken.isEmpty() && !ended) {
        take();
      }
    } catch (IOException e) {
      ended = true;
      walk.close();
      throw new UncheckedIOException(e);
    }
    FileInfo next = taken.poll();
    if (next == null) {
      return false;
    }
    action.accept(next);
    return true;
  }

  private void take() throws IOException {
    Entry entry = walk.take();
    while (entry != null && entry.kind() == Kind.DIRECTORY_END) {
      entry = walk.take();
    }
    if (entry == null) {
      ended = true;
    } else {
      taken.add(entry.info());
    }
  }
}
