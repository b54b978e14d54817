package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.directory.TreeWalker;
import io.github.jsftp.internal.transfer.context.FailedFileRetrier;
import io.github.jsftp.internal.transfer.context.FileProgress;
import io.github.jsftp.internal.transfer.context.OutcomeQueue.Slot;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.FileCopy;
import io.github.jsftp.internal.transfer.source.SourceTree;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Copies the files and links of a tree, each when its target directory is ready, and counts them
 * for the progress listener.
 */
final class EntryCopier {
  private final TransferCall call;
  private final SourceTree source;
  private final TreePaths paths;
  private final TreeReport report;
  private final TargetDirectoryCreator directories;
  private final TemporaryWriteAccess temporaryWriteAccess;
  private final FailedFileRetrier failedFileRetrier;
  private final MovedSources movedSources;
  private long files;
  private long bytes;
  private boolean isAllCounted;

  EntryCopier(
      TransferCall call,
      SourceTree source,
      TreePaths paths,
      TreeReport report,
      TargetDirectoryCreator directories,
      TemporaryWriteAccess temporaryWriteAccess,
      FailedFileRetrier failedFileRetrier,
      MovedSources movedSources) {
    this.call = call;
    this.source = source;
    this.paths = paths;
    this.report = report;
    this.directories = directories;
    this.temporaryWriteAccess = temporaryWriteAccess;
    this.failedFileRetrier = failedFileRetrier;
    this.movedSources = movedSources;
  }

  /**
   * A copied file.
   *
   * @param size the number of bytes, or -1 if the file was skipped
   */
  private record Copied(FileCopy copy, long size) {}

  /** Adds an entry that will be copied to the total. */
  void count(TreeEntry entry) {
    files++;
    bytes += size(entry);
  }

  /** Reports the total, which is now complete. */
  void allCounted() {
    isAllCounted = true;
    call.meter().setTotal(files, bytes);
  }

  /**
   * Copies a file or a link. Returns true if the target directory was modified.
   *
   * @param slot receives the outcomes
   */
  CompletableFuture<Boolean> copy(DirectoryPair directory, TreeEntry entry, Slot slot) {
    return entry.kind() == TreeWalker.Kind.LINK
        ? copyLink(directory, entry, slot)
        : copyFile(directory, entry, slot);
  }

  private CompletableFuture<Boolean> copyFile(DirectoryPair directory, TreeEntry entry, Slot slot) {
    var progress = new FileProgress(call.meter(), entry::relative);
    CompletableFuture<Copied> copying =
        copyInto(
            directory,
            entry,
            slot,
            target -> {
              var copy =
                  new FileCopy(
                      call,
                      source.file(entry),
                      target.file(entry.name()),
                      () -> paths.remote(entry.relative()),
                      progress);
              return copy.copyOnly().thenApply(copied -> new Copied(copy, copied));
            });
    CompletableFuture<Long> moving =
        call.then(
            copying,
            copied ->
                movedSources
                    .removeFile(entry, copied.copy, copied.size)
                    .thenApply(removed -> copied.size));
    return call.then(
        moving,
        copied -> {
          if (copied >= 0) {
            report.copied(slot, entry, copied);
          } else {
            report.skipped(slot, entry);
            subtractSkipped(entry, progress.counted());
          }
          return CompletableFuture.completedFuture(copied >= 0);
        });
  }

  /** Removes a skipped file from the total, except for the bytes already counted. */
  private void subtractSkipped(TreeEntry file, long done) {
    bytes -= Math.max(0, file.attributes().size() - done);
    if (isAllCounted) {
      call.meter().setTotal(files, bytes);
    }
  }

  private CompletableFuture<Boolean> copyLink(DirectoryPair directory, TreeEntry entry, Slot slot) {
    CompletableFuture<Optional<String>> creating =
        copyInto(
            directory,
            entry,
            slot,
            target ->
                call.then(
                    source.link(entry),
                    text ->
                        target
                            .createLink(entry.name(), text)
                            .thenApply(
                                made -> made ? Optional.of(text) : Optional.<String>empty())));
    return call.then(
        call.then(
            creating,
            text -> movedSources.removeLink(entry, text.isPresent()).thenApply(removed -> text)),
        text -> {
          text.ifPresentOrElse(
              to -> report.linked(slot, entry, to), () -> report.skipped(slot, entry));
          call.meter().finished(entry.relative(), 0, 0);
          return CompletableFuture.completedFuture(text.isPresent());
        });
  }

  private <T> CompletableFuture<T> copyInto(
      DirectoryPair directory,
      TreeEntry entry,
      Slot slot,
      Function<TargetDirectory, CompletableFuture<T>> work) {
    return directory.similarNameQueue.submit(
        entry.name(),
        isSecond ->
            call.then(
                directories.getOrCreate(directory, slot),
                target ->
                    call.then(
                        directories.prepare(directory, target, entry, isSecond, slot),
                        ready ->
                            failedFileRetrier.copy(
                                () ->
                                    temporaryWriteAccess.change(ready, () -> work.apply(ready))))));
  }

  private static long size(TreeEntry entry) {
    return entry.kind() == TreeWalker.Kind.LINK ? 0 : Math.max(0, entry.attributes().size());
  }
}
