package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.ExceptionTranslator;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.place.DoneFile;
import io.github.jsftp.internal.transfer.place.MissingParents;
import io.github.jsftp.internal.transfer.replace.RemoteReplacement;
import io.github.jsftp.internal.transfer.replace.TargetLookup;
import io.github.jsftp.internal.transfer.resume.PartNames;
import io.github.jsftp.internal.transfer.resume.RemoteParts;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.RemoteContent;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A remote file to upload to. A small file costs three round trips. The first opens it. The second
 * writes the bytes, sets the attributes, reads the size and closes it. The third renames it.
 */
public final class RemoteTarget implements FileTarget {
  private final TransferCall call;
  private final RemoteStore store;
  private final @Nullable String nameInside;
  private String path;
  private String realPath; // the path with its links followed
  private String writtenPath; // of the temporary file, or realPath
  private FileAttributes source = FileAttributes.OF_STREAM;
  private RemoteReplacement replacement;
  private @Nullable FileAttributes existing;
  private @Nullable Resumption resumption;
  private @Nullable RemoteParts parts;
  private @Nullable Map<String, FileAttributes> knownParts; // all part files in the directory
  private @Nullable StripeHandles stripes;
  private @Nullable CompletableFuture<RemoteHandle> handle;
  private @Nullable FinalRequests finalRequests;
  private @Nullable DoneFile doneFile;
  private boolean resumesPart; // the open file is a part file of an earlier call
  private boolean isSizeVerified;
  private boolean isKnown;
  private @Nullable CompletableFuture<Void> replacing;
  private volatile boolean isFinished;

  /**
   * Creates a target.
   *
   * @param nameInside the name of the file to write if the path is a directory; null if a directory
   *     is an error
   */
  public RemoteTarget(TransferCall call, String path, @Nullable String nameInside) {
    this.call = call;
    this.nameInside = nameInside;
    this.store = call.store();
    this.path = path;
    realPath = path;
    writtenPath = path;
    replacement = new RemoteReplacement(call, path, -1, null);
  }

  /**
   * Creates a target in a directory that has been listed.
   *
   * @param found the listed attributes of an existing file, or null
   * @param parts all part files in the directory
   */
  public static RemoteTarget known(
      TransferCall call,
      String path,
      @Nullable FileAttributes found,
      Map<String, FileAttributes> parts) {
    var target = new RemoteTarget(call, path, null);
    if (found == null || found.type() == FileInfo.Type.FILE) {
      target.existing = found;
      target.knownParts = parts;
      target.isKnown = true;
    }
    return target;
  }

  @Override
  public String path() {
    return RemotePath.display(path);
  }

  @Override
  public CompletableFuture<Optional<FileAttributes>> stat() {
    if (isKnown) {
      return CompletableFuture.completedFuture(Optional.ofNullable(existing));
    }
    return call.then(
        TargetLookup.resolve(call, path, nameInside),
        resolved -> {
          path = resolved.path();
          realPath = resolved.realPath();
          existing = resolved.attributes().orElse(null);
          return CompletableFuture.completedFuture(resolved.attributes());
        });
  }

  @Override
  public CompletableFuture<Void> ensureDoneFile() {
    return DoneFile.of(call, path).createIfMissing();
  }

  @Override
  public String name() {
    return RemotePath.name(realPath);
  }

  @Override
  public Optional<String> temporaryName() {
    return writtenPath.equals(realPath)
        ? Optional.empty()
        : Optional.of(RemotePath.name(writtenPath));
  }

  @Override
  public boolean isSizeVerified() {
    return isSizeVerified;
  }

  @Override
  public IOException alreadyExists() {
    return Results.NEW.pathExistsException(store.details(path, "already exists"), null);
  }

  @Override
  public CompletableFuture<Void> open(FileAttributes source) {
    setSource(source);
    int required = parts == null ? 0 : Resumption.OWNER_READ_WRITE;
    AttributeChanges attributes = replacement.initialAttributes(required);
    boolean inPlace = isInPlace();
    writtenPath =
        inPlace
            ? realPath
            : parts == null
                ? TemporaryName.beside(realPath, call.options().temporaryName())
                : parts.createPath();
    OpenFlag last = inPlace && call.mayReplace() ? OpenFlag.TRUNCATE : OpenFlag.EXCLUSIVE;
    stripes = new StripeHandles(call, writtenPath, OpenFlag.WRITE);
    var flags = Set.of(OpenFlag.WRITE, OpenFlag.CREATE, last);
    CompletableFuture<RemoteHandle> opening =
        inPlace && doneFile != null
            ? call.then(doneFile.removeOld(), removed -> openHandle(flags, attributes))
            : openHandle(flags, attributes);
    return call.recover(
        call.then(opening, opened -> prepare(opened, required)),
        refused ->
            CompletableFuture.failedFuture(
                isInPlace()
                    ? ExceptionTranslator.at(path, refused)
                    : ExceptionTranslator.atNewPart(path, refused, existing != null)));
  }

  private CompletableFuture<RemoteHandle> openHandle(
      Set<OpenFlag> flags, AttributeChanges attributes) {
    return MissingParents.createFor(
        call, writtenPath, () -> handle = store.open(writtenPath, flags, attributes));
  }

  @Override
  public CompletableFuture<Long> resume(FileAttributes source, Resumption resumption) {
    setSource(source);
    this.resumption = resumption;
    String pattern = call.options().temporaryName();
    PartNames names = resumption.names(pattern, RemotePath.name(realPath), permissions());
    return call.then(
        MissingParents.createFor(
            call, realPath, () -> RemoteParts.find(call, realPath, names, knownParts)),
        found -> {
          parts = found;
          return call.then(
              found.claim(resumption),
              part -> part.isPresent() ? reopen(part.get()) : open(source).thenApply(opened -> 0L));
        });
  }

  private CompletableFuture<Long> reopen(RemoteParts.RemotePart part) {
    writtenPath = part.path();
    resumesPart = true;
    var opening =
        store.open(writtenPath, Set.of(OpenFlag.READ, OpenFlag.WRITE), AttributeChanges.NONE);
    handle = opening;
    stripes = new StripeHandles(call, writtenPath, OpenFlag.WRITE);
    return call.recover(
        call.then(
            opening,
            opened ->
                prepare(opened, Resumption.OWNER_READ_WRITE).thenApply(ready -> part.length())),
        refused ->
            ServerErrors.isRefusal(refused)
                ? restart().thenApply(opened -> 0L)
                : CompletableFuture.failedFuture(refused));
  }

  @Override
  public Stripe.Reader partReader() {
    return opened()::read;
  }

  @Override
  public CompletableFuture<Void> restart() {
    resumesPart = false;
    CompletableFuture<Void> ended =
        handle == null
            ? CompletableFuture.completedFuture(null)
            : StripeHandles.closeWhenOpen(handle);
    var removed =
        ended.exceptionally(refused -> null).thenCompose(closed -> store.remove(writtenPath));
    return call.then(
        call.recover(
            removed,
            refused ->
                ServerErrors.isRefusal(refused)
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(refused)),
        gone -> open(source));
  }

  @Override
  public int blockSize() {
    return opened().requestSize();
  }

  @Override
  public void openWriters(int count, Consumer<Stripe.Writer> receiver) {
    receiver.accept(opened()::write);
    if (stripes != null) {
      stripes.open(count - 1, stripe -> receiver.accept(stripe::write));
    }
  }

  @Override
  public void openMoreWriters(int count, Consumer<Stripe.Writer> receiver) {
    if (stripes != null) {
      stripes.openMore(count, stripe -> receiver.accept(stripe::write));
    }
  }

  @Override
  public void allWritesSent() {
    if (stripes == null || stripes.isEmpty()) {
      close();
    } else {
      stripes
          .close(); // each right after its last write; complete() reads the size after all writes
    }
  }

  @Override
  public CompletableFuture<Void> complete(long bytes, CopyErrors errors) {
    return call.then(
        closeStripes(),
        nothing ->
            close().check(bytes, errors).thenAccept(size -> isSizeVerified = size.isPresent()));
  }

  private CompletableFuture<Void> closeStripes() {
    return stripes == null ? CompletableFuture.completedFuture(null) : stripes.close();
  }

  @Override
  public Content content() {
    return new RemoteContent(call, writtenPath, new DigestReader(call, writtenPath));
  }

  @Override
  public CompletableFuture<Void> commit(long bytes, CopyErrors errors) {
    if (writtenPath.equals(realPath)) {
      return call.then(checkStillThere(bytes, errors), there -> createDoneFile());
    }
    CompletableFuture<Void> cleared =
        doneFile == null ? CompletableFuture.completedFuture(null) : doneFile.removeOld();
    return call.then(
        cleared, nothing -> call.then(moveIntoPlace(bytes, errors), renamed -> createDoneFile()));
  }

  private CompletableFuture<Void> createDoneFile() {
    return doneFile == null ? CompletableFuture.completedFuture(null) : doneFile.create();
  }

  @Override
  public CompletableFuture<Void> abort() {
    CompletableFuture<RemoteHandle> opening = handle;
    if (parts != null) {
      parts.release();
    }
    if (opening == null) {
      return CompletableFuture.completedFuture(null);
    }
    // A replacement may take several requests. Between them no file has the target's name.
    CompletableFuture<Void> settled =
        replacing == null
            ? CompletableFuture.completedFuture(null)
            : replacing.handle((nothing, failed) -> null);
    return settled.thenCompose(
        nothing -> isFinished ? CompletableFuture.completedFuture(null) : cleanUp(opening));
  }

  private CompletableFuture<Void> cleanUp(CompletableFuture<RemoteHandle> opening) {
    long length = resumption == null ? 0 : resumption.partLengthToLeave();
    if (length > 0 && opening.isDone() && !opening.isCompletedExceptionally()) {
      opening.join().setAttributes(AttributeChanges.size(length));
    }
    var closing = CompletableFuture.allOf(StripeHandles.closeWhenOpen(opening), closeStripes());
    boolean stays = length > 0 || (resumesPart && resumption != null && !resumption.isUnusable());
    boolean ours = !stays && (!writtenPath.equals(realPath) || existing == null);
    return closing
        .handle((nothing, failed) -> ours && !opening.isCompletedExceptionally())
        .thenCompose(
            remove -> remove ? store.remove(writtenPath) : CompletableFuture.completedFuture(null))
        .exceptionally(failed -> null);
  }

  /** Returns true to write to the target directly, which is required for devices and pipes. */
  private boolean isInPlace() {
    return !call.options().atomic() || (existing != null && existing.type() == FileInfo.Type.OTHER);
  }

  /** Returns the final permission bits, -1 to use the default (umask). */
  private int permissions() {
    int replaced = existing == null || isInPlace() ? -1 : existing.permissions();
    return PreservedAttributes.permissions(call.options(), source, replaced);
  }

  private void setSource(FileAttributes source) {
    this.source = source;
    replacement = new RemoteReplacement(call, path, permissions(), isInPlace() ? null : existing);
    if (doneFile == null && call.options().doneFile().isPresent()) {
      doneFile = DoneFile.of(call, path);
    }
  }

  private CompletableFuture<Void> prepare(RemoteHandle opened, int required) {
    return writtenPath.equals(realPath) && existing != null && call.options().mode().isEmpty()
        ? CompletableFuture.completedFuture(null) // a file written in place keeps its attributes
        : replacement.prepare(opened, required);
  }

  /** Sends all requests that follow the last write, without waiting for responses. */
  private FinalRequests close() {
    FinalRequests sent = finalRequests;
    if (sent == null) {
      sent = new FinalRequests(call, path, writtenPath, opened(), source, replacement);
      finalRequests = sent;
    }
    return sent;
  }

  private CompletableFuture<Void> moveIntoPlace(long bytes, CopyErrors errors) {
    CompletableFuture<Void> replaced =
        (call.mayReplace()
                ? store.replace(writtenPath, realPath, TemporaryName.aside(realPath))
                : store.rename(writtenPath, realPath))
            .thenRun(() -> isFinished = true);
    replacing = replaced;
    CompletableFuture<Void> renamed =
        call.recover(
            replaced,
            refused ->
                CompletableFuture.failedFuture(
                    refused instanceof NoSuchPathException || refused instanceof PathExistsException
                        ? moveFailed(refused, bytes, errors)
                        : ExceptionTranslator.atRenamedPart(path, refused)));
    RemoteParts found = parts;
    return found == null ? renamed : call.then(renamed, nothing -> found.removeLeftovers());
  }

  private CompletableFuture<Void> checkStillThere(long bytes, CopyErrors errors) {
    isFinished = true;
    if (call.options().verify() == Verify.NONE) {
      return CompletableFuture.completedFuture(null);
    }
    return call.recover(
        store.stat(realPath).thenAccept(info -> {}),
        refused -> close().ifSizeNotKnown(refused, bytes, errors).thenAccept(size -> {}));
  }

  private Throwable moveFailed(Throwable refused, long bytes, CopyErrors errors) {
    if (refused instanceof PathExistsException && !call.mayReplace()) {
      return alreadyExists();
    }
    return refused instanceof NoSuchPathException
        ? errors.movedAway(bytes, refused)
        : ExceptionTranslator.at(path, refused);
  }

  private RemoteHandle opened() {
    if (handle == null) {
      throw new IllegalStateException("not open");
    }
    return handle.join();
  }
}
