package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.RemoteContent;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A remote file to download. A small file costs two round trips. If a listing has given its size,
 * the final stat and the close are sent together with the reads. If not, the first 32 KiB are read
 * together with the size.
 */
public final class RemoteSource implements Source {
  private static final int FIRST_READ_BYTES = 32 << 10;
  private static final Set<OpenFlag> READ = Set.of(OpenFlag.READ);

  private final TransferCall call;
  private final String path;
  private final @Nullable FileAttributes known;
  private final StripeHandles stripes;
  private @Nullable CompletableFuture<RemoteHandle> handle;
  private @Nullable CompletableFuture<RemoteHandle> reopened;
  private @Nullable CompletableFuture<FileAttributes> finalStat;
  private @Nullable ByteBuffer firstBytes;
  private long size;
  private int blockSize;
  private int attemptAtOpen;

  /**
   * Creates a source.
   *
   * @param known the attributes from a listing, or null
   */
  public RemoteSource(TransferCall call, String path, @Nullable FileAttributes known) {
    this.call = call;
    this.path = path;
    this.known = known;
    stripes = new StripeHandles(call, path, OpenFlag.READ);
  }

  @Override
  public String path() {
    return RemotePath.display(path);
  }

  @Override
  public String identity() {
    return call.store().details(path, "").peer() + path;
  }

  @Override
  public CompletableFuture<FileAttributes> stat() {
    return known != null
        ? CompletableFuture.completedFuture(known)
        : call.store().stat(path).thenApply(FileAttributes::of);
  }

  @Override
  public CompletableFuture<FileAttributes> open() {
    attemptAtOpen = call.attempts().count();
    if (known == null && call.store().isDistant()) {
      // Gives the size a round trip earlier, so that channels for a big file can be opened.
      call.then(
          call.store().stat(path),
          info -> {
            BlockCopy.expectStripes(call, info.size());
            return CompletableFuture.completedFuture(info);
          });
    }
    var opening = call.store().open(path, READ, AttributeChanges.NONE);
    handle = opening;
    return call.then(
        opening,
        opened -> {
          blockSize = opened.requestSize();
          return call.then(known != null ? stat() : readBeginning(opened), this::checkFile);
        });
  }

  private CompletableFuture<FileAttributes> readBeginning(RemoteHandle opened) {
    int most = Math.min(blockSize, call.bandwidth().maxBlock());
    ByteBuffer space = call.buffers().allocate(Math.min(FIRST_READ_BYTES, most));
    // A failure is ignored here: a later read repeats it, and the stat tells a directory apart.
    CompletableFuture<Integer> read = opened.read(0, space).exceptionally(refused -> 0);
    return stat(opened)
        .thenCombine(
            read,
            (attributes, count) -> {
              firstBytes = count > 0 && attributes.size() <= count ? space.flip() : null;
              return attributes;
            });
  }

  private CompletableFuture<FileAttributes> checkFile(FileAttributes attributes) {
    if (attributes.isDirectory()) {
      String operation = call.operation();
      boolean hasTrees = operation.equals("get") || operation.equals("copyTo");
      String hint = hasTrees ? ": use " + operation + "R" : "";
      return CompletableFuture.failedFuture(
          Results.NEW.sftpException(call.store().details(path, "is a directory" + hint), null));
    }
    size = attributes.size();
    if (firstBytes != null && size > 0) {
      finalStat = CompletableFuture.completedFuture(attributes);
    }
    return CompletableFuture.completedFuture(attributes);
  }

  @Override
  public int blockSize() {
    return blockSize;
  }

  @Override
  public void openReaders(int count, Consumer<Stripe.Reader> receiver) {
    receiver.accept(this::read);
    stripes.open(count - 1, stripe -> receiver.accept(reader(stripe)));
  }

  @Override
  public void openMoreReaders(int count, Consumer<Stripe.Reader> receiver) {
    stripes.openMore(count, stripe -> receiver.accept(reader(stripe)));
  }

  private Stripe.Reader reader(RemoteHandle stripe) {
    return (offset, into) -> noteShortRead(stripe.read(offset, into), into);
  }

  private CompletableFuture<Integer> read(long offset, ByteBuffer into) {
    ByteBuffer first = firstBytes;
    if (first != null && offset == 0) {
      int count = Math.min(first.remaining(), into.remaining());
      into.put(into.position(), first, first.position(), count);
      into.position(into.position() + count);
      firstBytes = null;
      return CompletableFuture.completedFuture(count);
    }
    RemoteHandle opened = opened();
    if (finalStat == null) {
      return noteShortRead(opened.read(offset, into), into);
    }
    // The handle was closed early, since no more reads were expected.
    if (reopened == null) {
      reopened = call.store().open(path, READ, AttributeChanges.NONE);
    }
    return call.then(reopened, again -> again.read(offset, into));
  }

  private CompletableFuture<Integer> noteShortRead(
      CompletableFuture<Integer> read, ByteBuffer into) {
    return call.then(
        read,
        count -> {
          if (count > 0 && into.hasRemaining() && size > 0) {
            call.noteShortRead();
          }
          return CompletableFuture.completedFuture(count);
        });
  }

  @Override
  public void allReadsSent() {
    if (stripes.isEmpty() && size >= 0 && !call.hasShortReads()) {
      close();
    }
  }

  @Override
  public CompletableFuture<Void> finish(FileAttributes before, long bytes, CopyErrors errors) {
    return call.then(
        close(),
        after -> {
          try {
            errors.checkSource(before, after, bytes);
          } catch (VerificationException e) {
            return CompletableFuture.failedFuture(e);
          }
          return attemptAtOpen == call.attempts().count()
              ? CompletableFuture.completedFuture(null)
              : checkSameFile(before, bytes, errors);
        });
  }

  /** Fails if the path of a source reopened after a lost connection now leads to another file. */
  private CompletableFuture<Void> checkSameFile(
      FileAttributes before, long bytes, CopyErrors errors) {
    return call.then(
        call.store().stat(path),
        info -> {
          try {
            errors.checkReopenedSource(before, FileAttributes.of(info), bytes);
            return CompletableFuture.completedFuture(null);
          } catch (VerificationException e) {
            return CompletableFuture.failedFuture(e);
          }
        });
  }

  @Override
  public Content content() {
    return new RemoteContent(call, path, new DigestReader(call, path));
  }

  @Override
  public String name() {
    return RemotePath.name(path);
  }

  @Override
  public CompletableFuture<Boolean> hasSibling(String name) {
    return call.ifExists(call.store().lstat(RemotePath.child(RemotePath.parent(path), name)))
        .thenApply(Optional::isPresent);
  }

  @Override
  public CompletableFuture<Void> remove(FileAttributes copied, long bytes, CopyErrors errors) {
    return call.then(
        call.ifExists(call.store().stat(path)),
        found -> {
          if (found.isEmpty()) {
            return removeIfLink();
          }
          try {
            errors.checkUnchanged(copied, FileAttributes.of(found.get()), bytes);
          } catch (VerificationException e) {
            return CompletableFuture.failedFuture(e);
          }
          return call.store().remove(path);
        });
  }

  /** Removes the source if it is a link to a file that is gone by now. */
  private CompletableFuture<Void> removeIfLink() {
    return call.then(
        call.ifExists(call.store().lstat(path)),
        found -> {
          if (found.filter(FileInfo::isLink).isPresent()) {
            return call.store().remove(path);
          }
          call.warn(path + ": was removed by another client after it was copied");
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> abort() {
    var closing =
        CompletableFuture.allOf(stripes.close(), closeWhenOpen(handle), closeWhenOpen(reopened));
    return closing.exceptionally(refused -> null);
  }

  /** Requests the final attributes and closes the file. Failures of the close are ignored. */
  private CompletableFuture<FileAttributes> close() {
    RemoteHandle opened = opened();
    if (finalStat == null) {
      finalStat = stat(opened);
    }
    opened.close();
    stripes.close();
    closeWhenOpen(reopened);
    return finalStat;
  }

  private CompletableFuture<FileAttributes> stat(RemoteHandle opened) {
    return opened
        .stat()
        .exceptionallyCompose(
            failed ->
                ServerErrors.isFstatRefused(Await.cause(failed))
                    ? call.store().stat(path)
                    : CompletableFuture.failedFuture(failed))
        .thenApply(FileAttributes::of)
        .exceptionallyCompose(
            failed ->
                ServerErrors.isStatRefused(Await.cause(failed))
                    ? CompletableFuture.completedFuture(FileAttributes.OF_STREAM)
                    : CompletableFuture.failedFuture(failed));
  }

  private RemoteHandle opened() {
    if (handle == null) {
      throw new IllegalStateException("not open");
    }
    return handle.join();
  }

  private static CompletableFuture<Void> closeWhenOpen(
      @Nullable CompletableFuture<RemoteHandle> opening) {
    return opening == null
        ? CompletableFuture.completedFuture(null)
        : StripeHandles.closeWhenOpen(opening);
  }
}
