package io.github.jsftp.internal.transfer.bulk;

import io.github.jsftp.FileInfo;
import io.github.jsftp.OnError;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.bulk.GivenPaths;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.RemoteSource;
import io.github.jsftp.internal.transfer.copy.Source;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Remote files to download into one directory. Their attributes are requested even if they come
 * from a listing, since a file may have changed since.
 */
public final class RemoteSourceList extends SourceList<String> {
  private final TransferCall call;
  private final RemoteStore store;

  /**
   * Creates a source.
   *
   * @param paths the absolute paths by the names in the target directory, in the order of copying
   */
  public RemoteSourceList(TransferCall call, Map<String, String> paths) {
    super(call, paths);
    this.call = call;
    store = call.store();
  }

  @Override
  CompletableFuture<FileAttributes> attributes(String path) {
    boolean follow = call.options().symlinks() == Symlinks.FOLLOW;
    CompletableFuture<FileAttributes> found =
        (follow ? store.stat(path) : store.lstat(path))
            .thenCompose(info -> checked(path, info, follow));
    return call.recover(
        found,
        failure ->
            ServerErrors.isStatRefused(failure)
                ? CompletableFuture.completedFuture(FileAttributes.OF_STREAM)
                : CompletableFuture.failedFuture(failure));
  }

  private CompletableFuture<FileAttributes> checked(String path, FileInfo info, boolean follow) {
    if (info.isDir()) {
      return CompletableFuture.failedFuture(isDirectory(call, path));
    } else if (follow && info.isLink()) { // MINA returns the attributes of a dangling link itself
      return CompletableFuture.failedFuture(
          Results.NEW.noSuchPathException(store.details(path, "no such file or directory"), null));
    }
    return CompletableFuture.completedFuture(FileAttributes.of(info));
  }

  /**
   * Returns the failure of the first path that is known to be a directory, if the options let it
   * end the call: then nothing is copied.
   */
  public static Optional<IOException> knownDirectory(TransferCall call, GivenPaths paths) {
    for (int i = 0; i < paths.size() && call.options().onError() == OnError.ABORT; i++) {
      FileInfo info = paths.info(i);
      if (info != null && info.isDir()) {
        return Optional.of(isDirectory(call, paths.absolute(i)));
      }
    }
    return Optional.empty();
  }

  private static IOException isDirectory(TransferCall call, String path) {
    return Results.NEW.sftpException(call.store().details(path, "is a directory: use getR"), null);
  }

  @Override
  String absolute(String path) {
    return RemotePath.display(path);
  }

  @Override
  public Source file(TreeEntry entry) {
    boolean isKnown = entry.attributes().size() >= 0;
    return new RemoteSource(call, at(entry), isKnown ? entry.attributes() : null);
  }

  @Override
  public CompletableFuture<String> link(TreeEntry entry) {
    return store.readlink(at(entry));
  }

  @Override
  public CompletableFuture<Void> remove(TreeEntry link) {
    return store.remove(at(link));
  }
}
