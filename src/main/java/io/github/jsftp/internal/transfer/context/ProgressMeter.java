package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.Progress;
import io.github.jsftp.ProgressListener;
import io.github.jsftp.internal.async.UserCode;
import io.github.jsftp.internal.async.UserCodeException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a call has done and tells its listener now and then. Used on the call's thread only,
 * so snapshots come in order.
 */
public final class ProgressMeter {
  private static final long INTERVAL_NANOS = 100_000_000;

  private final @Nullable ProgressListener listener;
  private final UserCode userCode;
  private final long startNanos = System.nanoTime();
  private long lastReportNanos = startNanos;
  private long files;
  private long bytes;
  private long resumed;
  private long totalFiles = -1;
  private long totalBytes = -1;
  private String file = "";
  private long fileBytes;
  private long fileSize = -1;
  private boolean isSingleFile;
  private boolean isMuted;

  ProgressMeter(@Nullable ProgressListener listener, UserCode userCode) {
    this.listener = listener;
    this.userCode = userCode;
  }

  /** Takes down how much there is to do in all. */
  public void setTotal(long allFiles, long allBytes) {
    totalFiles = allFiles;
    totalBytes = allBytes;
  }

  /** Takes down that there is but one file, whose size is all there is to do. */
  public void singleFile() {
    isSingleFile = true;
  }

  /** Tells nothing more, for the call has failed. */
  void mute() {
    isMuted = true;
  }

  /**
   * Counts bytes of a file.
   *
   * @param size the file's size, -1 if it is not known
   * @param done how many of its bytes are done, these included
   */
  void add(String name, long size, long done, long more) {
    setCurrentFile(name, size, done);
    bytes += more;
    if (isSingleFile && size >= 0) {
      setTotal(1, Math.max(totalBytes, size));
    }
    report();
  }

  /** Takes from the rate bytes that are about to be counted, since an earlier call moved them. */
  void resumed(long bytesLeft) {
    resumed += bytesLeft;
  }

  /** Counts a file that is done, or that was left out. */
  public void finished(String name, long size, long done) {
    files++;
    add(name, size, done, 0);
  }

  /**
   * Tells the listener about a file that is complete but not yet in its place: always if it is the
   * only one, and once before the first, so that every call can be cancelled before it has changed
   * anything.
   */
  void fileComplete(String name, long size, long done) {
    setCurrentFile(name, size, done);
    if (listener != null && !isMuted && (isSingleFile || lastReportNanos == startNanos)) {
      report(listener, false);
    }
  }

  /** Tells the end; returns what the listener throws, which is too late to end the call. */
  Optional<Exception> finish() {
    totalFiles = Math.max(totalFiles, files);
    totalBytes = Math.max(totalBytes, 0);
    try {
      if (listener != null && !isMuted) {
        report(listener, true);
      }
      return Optional.empty();
    } catch (UserCodeException e) {
      return Optional.of(e.thrown());
    }
  }

  /** Returns the bytes counted so far. */
  long bytes() {
    return bytes;
  }

  /** Returns the time since the call began. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private void setCurrentFile(String name, long size, long done) {
    file = name;
    fileSize = size < 0 ? -1 : Math.max(size, done); // such as 0 for files in /proc
    fileBytes = done;
  }

  private void report() {
    if (listener != null && !isMuted && System.nanoTime() - lastReportNanos >= INTERVAL_NANOS) {
      report(listener, false);
    }
  }

  private void report(ProgressListener to, boolean done) {
    var snapshot =
        new Progress(
            file,
            fileBytes,
            optional(fileSize),
            files,
            optional(totalFiles),
            bytes,
            optional(totalBytes < 0 ? -1 : Math.max(totalBytes, bytes)), // where a file has grown
            resumed,
            elapsed(),
            done);
    try {
      userCode.run(
          () -> {
            to.progress(snapshot);
            return true;
          });
    } catch (RuntimeException e) {
      isMuted = true; // what else has arrived by now is of no interest to it
      throw new UserCodeException(e);
    } finally {
      lastReportNanos =
          System.nanoTime(); // a listener that takes its time is not called more often for it
    }
  }

  private static OptionalLong optional(long number) {
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
