package io.github.jsftp.internal.transfer;

import io.github.jsftp.FileCallback;
import io.github.jsftp.internal.transfer.RemoteWalk.Entry;
import java.io.IOException;

/** Calls back for the entries of a remote tree. */
final class TreeWalk {
  private final Errand errand;
  private final FileCallback onFile;
  private final FileCallback onDirectory;
  private final FileCallback onOther;

  TreeWalk(Errand errand, FileCallback onFile, FileCallback onDirectory, FileCallback onOther) {
    this.errand = errand;
    this.onFile = onFile;
    this.onDirectory = onDirectory;
    this.onOther = onOther;
  }

  /** Walks; what a callback throws ends the walk. */
  void run(String root, boolean recurse) throws IOException {
    try (var walk =
        new RemoteWalk(errand.store(), errand.loop(), root, true, directory -> recurse)) {
      Entry entry = walk.take();
      while (entry != null) {
        if (entry.depth() > 0) {
          call(entry);
        }
        entry = walk.take();
      }
    }
  }

  private void call(Entry entry) throws IOException {
    switch (entry.kind()) {
      case FILE -> onFile.accept(entry.info());
      case DIRECTORY, LOOP -> onDirectory.accept(entry.info());
      case OTHER, LINK, DEAD_LINK -> onOther.accept(entry.info());
      case DIRECTORY_END -> {}
    }
  }
}
