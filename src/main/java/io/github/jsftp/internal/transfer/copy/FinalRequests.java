package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.replace.RemoteReplacement;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The requests that follow the last write of an upload: they set the attributes, write a file that
 * is moved to the disk, read the size and close the file. All are sent at once.
 */
final class FinalRequests {
  private final TransferCall call;
  private final String path;
  private final String writtenPath;
  private final RemoteReplacement replacement;
  private final @Nullable CompletableFuture<Void> attributesSet;
  private final @Nullable CompletableFuture<Void> synced;
  private final @Nullable CompletableFuture<FileInfo> stat;
  private final CompletableFuture<Void> closed;

  /**
   * Sends the requests.
   *
   * @param path the target's path, for warnings
   * @param writtenPath the path of the open file
   * @param source the attributes to preserve
   */
  FinalRequests(
      TransferCall call,
      String path,
      String writtenPath,
      RemoteHandle file,
      FileAttributes source,
      RemoteReplacement replacement) {
    this.call = call;
    this.path = path;
    this.writtenPath = writtenPath;
    this.replacement = replacement;
    AttributeChanges owner = replacement.finalOwner();
    if (!owner.isEmpty()) {
      file.setAttributes(owner);
    }
    AttributeChanges attributes =
        PreservedAttributes.forServer(
            call, path, PreservedAttributes.of(call.options(), source, replacement.permissions()));
    attributesSet = attributes.isEmpty() ? null : file.setAttributes(attributes);
    synced = call.options().removeSource() ? sync(call, file) : null;
    stat = call.options().verify() == Verify.NONE ? null : file.stat();
    closed = file.close();
  }

  /**
   * Waits for the replies and compares the size. Fails if the server refuses the bytes, or the
   * permissions that the options demand.
   *
   * @return the size of the file, empty if the server does not report it
   */
  CompletableFuture<OptionalLong> check(long bytes, CopyErrors errors) {
    CompletableFuture<Void> allowed =
        attributesSet == null
            ? CompletableFuture.completedFuture(null)
            : replacement.failOrWarnIfRefused(attributesSet);
    return call.then(
        allowed,
        nothing ->
            call.then(
                call.recover(
                    closed,
                    refused -> CompletableFuture.failedFuture(errors.writeFailed(refused, bytes))),
                alsoNothing ->
                    call.then(
                        call.recover(
                            synced == null ? CompletableFuture.completedFuture(null) : synced,
                            refused ->
                                CompletableFuture.failedFuture(errors.writeFailed(refused, bytes))),
                        written -> checkReceived(bytes, errors))));
  }

  /** Writes the file to the server's disk if the server supports that. */
  private static CompletableFuture<Void> sync(TransferCall call, RemoteHandle file) {
    return call.recover(
        file.fsync(),
        refused ->
            refused instanceof OperationNotSupportedException
                ? CompletableFuture.completedFuture(null)
                : CompletableFuture.failedFuture(refused));
  }

  private CompletableFuture<OptionalLong> checkReceived(long bytes, CopyErrors errors) {
    if (stat == null) {
      return CompletableFuture.completedFuture(OptionalLong.empty());
    }
    var info =
        call.recover(
            stat,
            refused ->
                ServerErrors.isFstatRefused(refused)
                    ? call.store().stat(writtenPath)
                    : CompletableFuture.failedFuture(refused));
    return call.then(
        call.recover(
            info.thenApply(FinalRequests::size), refused -> ifSizeNotKnown(refused, bytes, errors)),
        size -> {
          try {
            errors.checkReceived(bytes, size.orElse(-1));
            return CompletableFuture.completedFuture(size);
          } catch (VerificationException e) {
            return CompletableFuture.failedFuture(e);
          }
        });
  }

  /** Continues with a warning if the server refuses to report the size. */
  CompletableFuture<OptionalLong> ifSizeNotKnown(Throwable refused, long bytes, CopyErrors errors) {
    if (ServerErrors.isStatRefused(refused)) {
      call.warn(path + ": size not verified: the server reports no size");
      return CompletableFuture.completedFuture(OptionalLong.empty());
    }
    return CompletableFuture.failedFuture(
        refused instanceof NoSuchPathException
            ? errors.movedAway(bytes, refused)
            : ExceptionTranslator.at(path, refused));
  }

  private static OptionalLong size(FileInfo found) {
    return found.size() < 0 ? OptionalLong.empty() : OptionalLong.of(found.size());
  }
}
