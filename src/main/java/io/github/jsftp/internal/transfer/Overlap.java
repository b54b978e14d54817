package io.github.jsftp.internal.transfer;

import io.github.jsftp.SftpException;
import io.github.jsftp.internal.directory.LinkResolver;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.replace.TargetLookup;
import java.util.concurrent.CompletableFuture;

/**
 * Detects that source and target of a copy between two connections are the same place. Only
 * connections of the same user to the same host and port are compared: other users may have another
 * root directory.
 */
final class Overlap {
  private final TransferCall call;
  private final RemoteStore source;
  private final RemoteStore target;
  private final String from;
  private final String to;

  Overlap(TransferCall call, String from, String to) {
    this.call = call;
    this.source = call.store();
    this.target = call.forTarget().store();
    this.from = from;
    this.to = to;
  }

  /** Fails if both are the same file. */
  CompletableFuture<Void> checkFile() {
    if (!isSameServer()) {
      return CompletableFuture.completedFuture(null);
    }
    CompletableFuture<String> written =
        call.recover(
            TargetLookup.resolve(call.forTarget(), to, RemotePath.name(from))
                .thenCompose(found -> LinkResolver.of(target, found.realPath())),
            refused -> CompletableFuture.completedFuture(to)); // the copy fails in the same way
    return call.then(
        LinkResolver.of(source, from),
        read ->
            call.then(
                written, path -> read.equals(path) ? failed("is the same file as ") : passed()));
  }

  /** Fails if one of the trees is the other one, or if one would change the other. */
  CompletableFuture<Void> checkTree() {
    if (!isSameServer()) {
      return CompletableFuture.completedFuture(null);
    }
    return call.then(
        LinkResolver.of(source, from),
        read ->
            call.then(
                resolveExisting(to),
                written -> {
                  if (read.equals(written)) {
                    return failed("is the same directory as ");
                  } else if (isBelow(written, read)) {
                    return failed("would be copied into itself: it contains ");
                  } else if (isBelow(read, written) && call.options().deleteExtraneous()) {
                    return failed("would be deleted by deleteExtraneous(true): it is inside ");
                  }
                  return passed();
                }));
  }

  private boolean isSameServer() {
    return source.details(from, "").peer().equals(target.details(to, "").peer());
  }

  /** Resolves the directories of a path that exist; the rest of it is still to be created. */
  private CompletableFuture<String> resolveExisting(String path) {
    return call.then(
        call.ifExists(target.stat(path)),
        found -> {
          if (found.isPresent() || path.equals("/")) {
            return LinkResolver.of(target, path);
          }
          String name = RemotePath.name(path);
          return resolveExisting(RemotePath.parent(path))
              .thenApply(parent -> RemotePath.child(parent, name));
        });
  }

  private static boolean isBelow(String path, String dir) {
    return path.startsWith(dir.endsWith("/") ? dir : dir + "/");
  }

  private static CompletableFuture<Void> passed() {
    return CompletableFuture.completedFuture(null);
  }

  private CompletableFuture<Void> failed(String problem) {
    SftpException same =
        Results.NEW.sftpException(source.details(from, problem + RemotePath.display(to)), null);
    return CompletableFuture.failedFuture(same);
  }
}
