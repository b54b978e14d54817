package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.remote.RemoteHandle;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.RemoteStore.OpenMode;
import io.github.jsftp.internal.remote.Retold;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.CopyFailures;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
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
 * A remote file to be uploaded to. A small one costs three round trips: its bytes, its attributes,
 * the look at its size and its end travel together, between opening and renaming.
 */
public final class RemoteTarget implements Target {
  private final TransferCall call;
  private final RemoteStore store;
  private final @Nullable String nameInside;
  private String path;
  private String real; // where the links at the path lead
  private String written; // the temporary file, or the real one
  private EntryAttributes source = EntryAttributes.OF_STREAM;
  private RemoteReplacement replacement;
  private @Nullable EntryAttributes found;
  private @Nullable Resumption resumption;
  private @Nullable RemoteParts partials;
  private @Nullable Map<String, EntryAttributes>
      listed; // parts in the directory, if they are known
  private @Nullable Stripes stripes;
  private @Nullable CompletableFuture<RemoteHandle> handle;
  private @Nullable CompletableFuture<Void> attributesSet;
  private @Nullable CompletableFuture<FileInfo> lastLook;
  private @Nullable CompletableFuture<Void> closed;
  private boolean isLeftover; // what is open is as an earlier call has left it, or continued
  private boolean looked;
  private @Nullable CompletableFuture<Void> replacing;
  private volatile boolean done;

  /** A target of which nothing is known; if it may be a directory, with the name to get there. */
  public RemoteTarget(TransferCall call, String path, @Nullable String nameInside) {
    this.call = call;
    this.nameInside = nameInside;
    this.store = call.store();
    this.path = path;
    real = path;
    written = path;
    replacement = new RemoteReplacement(call, path, -1, null);
  }

  /**
   * A target of which a listing has told what is there, or null for nothing.
   *
   * @param parts the parts in its directory
   */
  public static RemoteTarget known(
      TransferCall call,
      String path,
      @Nullable EntryAttributes found,
      Map<String, EntryAttributes> parts) {
    var target = new RemoteTarget(call, path, null);
    if (found == null || found.type() == FileInfo.Type.FILE) {
      target.found = found;
      target.listed = parts;
      target.looked = true;
    }
    return target;
  }

  @Override
  public String path() {
    return RemotePath.shown(path);
  }

  @Override
  public CompletableFuture<Optional<EntryAttributes>> look() {
    if (looked) {
      return CompletableFuture.completedFuture(Optional.ofNullable(found));
    }
    return call.then(
        TargetLookup.at(call, path, nameInside),
        there -> {
          path = there.path();
          real = there.real();
          found = there.facts().orElse(null);
          return CompletableFuture.completedFuture(there.facts());
        });
  }

  @Override
  public IOException exists() {
    return new PathExistsException(store.details(path, "already exists"), null);
  }

  @Override
  public CompletableFuture<Void> open(EntryAttributes from) {
    begin(from);
    int least = partials == null ? 0 : Resumption.OWNER;
    Attributes attributes = replacement.first(least);
    boolean inPlace = isInPlace();
    written =
        inPlace
            ? real
            : partials == null
                ? TemporaryName.beside(real, call.options().temporaryName())
                : partials.fresh();
    OpenMode last = inPlace && call.mayReplace() ? OpenMode.TRUNCATE : OpenMode.EXCLUSIVE;
    handle = store.open(written, Set.of(OpenMode.WRITE, OpenMode.CREATE, last), attributes);
    stripes = new Stripes(call, written, OpenMode.WRITE);
    return call.otherwise(
        call.then(handle, opened -> prepared(opened, least)),
        refused ->
            CompletableFuture.failedFuture(
                isInPlace()
                    ? Retold.at(path, refused)
                    : Retold.atNewPart(path, refused, found != null)));
  }

  @Override
  public CompletableFuture<Long> resume(EntryAttributes from, Resumption plan) {
    begin(from);
    resumption = plan;
    String pattern = call.options().temporaryName();
    PartNames names = plan.names(pattern, RemotePath.name(real), permissions());
    return call.then(
        RemoteParts.beside(call, real, names, listed),
        beside -> {
          partials = beside;
          return call.then(
              beside.claim(plan),
              part -> part.isPresent() ? reopen(part.get()) : open(from).thenApply(opened -> 0L));
        });
  }

  private CompletableFuture<Long> reopen(RemoteParts.Part part) {
    written = part.path();
    isLeftover = true;
    var opening = store.open(written, Set.of(OpenMode.READ, OpenMode.WRITE), Attributes.NONE);
    handle = opening;
    stripes = new Stripes(call, written, OpenMode.WRITE);
    return call.otherwise(
        call.then(
            opening,
            opened -> prepared(opened, Resumption.OWNER).thenApply(ready -> part.length())),
        refused ->
            ServerErrors.isRefusal(refused)
                ? restart().thenApply(opened -> 0L)
                : CompletableFuture.failedFuture(refused));
  }

  @Override
  public Stripe.Reader leftover() {
    return opened()::read;
  }

  @Override
  public CompletableFuture<Void> restart() {
    isLeftover = false;
    CompletableFuture<Void> ended =
        handle == null ? CompletableFuture.completedFuture(null) : Stripes.closed(handle);
    var removed = ended.exceptionally(refused -> null).thenCompose(closed -> store.remove(written));
    return call.then(
        call.otherwise(
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
  public void writers(int count, Consumer<Stripe.Writer> to) {
    to.accept(opened()::write);
    if (stripes != null) {
      stripes.open(count - 1, stripe -> to.accept(stripe::write));
    }
  }

  @Override
  public void moreWriters(int count, Consumer<Stripe.Writer> to) {
    if (stripes != null) {
      stripes.openMore(count, stripe -> to.accept(stripe::write));
    }
  }

  @Override
  public void allGiven() {
    if (stripes == null || stripes.isEmpty()) {
      close();
    } else {
      stripes.close(); // each right behind its last write; the look at the size is after all writes
    }
  }

  @Override
  public CompletableFuture<Void> complete(long bytes, CopyFailures failures) {
    return call.then(
        closeStripes(),
        nothing -> {
          close();
          return checked(bytes, failures);
        });
  }

  private CompletableFuture<Void> closeStripes() {
    return stripes == null ? CompletableFuture.completedFuture(null) : stripes.close();
  }

  @Override
  public Content content() {
    return new RemoteContent(call, written, new DigestReader(call, written));
  }

  @Override
  public CompletableFuture<Void> finish(long bytes, CopyFailures failures) {
    return written.equals(real) ? stayed(bytes, failures) : replaced(bytes, failures);
  }

  @Override
  public CompletableFuture<Void> abort() {
    CompletableFuture<RemoteHandle> opening = handle;
    if (partials != null) {
      partials.release();
    }
    if (opening == null) {
      return CompletableFuture.completedFuture(null);
    }
    // A replacement may take several steps, between which neither file has its name.
    CompletableFuture<Void> settled =
        replacing == null
            ? CompletableFuture.completedFuture(null)
            : replacing.handle((nothing, failed) -> null);
    return settled.thenCompose(
        nothing -> done ? CompletableFuture.completedFuture(null) : undo(opening));
  }

  private CompletableFuture<Void> undo(CompletableFuture<RemoteHandle> opening) {
    long length = resumption == null ? 0 : resumption.lengthToLeave();
    if (length > 0 && opening.isDone() && !opening.isCompletedExceptionally()) {
      opening.join().setAttributes(Attributes.size(length));
    }
    var closing = CompletableFuture.allOf(Stripes.closed(opening), closeStripes());
    boolean stays = length > 0 || (isLeftover && resumption != null && !resumption.isSpoilt());
    boolean ours = !stays && (!written.equals(real) || found == null);
    return closing
        .handle((nothing, failed) -> ours && !opening.isCompletedExceptionally())
        .thenCompose(
            remove -> remove ? store.remove(written) : CompletableFuture.completedFuture(null))
        .exceptionally(failed -> null);
  }

  /** Says whether to write to the target itself, as one always does to a device or a pipe. */
  private boolean isInPlace() {
    return !call.options().atomic() || (found != null && found.type() == FileInfo.Type.OTHER);
  }

  /** Returns the permission bits that the file is to have, -1 for those that come by themselves. */
  private int permissions() {
    int replaced = found == null || isInPlace() ? -1 : found.permissions();
    return PreservedAttributes.permissions(call.options(), source, replaced);
  }

  private void begin(EntryAttributes from) {
    source = from;
    replacement = new RemoteReplacement(call, path, permissions(), isInPlace() ? null : found);
  }

  private CompletableFuture<Void> prepared(RemoteHandle opened, int least) {
    return written.equals(real) && found != null
        ? CompletableFuture.completedFuture(null) // in place, it keeps what it has
        : replacement.prepare(opened, least);
  }

  /** Sends what follows the last byte, all of it at once. */
  private void close() {
    if (closed != null) {
      return;
    }
    RemoteHandle opened = opened();
    Attributes owner = replacement.owner();
    if (!owner.isEmpty()) {
      opened.setAttributes(owner);
    }
    Attributes attributes =
        PreservedAttributes.of(call.options(), source, replacement.permissions());
    if (!attributes.isEmpty()) {
      attributesSet = opened.setAttributes(attributes);
    }
    if (call.options().verify() != Verify.NONE) {
      lastLook = opened.stat();
    }
    closed = opened.close();
  }

  private CompletableFuture<Void> checked(long bytes, CopyFailures failures) {
    CompletableFuture<Void> allowed =
        attributesSet == null
            ? CompletableFuture.completedFuture(null)
            : call.tolerated(attributesSet, path);
    CompletableFuture<Void> ended =
        closed == null ? CompletableFuture.completedFuture(null) : closed;
    return call.then(
        allowed,
        nothing ->
            call.then(
                call.otherwise(
                    ended,
                    refused -> CompletableFuture.failedFuture(failures.writing(refused, bytes))),
                alsoNothing -> arrived(bytes, failures)));
  }

  private CompletableFuture<Void> arrived(long bytes, CopyFailures failures) {
    if (lastLook == null) {
      return CompletableFuture.completedFuture(null);
    }
    var info =
        call.otherwise(
            lastLook,
            refused ->
                ServerErrors.isNotToldOfHandle(refused)
                    ? store.stat(written)
                    : CompletableFuture.failedFuture(refused));
    return call.then(
        call.otherwise(info.thenApply(FileInfo::size), refused -> noSize(refused, bytes, failures)),
        size -> {
          try {
            failures.checkArrived(bytes, size);
            return CompletableFuture.completedFuture(null);
          } catch (VerificationException e) {
            return CompletableFuture.failedFuture(e);
          }
        });
  }

  private CompletableFuture<Long> noSize(Throwable refused, long bytes, CopyFailures failures) {
    if (ServerErrors.isNotTold(refused)) {
      call.warn(path + ": size not verified: the server tells no sizes");
      return CompletableFuture.completedFuture(bytes);
    }
    return CompletableFuture.failedFuture(gone(refused, bytes, failures));
  }

  private CompletableFuture<Void> replaced(long bytes, CopyFailures failures) {
    CompletableFuture<Void> replaced =
        (call.mayReplace()
                ? store.replace(written, real, TemporaryName.aside(real))
                : store.rename(written, real))
            .thenRun(() -> done = true);
    replacing = replaced;
    CompletableFuture<Void> renamed =
        call.otherwise(
            replaced,
            refused ->
                CompletableFuture.failedFuture(
                    refused instanceof NoSuchPathException || refused instanceof PathExistsException
                        ? gone(refused, bytes, failures)
                        : Retold.atRenamedPart(path, refused)));
    RemoteParts beside = partials;
    return beside == null ? renamed : call.then(renamed, nothing -> beside.end());
  }

  private CompletableFuture<Void> stayed(long bytes, CopyFailures failures) {
    done = true;
    if (call.options().verify() == Verify.NONE) {
      return CompletableFuture.completedFuture(null);
    }
    return call.otherwise(
        store.stat(real).thenAccept(there -> {}),
        refused -> noSize(refused, bytes, failures).thenAccept(size -> {}));
  }

  private Throwable gone(Throwable refused, long bytes, CopyFailures failures) {
    if (refused instanceof PathExistsException && !call.mayReplace()) {
      return exists();
    }
    return refused instanceof NoSuchPathException
        ? failures.movedAway(bytes, refused)
        : Retold.at(path, refused);
  }

  private RemoteHandle opened() {
    if (handle == null) {
      throw new IllegalStateException("not open");
    }
    return handle.join();
  }
}
