package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.remote.EntryAttributes;
import io.github.jsftp.internal.transfer.context.FileProgress;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.FileCopy;
import java.util.ArrayDeque;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Copies a tree, in either direction: takes entries in the order of the walk, and has as many of
 * them on their way as the connection carries. What goes into a directory waits until that is made;
 * what is extraneous in the target goes when all the rest is done.
 */
public final class TreeCopy implements TransferCall.Abortable {
  /**
   * So many times what is on its way is looked at, so that directories are there, or are listed,
   * when their files' turn comes.
   */
  private static final int LOOK_AHEAD = 10;

  /** No more than that is looked at, whatever the options say: memory holds it all. */
  private static final int MOST_AHEAD = 4096;

  private final TransferCall call;
  private final SourceTree source;
  private final TreePaths paths;
  private final boolean deep;
  private final TreeReport report;
  private final WritableDirectories writableDirectories;
  private final DirectoryPairs directories;
  private final DirectoryAttributes attributes;
  private final ExtraneousEntries extraneous;
  private final RetriedFiles retriedFiles;
  private final ArrayDeque<DirectoryPair> path = new ArrayDeque<>();
  private final CompletableFuture<TreeResult> done = new CompletableFuture<>();
  private long seenFiles;
  private long seenBytes;
  private boolean seenDirectories;
  private int active;
  private boolean asking;
  private boolean passed; // the last question for an entry has failed, but there may be more
  private boolean ended;

  /**
   * Prepares a copy.
   *
   * @param target makes the top directory to copy into
   * @param deep whether to go into directories
   */
  public TreeCopy(
      TransferCall call,
      SourceTree source,
      Function<EntryAttributes, CompletableFuture<TargetDirectory>> target,
      TreePaths paths,
      boolean deep) {
    this.call = call;
    this.source = source;
    this.paths = paths;
    this.deep = deep;
    report = new TreeReport(call);
    writableDirectories = new WritableDirectories(call);
    var entryDeleter = new EntryDeleter(call, report, this::isWanted, writableDirectories);
    directories = new DirectoryPairs(call, report, entryDeleter, writableDirectories, target);
    attributes = new DirectoryAttributes(call);
    retriedFiles = new RetriedFiles(call, this::pump);
    extraneous = new ExtraneousEntries(call, entryDeleter, this::isWanted);
  }

  /** Copies; returns what became of it. */
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
    ask();
    endWhenIdle();
  }

  private void ask() {
    if (asking
        || ended
        || done.isDone()
        || call.isStopped()
        || active - retriedFiles.waiting()
            >= Math.min(MOST_AHEAD, LOOK_AHEAD * (long) call.options().parallelism())) {
      return;
    }
    asking = true;
    step(
        call.recover(source.next(), this::unreadable),
        entry -> {
          asking = false;
          if (entry.isPresent()) {
            take(entry.get());
          } else if (!passed) {
            ended = true;
            call.meter().setTotal(seenFiles, seenBytes);
          }
          passed = false;
          pump();
        });
  }

  /** Passes over what can't be listed, unless it is the top, without which there is nothing. */
  private CompletableFuture<Optional<TreeEntry>> unreadable(Throwable failure) {
    String at = source.failedAt();
    if (at.isEmpty() || !report.isPassable(failure)) {
      return CompletableFuture.failedFuture(failure);
    }
    passed = true;
    DirectoryPair in = path.element();
    CompletableFuture<?> made = in.made == null ? CompletableFuture.completedFuture(true) : in.made;
    begin(in, at, call.then(made, there -> CompletableFuture.failedFuture(failure)), nothing -> {});
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private void take(TreeEntry entry) {
    DirectoryPair parent = path.peek();
    if (parent != null && call.options().deleteExtraneous()) {
      parent.names.add(entry.name());
    }
    switch (entry.kind()) {
      case DIRECTORY -> directory(entry);
      case DIRECTORY_END -> endOfDirectory();
      case FILE -> {
        if (isWanted(entry.relative())) {
          file(entry);
        }
      }
      case LINK -> {
        if (isWanted(entry.relative())) {
          link(entry);
        }
      }
      case OTHER -> leaveOut(entry, "not a file, a directory or a link");
      case DEAD_LINK -> leaveOut(entry, "the link leads nowhere");
      case LOOP -> leaveOut(entry, "the link leads to a directory that holds it");
    }
  }

  private boolean isWanted(String relative) {
    Predicate<String> filter = call.options().filter();
    try {
      return filter == null || filter.test(relative);
    } catch (RuntimeException e) {
      throw new UserCodeException(e);
    }
  }

  private void leaveOut(TreeEntry entry, String why) {
    if (isWanted(entry.relative())) {
      report.skipped();
      call.warn(source.path(entry) + ": skipped: " + why);
    }
  }

  private void directory(TreeEntry entry) {
    if (entry.depth() > 0 && !deep) {
      return;
    }
    var directory = new DirectoryPair(call, entry, path.peek());
    path.push(directory);
    boolean isTop = entry.depth() == 0;
    if (isTop ? !call.options().deleteExtraneous() : call.options().filter() == null) {
      seenDirectories |= !isTop;
      begin(directory, entry.relative(), directories.made(directory), made -> {});
    }
  }

  private void endOfDirectory() {
    DirectoryPair directory = path.element();
    CompletableFuture<?> copied = directory.similarNameQueue.end();
    if (call.options().deleteExtraneous()) {
      if (directory.parent == null && isEmptySource()) {
        done.completeExceptionally(emptySource());
        return;
      }
      begin(
          directory,
          directory.entry.relative(),
          call.then(
              call.then(copied, all -> directories.existing(directory)),
              folder -> takeDown(directory, folder)),
          found -> directory.isTouched |= found);
    }
    path.pop();
    attributes.add(directory);
  }

  /** Takes down what is extraneous in a directory's counterpart; says whether anything is. */
  private CompletableFuture<Boolean> takeDown(
      DirectoryPair directory, Optional<TargetDirectory> folder) {
    boolean found =
        folder.isPresent()
            && extraneous.find(folder.get(), directory.names, directory.entry.relative());
    directory.names.clear();
    return CompletableFuture.completedFuture(found);
  }

  private boolean isEmptySource() {
    return seenFiles == 0
        && !seenDirectories
        && !report.hasFailures()
        && !call.options().allowEmptySource();
  }

  private TransferException emptySource() {
    var details =
        call.store()
            .details(
                paths.remote(),
                "there is nothing to copy in "
                    + paths.source()
                    + ", and deleteExtraneous would empty "
                    + paths.target()
                    + "; allowEmptySource(true) lets it");
    return new TransferException(
        details, paths.source(), paths.target(), 0, call.attempts().count(), null, null);
  }

  private void file(TreeEntry entry) {
    seenFiles++;
    seenBytes += Math.max(0, entry.entryAttributes().size());
    var progress = new FileProgress(call.meter(), entry::relative);
    into(
        entry,
        targetDirectory ->
            new FileCopy(
                    call,
                    source.file(entry),
                    targetDirectory.file(entry.name()),
                    () -> paths.remote(entry.relative()),
                    progress)
                .run(),
        copied -> {
          report.copied(entry.relative(), copied);
          if (copied < 0) {
            leftOut(entry, progress.counted());
          }
          return copied >= 0;
        });
  }

  /** Takes a file off what there is to do, save what has been done of it. */
  private void leftOut(TreeEntry file, long done) {
    seenBytes -= Math.max(0, file.entryAttributes().size() - done);
    if (ended) {
      call.meter().setTotal(seenFiles, seenBytes);
    }
  }

  private void link(TreeEntry entry) {
    if (call.options().symlinks() == Symlinks.SKIP) {
      report.skipped();
      return;
    }
    seenFiles++;
    into(
        entry,
        targetDirectory ->
            call.then(
                source.link(entry),
                text ->
                    targetDirectory
                        .link(entry.name(), text)
                        .thenApply(made -> made ? Optional.of(text) : Optional.<String>empty())),
        text -> {
          text.ifPresentOrElse(to -> report.linked(entry.relative(), to), report::skipped);
          call.meter().finished(entry.relative(), 0, 0);
          return text.isPresent();
        });
  }

  /**
   * Puts an entry into the current directory.
   *
   * @param then hears what came of it, and says whether the directory was changed
   */
  private <T> void into(
      TreeEntry entry, Function<TargetDirectory, CompletableFuture<T>> work, Predicate<T> then) {
    DirectoryPair directory = path.element();
    begin(
        directory,
        entry.relative(),
        directory.similarNameQueue.take(
            entry.name(),
            isSecond ->
                call.then(
                    directories.made(directory),
                    targetDirectory ->
                        call.then(
                            directories.prepared(directory, targetDirectory, entry, isSecond),
                            ready ->
                                retriedFiles.copy(
                                    () ->
                                        writableDirectories.in(ready, () -> work.apply(ready)))))),
        value -> directory.isTouched |= then.test(value));
  }

  /**
   * Has something done that goes on by itself.
   *
   * @param in the directory that it is about
   * @param relative what fails if it fails
   */
  private <T> void begin(
      DirectoryPair in, String relative, CompletableFuture<T> work, Consumer<T> then) {
    active++;
    CompletableFuture<Optional<T>> passing =
        call.recover(
            work.thenApply(Optional::of),
            failure -> {
              in.isTouched = true;
              return isPassable(in, relative, failure)
                  ? CompletableFuture.completedFuture(Optional.<T>empty())
                  : CompletableFuture.failedFuture(failure);
            });
    step(
        passing,
        value -> {
          active--;
          value.ifPresent(then);
          pump();
        });
  }

  /** What was to go into a directory that could not be made is part of that one's failure. */
  private boolean isPassable(DirectoryPair in, String relative, Throwable failure) {
    return in.isDead()
        ? in.parent != null && report.isPassable(failure)
        : report.accepts(relative, failure);
  }

  private <T> void step(CompletableFuture<T> work, Consumer<T> next) {
    call.step(done, work, UnaryOperator.identity(), next);
  }

  private void endWhenIdle() {
    if (!ended || active > retriedFiles.waiting() || done.isDone() || retriedFiles.next()) {
      return;
    }
    boolean spares = report.hasFailures();
    CompletableFuture<Void> deleted =
        call.options().deleteExtraneous() && !spares
            ? extraneous.delete()
            : CompletableFuture.completedFuture(null);
    step(
        call.then(
            call.then(deleted, all -> writableDirectories.restore()), all -> attributes.keep()),
        kept -> end(spares));
  }

  private void end(boolean spares) {
    call.unregister(this);
    if (report.hasFailures()) {
      done.completeExceptionally(report.failure(paths, spares));
    } else {
      call.reportDone();
      done.complete(report.result());
    }
  }
}
