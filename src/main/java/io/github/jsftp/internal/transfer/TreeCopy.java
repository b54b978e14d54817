package io.github.jsftp.internal.transfer;

import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.TreeResult;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Copies a tree, in either direction: takes entries in the order of the walk, and has as many of
 * them on their way as the connection carries. What goes into a directory waits until that is made.
 */
final class TreeCopy implements Call.Undoable {
  private final Call call;
  private final SourceTree source;
  private final Supplier<CompletableFuture<Folder>> target;
  private final UnaryOperator<String> remote;
  private final boolean deep;
  private final ArrayDeque<Directory> path = new ArrayDeque<>();
  private final TreeMap<Integer, List<Kept>> kept = new TreeMap<>();
  private final CompletableFuture<TreeResult> done = new CompletableFuture<>();
  private long seenFiles;
  private long seenBytes;
  private long transferred;
  private long skipped;
  private long bytes;
  private int active;
  private boolean asking;
  private boolean ended;

  /**
   * Prepares a copy.
   *
   * @param target makes the top directory to copy into
   * @param remote turns a path relative to the top into the remote path
   * @param deep whether to go into directories
   */
  TreeCopy(
      Call call,
      SourceTree source,
      Supplier<CompletableFuture<Folder>> target,
      UnaryOperator<String> remote,
      boolean deep) {
    this.call = call;
    this.source = source;
    this.target = target;
    this.remote = remote;
    this.deep = deep;
  }

  /** Copies; returns what became of it. */
  CompletableFuture<TreeResult> run() {
    call.began(this);
    pump();
    return done;
  }

  @Override
  public CompletableFuture<Void> abort() {
    source.close();
    return CompletableFuture.completedFuture(null);
  }

  private void pump() {
    if (asking || ended || done.isDone() || call.isStopped() || active >= limit()) {
      return;
    }
    asking = true;
    step(
        source.next(),
        entry -> {
          asking = false;
          if (entry.isPresent()) {
            take(entry.get());
          } else {
            ended = true;
            call.meter().total(seenFiles, seenBytes);
          }
          pump();
          endWhenIdle();
        });
  }

  private int limit() {
    return Math.min(call.options().parallelism(), Math.max(1, call.store().window()));
  }

  private void take(TreeEntry entry) {
    switch (entry.kind()) {
      case DIRECTORY -> directory(entry);
      case DIRECTORY_END -> endOfDirectory();
      case FILE -> {
        if (isWanted(entry)) {
          file(entry);
        }
      }
      case LINK -> {
        if (isWanted(entry)) {
          link(entry);
        }
      }
      case OTHER -> leaveOut(entry, "not a file, a directory or a link");
      case DEAD_LINK -> leaveOut(entry, "the link leads nowhere");
      case LOOP -> leaveOut(entry, "the link leads to a directory that holds it");
    }
  }

  private boolean isWanted(TreeEntry entry) {
    Predicate<String> filter = call.options().filter();
    try {
      return filter == null || filter.test(entry.relative());
    } catch (RuntimeException e) {
      throw new UserFailure(e);
    }
  }

  private void leaveOut(TreeEntry entry, String why) {
    if (isWanted(entry)) {
      skipped++;
      call.warn(source.path(entry) + ": skipped: " + why);
    }
  }

  private void directory(TreeEntry entry) {
    if (entry.depth() > 0 && !deep) {
      return;
    }
    var directory = new Directory(entry, path.peek());
    path.push(directory);
    if (call.options().filter() == null || entry.depth() == 0) {
      begin(folder(directory), made -> {});
    }
  }

  private void endOfDirectory() {
    Directory directory = path.pop();
    CompletableFuture<Folder> made = directory.made;
    if (made != null && (call.options().preserveMtime() || call.options().preserveMode())) {
      kept.computeIfAbsent(-directory.entry.depth(), depth -> new ArrayList<>())
          .add(new Kept(made, directory.entry.facts()));
    }
  }

  private CompletableFuture<Folder> folder(Directory directory) {
    CompletableFuture<Folder> made = directory.made;
    if (made == null) {
      Directory parent = directory.parent;
      made =
          parent == null
              ? target.get()
              : call.then(folder(parent), folder -> folder.enter(directory.entry.name()));
      directory.made = made;
    }
    return made;
  }

  private void file(TreeEntry entry) {
    seenFiles++;
    seenBytes += Math.max(0, entry.facts().size());
    begin(
        call.then(
            folder(path.element()),
            folder ->
                new FileCopy(
                        call,
                        source.file(entry),
                        folder.file(entry.name()),
                        remote.apply(entry.relative()),
                        entry.relative())
                    .run()),
        copied -> {
          if (copied < 0) {
            skipped++;
          } else {
            transferred++;
            bytes += copied;
          }
        });
  }

  private void link(TreeEntry entry) {
    if (call.options().symlinks() == Symlinks.SKIP) {
      skipped++;
      return;
    }
    seenFiles++;
    begin(
        call.then(
            folder(path.element()),
            folder -> call.then(source.link(entry), text -> folder.link(entry.name(), text))),
        made -> {
          if (made) {
            transferred++;
          } else {
            skipped++;
          }
          call.meter().finished(entry.relative(), 0, 0);
        });
  }

  private <T> void begin(CompletableFuture<T> work, Consumer<T> then) {
    active++;
    step(
        work,
        value -> {
          active--;
          then.accept(value);
          pump();
          endWhenIdle();
        });
  }

  private <T> void step(CompletableFuture<T> work, Consumer<T> next) {
    call.step(done, work, UnaryOperator.identity(), next);
  }

  private void endWhenIdle() {
    if (ended && active == 0 && !done.isDone()) {
      keep();
    }
  }

  /** Keeps times and modes of directories, the deepest first, since that must come last. */
  private void keep() {
    var level = kept.pollFirstEntry();
    if (level == null) {
      call.ended(this);
      done.complete(
          new TreeResult(
              transferred, skipped, 0, List.of(), bytes, call.meter().elapsed(), call.warnings()));
      return;
    }
    var lanes = new Lanes(call.loop(), call.store()::window);
    step(
        CompletableFuture.allOf(
            level.getValue().stream()
                .map(one -> lanes.send(() -> one.folder().join().keep(one.source())))
                .toArray(CompletableFuture<?>[]::new)),
        all -> keep());
  }

  /** A directory on the way from the top to the current entry. */
  private static final class Directory {
    final TreeEntry entry;
    final @Nullable Directory parent;
    @Nullable CompletableFuture<Folder> made;

    Directory(TreeEntry entry, @Nullable Directory parent) {
      this.entry = entry;
      this.parent = parent;
    }
  }

  private record Kept(CompletableFuture<Folder> folder, Facts source) {}
}
