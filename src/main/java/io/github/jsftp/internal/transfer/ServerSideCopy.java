package io.github.jsftp.internal.transfer;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.directory.LinkResolver;
import io.github.jsftp.internal.path.OctalMode;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.reconnect.LostReplyResolver;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.replace.RemoteReplacement;
import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Copies a remote file on the server, without downloading it. As with cp(1), a new file gets the
 * permissions of the source, and a replaced file keeps its own. If the target is a symbolic link,
 * the file it leads to is replaced.
 */
final class ServerSideCopy {
  /** The maximum for one request, so that the server responds well within the timeout. */
  private static final long MAX_REQUEST_BYTES = 64L << 20;

  private final RemoteStore store;
  private final String from;
  private final String to;
  private final FileInfo source;
  private final String realTarget; // the target with its links followed
  private final @Nullable FileInfo existing;
  private CompletableFuture<?> opening = CompletableFuture.completedFuture(null);

  private ServerSideCopy(
      RemoteStore store,
      String from,
      String to,
      FileInfo source,
      String realTarget,
      @Nullable FileInfo existing) {
    this.store = store;
    this.from = from;
    this.to = to;
    this.source = source;
    this.realTarget = realTarget;
    this.existing = existing;
  }

  /** Looks up source and target. Fails if one is a directory or both are the same file. */
  static ServerSideCopy prepare(RemoteCall call, String from, String to) throws IOException {
    RemoteStore store = call.store();
    var sourceStat = store.stat(from);
    var sourcePath = LinkResolver.of(store, from);
    var targetStat = store.stat(to);
    var targetLink = store.lstat(to);
    FileInfo source = call.await(sourceStat);
    refuseDirectory(store, source);
    FileInfo existing = ifExists(call, targetStat);
    FileInfo link = ifExists(call, targetLink);
    String realTarget = to;
    if (existing != null) {
      refuseDirectory(store, existing);
      realTarget = call.await(LinkResolver.of(store, to));
      if (realTarget.equals(call.await(sourcePath))) {
        throw Results.NEW.sftpException(store.details(from, "is the same file as " + to), null);
      }
    } else if (link != null) {
      throw Results.NEW.sftpException(store.details(to, "is a dangling symbolic link"), null);
    }
    return new ServerSideCopy(store, from, to, source, realTarget, existing);
  }

  /** Returns the options for a copy through this client with the same result. */
  TransferOptions options() {
    return TransferOptions.builder().preserveMode(existing == null).build();
  }

  /**
   * Returns true if the server reports the size of the source. A size of 0 does not count, since
   * files in /proc have it without being empty.
   */
  boolean isSizeKnown() {
    return source.size() > 0;
  }

  /**
   * Runs the copy. After a lost connection it starts again from the beginning.
   *
   * @throws OperationNotSupportedException if the server can't copy; nothing has changed then
   */
  void run(TransferCall call) throws IOException {
    String temporary = TemporaryName.beside(realTarget, TransferOptions.defaults().temporaryName());
    boolean done = false;
    while (!done) {
      try {
        copy(call, temporary);
        done = true;
      } catch (IOException | RuntimeException e) {
        awaitReconnect(call, temporary, e);
      }
    }
  }

  /** Waits for a new connection if the failure was a lost one; otherwise throws the failure. */
  private void awaitReconnect(TransferCall call, String temporary, Exception failure)
      throws IOException {
    var removed =
        call.awaitReconnect(failure, from)
            .thenCompose(back -> LostReplyResolver.acceptIfGone(call.store().remove(temporary)));
    try {
      call.await(removed);
    } catch (SftpException e) {
      discard(call, temporary, e);
      throw e instanceof VerificationException || e.path().isEmpty()
          ? e
          : (IOException)
              ExceptionTranslator.at(
                  RemotePath.display(from).equals(e.path().orElse(null)) ? from : to, e);
    } catch (IOException | RuntimeException e) {
      discard(call, temporary, e);
      throw e;
    }
  }

  /**
   * Deletes the temporary file, even if the thread is interrupted. The request must not overtake
   * the one that creates the file on another channel.
   */
  private void discard(TransferCall call, String temporary, Throwable failure) {
    var removed =
        opening
            .handle((file, refused) -> temporary)
            .thenCompose(call.store()::remove)
            .exceptionally(refused -> null);
    call.awaitCleanup(removed, failure);
  }

  private void copy(TransferCall call, String temporary) throws IOException {
    int mode = (existing == null ? source : existing).mode();
    var replacement =
        new RemoteReplacement(
            call,
            to,
            mode < 0 ? -1 : OctalMode.bits(mode),
            existing == null ? null : FileAttributes.of(existing));
    RemoteHandle sourceFile =
        call.await(call.store().open(from, Set.of(OpenFlag.READ), AttributeChanges.NONE));
    try {
      var created =
          sourceFile.openOnSameChannel(
              temporary,
              Set.of(OpenFlag.WRITE, OpenFlag.CREATE, OpenFlag.EXCLUSIVE),
              replacement.initialAttributes(0));
      opening = created;
      try {
        RemoteHandle targetFile = call.await(created);
        call.await(replacement.prepare(targetFile, 0));
        copy(call, sourceFile, targetFile, replacement);
      } finally {
        created.thenAccept(RemoteHandle::close); // also if it opens after an interrupt
      }
      call.await(call.store().replace(temporary, realTarget, TemporaryName.aside(realTarget)));
    } finally {
      sourceFile.close();
    }
  }

  private void copy(
      TransferCall call,
      RemoteHandle sourceFile,
      RemoteHandle targetFile,
      RemoteReplacement replacement)
      throws IOException {
    long size = source.size();
    for (long offset = 0; offset < size; offset += MAX_REQUEST_BYTES) {
      call.await(
          sourceFile.copyData(
              offset, Math.min(MAX_REQUEST_BYTES, size - offset), targetFile, offset));
    }
    var sourceStat = sourceFile.stat();
    if (!replacement.finalOwner().isEmpty()) {
      targetFile.setAttributes(replacement.finalOwner());
    }
    AttributeChanges permissions = permissions(replacement.permissions());
    if (!permissions.isEmpty()) {
      call.await(call.warnIfRefused(targetFile.setAttributes(permissions), to));
    }
    long copied = call.await(targetFile.stat()).size();
    call.await(targetFile.close());
    long now = call.await(sourceStat).size();
    if (copied != size || now != size) {
      throw Results.NEW.verificationException(
          store.details(
              from,
              now == size
                  ? String.format(Locale.ROOT, "only %d of %d bytes were copied", copied, size)
                  : String.format(
                      Locale.ROOT,
                      "the source changed while it was copied: was %d bytes, is %d",
                      size,
                      now)),
          from,
          to,
          copied,
          1,
          size + " bytes",
          (now == size ? copied : now) + " bytes",
          null);
    }
  }

  private static AttributeChanges permissions(int bits) {
    return bits < 0 ? AttributeChanges.NONE : AttributeChanges.permissions(bits);
  }

  private static @Nullable FileInfo ifExists(RemoteCall call, CompletableFuture<FileInfo> stat)
      throws IOException {
    try {
      return call.await(stat);
    } catch (NoSuchPathException e) {
      return null;
    }
  }

  private static void refuseDirectory(RemoteStore store, FileInfo info) throws SftpException {
    if (info.isDir()) {
      throw Results.NEW.sftpException(
          store.details(info.path(), "is a directory; copy takes files only"), null);
    }
  }
}
