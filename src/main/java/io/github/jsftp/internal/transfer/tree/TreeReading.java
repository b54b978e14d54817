package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.ContentCallback;
import io.github.jsftp.FileInfo;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.transfer.context.FileProgress;
import io.github.jsftp.internal.transfer.context.OutcomeQueue.Slot;
import io.github.jsftp.internal.transfer.context.ReadAheadBuffers;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.FileCopy;
import io.github.jsftp.internal.transfer.source.RemoteSourceTree;
import io.github.jsftp.internal.transfer.source.SourceTree;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import io.github.jsftp.internal.transfer.tree.FileSelection.Candidate;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Passes the files of a remote tree to the user's code, one after the other and in order. While it
 * reads one, the next ones arrive: as many as the options allow to be open, and as many bytes as
 * {@link ReadAheadBuffers} lends. Failures take their place in the order.
 */
public final class TreeReading implements TransferCall.Abortable {
  /** The maximum number of files ahead: all are held in memory, even if they are empty. */
  private static final int MAX_AHEAD = 1024;

  /** The number of files ahead, as a multiple of {@code parallelism}. */
  private static final int LOOK_AHEAD = 10;

  /** What a file counts if its size is unknown or 0, which may be wrong. */
  private static final long UNKNOWN_SIZE = 32 << 10;

  private final TransferCall call;
  private final ContentCallback reader;
  private final TreeReport report;
  private final SourceTree source;
  private final FileSelection selection;
  private final ReadAheadBuffers buffers;
  private final ArrayDeque<ReadFile> ahead = new ArrayDeque<>();
  private CompletableFuture<Void> changed = new CompletableFuture<>();
  private boolean isRequesting;
  private boolean isWalked; // all entries are known, or no further one is needed
  private ArrayDeque<Candidate> selected = new ArrayDeque<>(); // known only after the walk
  private long filesStarted;
  private long bytesAhead;
  private long seenFiles;
  private long seenBytes;

  /** Prepares to read a tree. */
  public TreeReading(TransferCall call, String top, TreePaths paths, ContentCallback reader) {
    this.call = call;
    this.reader = reader;
    source = new RemoteSourceTree(call, top, true);
    selection = new FileSelection(call.options(), source);
    report = new TreeReport(call, source, paths);
    buffers = call.readAheadBuffers();
  }

  /** Reads the tree, and returns once the user's code has received the last file. */
  public TreeResult run() throws IOException {
    call.register(this);
    try {
      pump();
      ReadFile next = take();
      while (next != null) {
        read(next);
        next = take();
      }
      if (report.hasFailures()) {
        throw report.failure(false);
      }
      call.unregister(this);
      call.reportDone();
      return report.result();
    } finally {
      buffers.close();
    }
  }

  @Override
  public CompletableFuture<Void> abort() {
    source.close();
    return CompletableFuture.completedFuture(null);
  }

  /** Waits for the next file or failure; null at the end of the tree. */
  private @Nullable ReadFile take() throws IOException {
    call.loop().runQueued();
    while (ahead.isEmpty() && !isSourceEnded()) {
      changed = new CompletableFuture<>();
      pump();
      if (ahead.isEmpty() && !isSourceEnded()) {
        call.awaitEvent(changed);
      }
    }
    return ahead.poll();
  }

  private void read(ReadFile file) throws IOException {
    bytesAhead -= file.size();
    buffers.setCurrent(file.number);
    pump();
    try {
      file.target.awaitOpen();
      call.userCode()
          .run(
              () -> {
                reader.accept(file.info(), file.target.stream());
                return true;
              });
      call.throwIfCancelled();
      file.target.awaitVerification(file.size());
    } catch (IOException | RuntimeException e) {
      if (!isFailureOf(file, e)) {
        throw e;
      }
    }
    Throwable failure = file.target.failure();
    end(file);
    if (failure == null) {
      report.copied(file.slot, Objects.requireNonNull(file.entry), file.target.position());
    } else if (file.relative.isEmpty()
        || !report.record(file.slot, file.relative, file.entry, failure)) {
      throw Await.failure(failure);
    }
    file.slot.close();
  }

  /** Returns true if the user's code has failed only because the file could not be read. */
  private static boolean isFailureOf(ReadFile file, Throwable thrown) {
    Throwable failure = file.target.failure();
    Throwable cause = thrown;
    while (cause != null && cause != failure) {
      cause = cause.getCause();
    }
    return cause != null;
  }

  /** Closes a file, which may have been read only in part. */
  private void end(ReadFile file) {
    boolean isComplete = file.target.isVerified();
    file.target.close();
    FileCopy copy = file.copy;
    if (copy == null || isComplete) {
      return;
    }
    copy.abort();
    call.unregister(copy);
    seenBytes -= Math.max(0, file.knownSize() - file.progress.counted());
    setTotal();
    if (file.target.failure() == null) {
      file.progress.finished(file.target.position());
    }
  }

  private void setTotal() {
    if (isSourceEnded()) {
      call.meter().setTotal(seenFiles, seenBytes);
    }
  }

  private void pump() {
    while (!selected.isEmpty() && hasRoom()) {
      var entry = selected.remove().entry();
      start(new ReadFile(entry.relative(), entry));
      setTotal();
    }
    if (isRequesting || isWalked || !hasRoom()) {
      return;
    }
    isRequesting = true;
    source
        .next()
        .whenCompleteAsync(
            (entry, failure) -> {
              isRequesting = false;
              try {
                if (failure != null) {
                  fail(source.failedAt(), null, Await.cause(failure));
                } else if (entry.isEmpty()) {
                  endWalk();
                } else {
                  handle(entry.get());
                }
              } catch (UserCodeException e) { // of a filter
                fail("", null, e);
              }
              changed.complete(null);
              pump();
            },
            call.loop());
  }

  private boolean isSourceEnded() {
    return isWalked && selected.isEmpty();
  }

  private boolean hasRoom() {
    return !call.isStopped()
        && call.outcomes().hasRoom()
        && ahead.size() < Math.min(MAX_AHEAD, LOOK_AHEAD * (long) call.options().parallelism())
        && bytesAhead < buffers.maxAhead();
  }

  private void endWalk() {
    isWalked = true;
    selected = selection.selected();
    setTotal();
  }

  /** Puts a failure in the place of an entry. Nothing after it is requested if it ends the call. */
  private void fail(String relative, @Nullable TreeEntry entry, Throwable failure) {
    var failed = new ReadFile(relative, entry);
    failed.target.fail(failure);
    bytesAhead += failed.size();
    ahead.add(failed);
    isWalked = relative.isEmpty() || !report.isRecoverable(failure);
  }

  private void handle(TreeEntry entry) {
    switch (entry.kind()) {
      case FILE -> select(entry);
      case LINK -> skip(entry, null);
      case OTHER -> skip(entry, "not a file, a directory or a link");
      case DANGLING_LINK -> skip(entry, "dangling link");
      case LOOP -> skip(entry, "the link points to a directory that contains it");
      case DIRECTORY, DIRECTORY_END -> {}
    }
  }

  private boolean isWanted(TreeEntry entry) {
    return selection.accepts(entry.relative(), () -> source.info(entry));
  }

  /** Starts to read an accepted file, or keeps it until all of the tree is known. */
  private void select(TreeEntry entry) {
    if (!isWanted(entry)) {
      return;
    } else if (selection.needsTimes() && entry.attributes().modified() == null) {
      fail(entry.relative(), entry, report.unknownTime(entry, selection.timeOption()));
    } else if (selection.needsAll()) {
      selection.add(null, entry);
    } else if (selection.take()) {
      start(new ReadFile(entry.relative(), entry));
      if (selection.isFull()) {
        source.close();
        endWalk();
      }
    }
  }

  private void skip(TreeEntry entry, @Nullable String why) {
    if (isWanted(entry)) {
      Slot slot = call.outcomes().open();
      report.skipped(slot, entry);
      slot.close();
      if (why != null) {
        call.warn(source.path(entry) + ": skipped: " + why);
      }
    }
  }

  private void start(ReadFile file) {
    seenFiles++;
    seenBytes += file.knownSize();
    bytesAhead += file.size();
    ahead.add(file);
    call.handles().send(() -> copy(file));
  }

  /** Starts to copy a file, and returns a future that completes once it is closed on the server. */
  private CompletableFuture<Void> copy(ReadFile file) {
    if (file.target.isClosed() || call.isStopped()) {
      return CompletableFuture.completedFuture(null);
    }
    TreeEntry entry = Objects.requireNonNull(file.entry);
    var copy =
        new FileCopy(
            call, source.file(entry), file.target, () -> source.path(entry), file.progress);
    file.copy = copy;
    copy.run()
        .whenCompleteAsync(
            (bytes, failure) -> {
              if (failure != null) {
                file.target.fail(Await.cause(failure));
              }
            },
            call.loop());
    return file.target.allArrived();
  }

  /** A file to read. If it can't be read, its target has the failure. */
  private final class ReadFile {
    final long number = filesStarted++;
    final String relative;
    final @Nullable TreeEntry entry;
    final Slot slot = call.outcomes().open();
    final InputTarget target = new InputTarget(call, buffers.forFile(number));
    final FileProgress progress;
    @Nullable FileCopy copy;

    ReadFile(String relative, @Nullable TreeEntry entry) {
      this.relative = relative;
      this.entry = entry;
      progress = new FileProgress(call.meter(), () -> relative);
    }

    FileInfo info() {
      return source.info(Objects.requireNonNull(entry));
    }

    long knownSize() {
      return entry == null ? 0 : Math.max(0, entry.attributes().size());
    }

    /** Returns the number of bytes to expect. */
    long size() {
      return entry == null ? 0 : knownSize() > 0 ? knownSize() : UNKNOWN_SIZE;
    }
  }
}
