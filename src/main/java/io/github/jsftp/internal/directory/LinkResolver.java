package io.github.jsftp.internal.directory;

import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import java.util.concurrent.CompletableFuture;

/** Resolves the symbolic links in a path. */
public final class LinkResolver {
  private static final int MAX_LINKS = 40;

  private LinkResolver() {}

  /**
   * Returns the absolute path without links. Some servers, such as MINA, resolve only "." and "..",
   * as text. For these, links at the end of the path are resolved here.
   */
  public static CompletableFuture<String> of(RemoteStore store, String path) {
    return store
        .realpath(path)
        .thenCompose(
            real ->
                real.equals(RemotePath.normalize(path))
                    ? follow(store, real, MAX_LINKS)
                    : CompletableFuture.completedFuture(real));
  }

  private static CompletableFuture<String> follow(RemoteStore store, String path, int links) {
    if (links == 0 || path.equals("/")) {
      return CompletableFuture.completedFuture(path);
    }
    // A READLINK of anything but a link would fail, and the failure would need further requests.
    return store
        .lstat(path)
        .thenCompose(
            info ->
                info.isLink() || ServerErrors.hasNoAttributes(info)
                    ? store
                        .readlink(path)
                        .thenCompose(
                            text -> follow(store, RemotePath.linkTarget(path, text), links - 1))
                    : CompletableFuture.completedFuture(path))
        .exceptionallyCompose(
            failure ->
                ServerErrors.isRefusal(Await.cause(failure))
                    ? CompletableFuture.completedFuture(path)
                    : CompletableFuture.failedFuture(failure));
  }
}
