package io.github.jsftp.internal.transfer.resume;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteListing;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.transfer.context.TransferCall;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The part files that earlier calls have left beside a remote target. A call renames a part file
 * before it resumes it. Another call still writing to that part does no harm, since it writes the
 * same bytes, and fails when it renames the part. Part files in use over the same connection are
 * neither resumed nor deleted.
 */
public final class RemoteParts {
  private final TransferCall call;
  private final RemoteStore store;
  private final String target;
  private final PartNames names;
  private final Map<String, FileAttributes> found;
  private String ownPart = "";

  /** A part file to resume. */
  public record RemotePart(String path, long length) {}

  private RemoteParts(
      TransferCall call, String target, PartNames names, Map<String, FileAttributes> found) {
    this.call = call;
    this.store = call.store();
    this.target = target;
    this.names = names;
    this.found = found;
  }

  /**
   * Finds the part files beside a target.
   *
   * @param listed all part files in the directory, null to list the directory
   */
  public static CompletableFuture<RemoteParts> find(
      TransferCall call,
      String target,
      PartNames names,
      @Nullable Map<String, FileAttributes> listed) {
    var found = new HashMap<String, FileAttributes>();
    if (listed != null) {
      found.putAll(listed);
      found.keySet().removeIf(name -> !names.isLeftover(name));
      return CompletableFuture.completedFuture(new RemoteParts(call, target, names, found));
    }
    CompletableFuture<Boolean> all =
        call.then(
            call.store().list(RemotePath.parent(target)),
            listing -> {
              TransferCall.Abortable reading =
                  () -> {
                    listing.close();
                    return CompletableFuture.completedFuture(null);
                  };
              call.register(reading);
              return call.then(
                  readListing(call, listing, names, found),
                  end -> {
                    call.unregister(reading);
                    return CompletableFuture.completedFuture(true);
                  });
            });
    return call.recover(all, refused -> notListed(call, target, refused))
        .thenApply(done -> new RemoteParts(call, target, names, found));
  }

  private static CompletableFuture<Boolean> readListing(
      TransferCall call,
      RemoteListing listing,
      PartNames names,
      Map<String, FileAttributes> found) {
    CompletableFuture<Boolean> collected =
        call.then(
            listing.next(),
            infos -> {
              infos.stream()
                  .filter(info -> names.isLeftover(info.name()))
                  .forEach(info -> found.put(info.name(), FileAttributes.of(info)));
              return infos.isEmpty()
                  ? CompletableFuture.completedFuture(true)
                  : readListing(call, listing, names, found);
            });
    return call.recover(
        collected,
        failure -> {
          if (!(failure instanceof RemoteListing.RestartedException)) {
            return CompletableFuture.failedFuture(failure);
          }
          found.clear();
          return readListing(call, listing, names, found);
        });
  }

  private static CompletableFuture<Boolean> notListed(
      TransferCall call, String target, Throwable refused) {
    if (!ServerErrors.isRefusal(refused) || !(refused instanceof SftpException refusal)) {
      return CompletableFuture.failedFuture(refused);
    }
    call.warn(
        target + ": not resumed: the directory can't be listed: " + Details.of(refusal).problem());
    return CompletableFuture.completedFuture(false);
  }

  /**
   * Renames the longest usable part of the same source. If there is none, deletes the unusable
   * parts and returns empty, so that many short attempts leave a single part file.
   */
  public CompletableFuture<Optional<RemotePart>> claim(Resumption resumption) {
    Optional<String> best =
        found.entrySet().stream()
            .filter(entry -> names.isSameSource(entry.getKey()) && !isInUse(entry.getKey()))
            .filter(entry -> isUsable(entry.getValue(), resumption))
            .max(Map.Entry.comparingByValue((a, b) -> Long.compare(a.size(), b.size())))
            .map(Map.Entry::getKey);
    if (best.isEmpty()) {
      return remove(names::isSameSource).thenApply(gone -> Optional.empty());
    }
    found.remove(best.get());
    String claimed = createPath();
    CompletableFuture<Optional<RemotePart>> claiming =
        call.then(
            store.rename(sibling(best.get()), claimed),
            renamed ->
                call.then(
                    store.lstat(claimed),
                    info -> {
                      if (isUsable(FileAttributes.of(info), resumption)) {
                        return CompletableFuture.completedFuture(
                            Optional.of(new RemotePart(claimed, info.size())));
                      }
                      found.put(RemotePath.name(claimed), FileAttributes.of(info));
                      return claim(resumption);
                    }));
    return call.recover(
        claiming,
        refused ->
            ServerErrors.isRefusal(refused)
                ? claim(resumption)
                : CompletableFuture.failedFuture(refused));
  }

  /** Returns the path for a new part file and marks it as in use. */
  public String createPath() {
    release();
    ownPart = sibling(names.create());
    call.partsInUse().add(ownPart);
    return ownPart;
  }

  /** Marks the part file of this copy as no longer in use. */
  public void release() {
    call.partsInUse().remove(ownPart);
  }

  /** Deletes the part files that were not resumed, once the target is complete. */
  public CompletableFuture<Void> removeLeftovers() {
    release();
    return remove(name -> true);
  }

  /**
   * Deletes part files. Failures are ignored: the next call to this target finds the files again.
   */
  private CompletableFuture<Void> remove(Predicate<String> which) {
    var removing =
        found.entrySet().stream()
            .filter(entry -> which.test(entry.getKey()) && !entry.getValue().isDirectory())
            .filter(entry -> !isInUse(entry.getKey()))
            .map(entry -> store.remove(sibling(entry.getKey())))
            .toArray(CompletableFuture<?>[]::new);
    return CompletableFuture.allOf(removing).exceptionally(refused -> null);
  }

  private boolean isInUse(String name) {
    return call.partsInUse().contains(sibling(name));
  }

  private static boolean isUsable(FileAttributes attributes, Resumption resumption) {
    return attributes.type() == FileInfo.Type.FILE && resumption.usableBytes(attributes.size()) > 0;
  }

  private String sibling(String name) {
    return RemotePath.child(RemotePath.parent(target), name);
  }
}
