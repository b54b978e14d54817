package io.github.jsftp.internal.directory;

import io.github.jsftp.FailureCallback;
import io.github.jsftp.FileCallback;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.directory.TreeWalker.Entry;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Calls back for the entries of a remote tree. */
final class WalkCallbacks {
  private final RemoteCall call;
  private final FileCallback onFile;
  private final FileCallback onDirectory;
  private final FileCallback onOther;
  private final @Nullable FailureCallback onFailure;

  WalkCallbacks(
      RemoteCall call,
      FileCallback onFile,
      FileCallback onDirectory,
      FileCallback onOther,
      @Nullable FailureCallback onFailure) {
    this.call = call;
    this.onFile = onFile;
    this.onDirectory = onDirectory;
    this.onOther = onOther;
    this.onFailure = onFailure;
  }

  /** Walks the tree. An exception from a callback ends the walk. */
  void run(String root, boolean recurse) throws IOException {
    var reader = new DirectoryReader(call.store(), call.loop());
    try (var walk =
        new TreeWalker(call.store(), call.loop(), root, true, directory -> recurse, reader, true)) {
      Entry entry = next(walk, root);
      while (entry != null) {
        if (entry.depth() > 0) {
          call(entry);
        }
        entry = next(walk, root);
      }
    }
  }

  private @Nullable Entry next(TreeWalker walk, String root) throws IOException {
    while (true) {
      try {
        return walk.take();
      } catch (SftpException e) {
        if (onFailure == null || walk.failedAt().isEmpty() || !ServerErrors.isRefusal(e)) {
          throw e;
        }
        onFailure.accept(RemotePath.child(root, walk.failedAt()), e);
      }
    }
  }

  private void call(Entry entry) throws IOException {
    switch (entry.kind()) {
      case FILE -> onFile.accept(entry.info());
      case DIRECTORY, LOOP -> onDirectory.accept(entry.info());
      case OTHER, LINK, DANGLING_LINK -> onOther.accept(entry.info());
      case DIRECTORY_END -> {}
    }
  }
}
