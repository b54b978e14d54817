package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.directory.TreeWalker;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.FailedFileRetrier;
import io.github.jsftp.internal.transfer.context.OutcomeQueue.Slot;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.place.DoneFile;
import io.github.jsftp.internal.transfer.source.SourceTree;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import io.github.jsftp.internal.transfer.tree.FileSelection.Candidate;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Copies a tree in either direction. Entries are read in the order of the walk and copied
 * concurrently, as many as the connection carries. An entry waits until its target directory is
 * ready. Extraneous entries of the target are deleted at the end.
 */
public final class TreeCopy implements TransferCall.Abortable {
  /**
   * The number of entries read ahead, as a multiple of {@code parallelism}, so that directories are
   * created or listed before their files are copied.
   */
  private static final int LOOK_AHEAD = 10;

  /** The maximum number of entries read ahead, whatever the options say: all are held in memory. */
  private static final int MAX_AHEAD = 4096;

  private final TransferCall call;
  private final SourceTree source;
  private final boolean deep;
  private final TreeReport report;
  private final TemporaryWriteAccess temporaryWriteAccess;
  private final TargetDirectoryCreator directories;
  private final DeferredDirectoryAttributes deferredDirectoryAttributes;
  private final ExtraneousEntries extraneous;
  private final FileSelection selection;
  private final FailedFileRetrier failedFileRetrier;
  private final MovedSources movedSources;
  private final EntryCopier entryCopier;
  private final ArrayDeque<DirectoryPair> ancestors = new ArrayDeque<>();
  private final CompletableFuture<TreeResult> done = new CompletableFuture<>();
  private boolean hasSeenDirectories;
  private boolean hasSeenFiles;
  private int active;
  private ArrayDeque<Candidate> selected = new ArrayDeque<>(); // known only after the walk
  private boolean isRequesting;
  private boolean skippedUnreadable; // the last entry was unreadable; more may follow
  private boolean isWalked; // all entries are known, or no further one is needed

  /**
   * Prepares a copy.
   *
   * @param target opens or creates the root of the target
   * @param deep whether to copy subdirectories
   */
  public TreeCopy(
      TransferCall call,
      SourceTree source,
      Function<FileAttributes, CompletableFuture<TargetDirectory>> target,
      TreePaths paths,
      boolean deep) {
    this.call = call;
    this.source = source;
    this.deep = deep;
    selection = new FileSelection(call.options(), source);
    report = new TreeReport(call, source, paths);
    temporaryWriteAccess = new TemporaryWriteAccess(call);
    var entryDeleter = new EntryDeleter(call, report, selection, temporaryWriteAccess);
    deferredDirectoryAttributes = new DeferredDirectoryAttributes(call);
    directories =
        new TargetDirectoryCreator(
            call, report, entryDeleter, temporaryWriteAccess, deferredDirectoryAttributes, target);
    failedFileRetrier = new FailedFileRetrier(call, this::pump);
    movedSources = new MovedSources(call, source);
    entryCopier =
        new EntryCopier(
            call,
            source,
            paths,
            report,
            directories,
            temporaryWriteAccess,
            failedFileRetrier,
            movedSources);
    extraneous = new ExtraneousEntries(call, entryDeleter, selection);
  }

  /** Runs the copy and returns its result. */
  public CompletableFuture<TreeResult> run() {
    call.register(this);
    pump();
    return done;
  }

  @Override
  public CompletableFuture<Void> abort() {
    source.close();
    return CompletableFuture.completedFuture(null);
  }

  private void pump() {
    requestNext();
    endWhenIdle();
  }

  private void requestNext() {
    while (!selected.isEmpty() && !done.isDone() && !call.isStopped() && hasRoom()) {
      var next = selected.remove();
      copy(Objects.requireNonNull(next.directory()), next.entry());
    }
    if (isRequesting || isWalked || done.isDone() || call.isStopped() || !hasRoom()) {
      return;
    }
    isRequesting = true;
    step(
        call.recover(source.next(), this::unreadable),
        entry -> {
          isRequesting = false;
          if (entry.isPresent()) {
            handle(entry.get());
          } else if (!skippedUnreadable) {
            endWalk();
          }
          if (!isWalked
              && !selection.needsAll()
              && selection.isFull()
              && !call.options().deleteExtraneous()) {
            endWalkEarly();
          }
          skippedUnreadable = false;
          pump();
        });
  }

  private boolean hasRoom() {
    return call.outcomes().hasRoom()
        && active - failedFileRetrier.waiting()
            < Math.min(MAX_AHEAD, LOOK_AHEAD * (long) call.options().parallelism());
  }

  /**
   * Skips an unreadable entry. An unreadable root is a failure, since then nothing can be copied.
   */
  private CompletableFuture<Optional<TreeEntry>> unreadable(Throwable failure) {
    String at = source.failedAt();
    if (at.isEmpty() || !report.isRecoverable(failure)) {
      return CompletableFuture.failedFuture(failure);
    }
    skippedUnreadable = true;
    DirectoryPair in = ancestors.element();
    CompletableFuture<?> made =
        in.target == null ? CompletableFuture.completedFuture(true) : in.target;
    track(
        in,
        at,
        null,
        slot -> call.then(made, there -> CompletableFuture.failedFuture(failure)),
        nothing -> {});
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private void handle(TreeEntry entry) {
    DirectoryPair parent = ancestors.peek();
    if (parent != null && call.options().deleteExtraneous()) {
      parent.sourceNames.add(entry.name());
    }
    switch (entry.kind()) {
      case DIRECTORY -> enterDirectory(entry);
      case DIRECTORY_END -> leaveDirectory();
      case FILE -> {
        if (DoneFile.isDoneFile(call.options(), entry.name())) {
          skip(entry, "its name is that of a done file");
        } else {
          select(entry);
        }
      }
      case LINK -> select(entry);
      case OTHER -> skip(entry, "not a file, a directory or a link");
      case DANGLING_LINK -> skip(entry, "dangling link");
      case LOOP -> skip(entry, "the link points to a directory that contains it");
    }
  }

  private boolean isAccepted(TreeEntry entry) {
    return selection.accepts(entry.relative(), () -> source.info(entry));
  }

  /** Copies a file or link now, or keeps it until all of the tree is known, if it is selected. */
  private void select(TreeEntry entry) {
    DirectoryPair directory = ancestors.element();
    if (!isAccepted(entry)) {
      return;
    } else if (entry.kind() == TreeWalker.Kind.LINK && call.options().symlinks() == Symlinks.SKIP) {
      skip(entry);
      return;
    }
    hasSeenFiles = true;
    if (selection.needsTimes() && entry.attributes().modified() == null) {
      track(
          directory,
          entry.relative(),
          entry,
          slot -> CompletableFuture.failedFuture(report.unknownTime(entry, selection.timeOption())),
          nothing -> {});
    } else if (selection.needsAll()) {
      selection.add(directory, entry);
    } else if (selection.take()) {
      entryCopier.count(entry);
      copy(directory, entry);
    }
  }

  private void endWalk() {
    isWalked = true;
    selected = selection.selected();
    selected.forEach(next -> entryCopier.count(next.entry()));
    entryCopier.allCounted();
  }

  /** Ends the walk before the end of the tree, since no further file will be copied. */
  private void endWalkEarly() {
    source.close();
    while (!ancestors.isEmpty()) {
      leaveDirectory();
    }
    endWalk();
  }

  private boolean isSourceEnded() {
    return isWalked && selected.isEmpty();
  }

  private void skip(TreeEntry entry, String why) {
    if (isAccepted(entry)) {
      skip(entry);
      call.warn(source.path(entry) + ": skipped: " + why);
    }
  }

  private void skip(TreeEntry entry) {
    Slot slot = call.outcomes().open();
    report.skipped(slot, entry);
    slot.close();
  }

  private void enterDirectory(TreeEntry entry) {
    if (entry.depth() > 0 && !deep) {
      return;
    }
    var directory = new DirectoryPair(call, entry, ancestors.peek());
    ancestors.push(directory);
    boolean isTop = entry.depth() == 0;
    if (isTop ? !call.options().deleteExtraneous() : !selection.isPartial()) {
      hasSeenDirectories |= !isTop;
      track(
          directory,
          entry.relative(),
          entry,
          slot -> directories.getOrCreate(directory, slot),
          made -> {});
    }
  }

  private void leaveDirectory() {
    DirectoryPair directory = ancestors.element();
    CompletableFuture<?> copied =
        selection.needsAll()
            ? CompletableFuture.completedFuture(true)
            : directory.similarNameQueue.finish();
    if (call.options().deleteExtraneous()) {
      if (directory.parent == null && isEmptySource()) {
        done.completeExceptionally(report.emptySource());
        return;
      }
      track(
          directory,
          directory.entry.relative(),
          directory.entry,
          slot ->
              call.then(
                  call.then(copied, all -> directories.existing(directory, slot)),
                  target -> recordExtraneous(directory, target)),
          found -> directory.isTargetChanged |= found);
    }
    ancestors.pop();
    movedSources.add(directory);
  }

  /** Records the extraneous entries of a target directory. Returns true if there are any. */
  private CompletableFuture<Boolean> recordExtraneous(
      DirectoryPair directory, Optional<TargetDirectory> target) {
    boolean found =
        target.isPresent()
            && extraneous.find(target.get(), directory.sourceNames, directory.entry.relative());
    directory.sourceNames.clear();
    return CompletableFuture.completedFuture(found);
  }

  private boolean isEmptySource() {
    return !hasSeenFiles
        && !hasSeenDirectories
        && !report.hasFailures()
        && !call.options().allowEmptySource();
  }

  private void copy(DirectoryPair directory, TreeEntry entry) {
    track(
        directory,
        entry.relative(),
        entry,
        slot -> entryCopier.copy(directory, entry, slot),
        changed -> directory.isTargetChanged |= changed);
  }

  /**
   * Counts an asynchronous task as active until it completes.
   *
   * @param in the directory that it belongs to
   * @param relative the path of the entry that fails if the task fails
   * @param entry the entry itself, null if its attributes are unknown
   * @param work starts the task, which adds its outcomes to a slot
   */
  private <T> void track(
      DirectoryPair in,
      String relative,
      @Nullable TreeEntry entry,
      Function<Slot, CompletableFuture<T>> work,
      Consumer<T> then) {
    active++;
    Slot slot = call.outcomes().open();
    CompletableFuture<Optional<T>> passing =
        call.recover(
            work.apply(slot).thenApply(Optional::of),
            failure -> {
              in.isTargetChanged = true;
              return isRecoverable(in, slot, relative, entry, failure)
                  ? CompletableFuture.completedFuture(Optional.<T>empty())
                  : CompletableFuture.failedFuture(failure);
            });
    step(
        passing,
        value -> {
          active--;
          value.ifPresent(then);
          slot.close();
          pump();
        });
  }

  /** Entries of a directory that could not be created count as part of that directory's failure. */
  private boolean isRecoverable(
      DirectoryPair in, Slot slot, String relative, @Nullable TreeEntry entry, Throwable failure) {
    return in.isFailed()
        ? in.parent != null && report.isRecoverable(failure)
        : report.record(slot, relative, entry, failure);
  }

  private <T> void step(CompletableFuture<T> work, Consumer<T> next) {
    call.step(done, work, UnaryOperator.identity(), next);
  }

  private void endWhenIdle() {
    boolean isWalking = !isSourceEnded() && (isRequesting || call.outcomes().hasRoom());
    if (isWalking
        || active > failedFileRetrier.waiting()
        || done.isDone()
        || failedFileRetrier.retryNext()
        || !isSourceEnded()) {
      return;
    }
    boolean extraneousKept = report.hasFailures();
    CompletableFuture<Void> deleted =
        call.options().deleteExtraneous() && !extraneousKept
            ? extraneous.delete()
            : CompletableFuture.completedFuture(null);
    step(
        call.then(
            call.then(deleted, all -> temporaryWriteAccess.restore()),
            all ->
                call.then(
                    deferredDirectoryAttributes.apply(), kept -> movedSources.removeDirectories())),
        removed -> end(extraneousKept));
  }

  private void end(boolean extraneousKept) {
    call.unregister(this);
    if (report.hasFailures()) {
      done.completeExceptionally(report.failure(extraneousKept));
    } else {
      call.reportDone();
      done.complete(report.result());
    }
  }
}
