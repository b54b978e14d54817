package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.ProgressListener;
import io.github.jsftp.internal.async.UserCode;
import io.github.jsftp.internal.async.UserCodeException;
import io.github.jsftp.internal.results.Results;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Counts the files and bytes of a call and reports them to its listener, about ten times a second.
 * Used on the call's thread only, so reports arrive in order.
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

  /** Records the total number of files and bytes. */
  public void setTotal(long allFiles, long allBytes) {
    totalFiles = allFiles;
    totalBytes = allBytes;
  }

  /** Records that the call copies a single file, whose size is the total. */
  public void singleFile() {
    isSingleFile = true;
  }

  /** Stops reporting, since the call has failed. */
  void mute() {
    isMuted = true;
  }

  /**
   * Counts bytes of a file.
   *
   * @param size the file's size in bytes, -1 if unknown
   * @param done the number of its bytes copied so far, including these
   * @param more the number of bytes to add
   */
  void add(String name, long size, long done, long more) {
    setCurrentFile(name, size, done);
    bytes += more;
    if (isSingleFile && size >= 0) {
      setTotal(1, Math.max(totalBytes, size));
    }
    report();
  }

  /**
   * Excludes bytes from the rate that are about to be counted, since an earlier call copied them.
   */
  void addResumed(long more) {
    resumed += more;
  }

  /** Counts a file that is finished or was skipped. */
  public void finished(String name, long size, long done) {
    files++;
    add(name, size, done, 0);
  }

  /**
   * Reports a file that is complete but not yet under its final name. A call with several files
   * does so only if it has reported nothing yet. A listener can thus cancel any call before it has
   * changed anything.
   */
  void fileComplete(String name, long size, long done) {
    setCurrentFile(name, size, done);
    if (listener != null && !isMuted && (isSingleFile || lastReportNanos == startNanos)) {
      report(listener, false);
    }
  }

  /**
   * Reports the end. Returns an exception of the listener, which comes too late to fail the call.
   */
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

  /** Returns the time since the start of the call. */
  public Duration elapsed() {
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  private void setCurrentFile(String name, long size, long done) {
    file = name;
    fileSize = size < 0 ? -1 : Math.max(size, done); // files in /proc have size 0
    fileBytes = done;
  }

  private void report() {
    if (listener != null && !isMuted && System.nanoTime() - lastReportNanos >= INTERVAL_NANOS) {
      report(listener, false);
    }
  }

  private void report(ProgressListener to, boolean done) {
    var snapshot =
        Results.NEW.progress(
            file,
            fileBytes,
            optional(fileSize),
            files,
            optional(totalFiles),
            bytes,
            optional(totalBytes < 0 ? -1 : Math.max(totalBytes, bytes)), // a file may have grown
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
      isMuted = true; // later reports are of no interest to a listener that failed
      throw new UserCodeException(e);
    } finally {
      lastReportNanos =
          System.nanoTime(); // after the call, so that a slow listener does not run back to back
    }
  }

  private static OptionalLong optional(long number) {
    return number < 0 ? OptionalLong.empty() : OptionalLong.of(number);
  }
}
