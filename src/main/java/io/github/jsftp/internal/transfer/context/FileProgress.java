package io.github.jsftp.internal.transfer.context;

import java.util.function.Supplier;

/** The progress of one file over all attempts to copy it. No byte is counted twice. */
public final class FileProgress {
  private final ProgressMeter meter;
  private final Supplier<String> name;
  private long counted;

  /**
   * Creates the progress of a file that has not started.
   *
   * @param name returns the file's name for progress reports
   */
  public FileProgress(ProgressMeter meter, Supplier<String> name) {
    this.meter = meter;
    this.name = name;
  }

  /** Returns the number of bytes counted so far. */
  public long counted() {
    return counted;
  }

  /**
   * Counts the bytes that no earlier attempt has counted.
   *
   * @param size the file's size in bytes, -1 if unknown
   * @param done the number of bytes copied so far
   */
  public void advanceTo(long size, long done) {
    long more = Math.max(0, done - counted);
    counted += more;
    meter.add(name.get(), size, counted, more);
  }

  /** Counts bytes that an earlier call has copied. */
  public void resumeAt(long size, long offset) {
    meter.addResumed(Math.max(0, offset - counted));
    advanceTo(size, offset);
  }

  /** Reports a file that is complete but not yet under its final name. */
  public void complete(long size) {
    meter.fileComplete(name.get(), size, counted);
  }

  /** Counts a file that is finished or was skipped; the size of a skipped file is -1. */
  public void finished(long size) {
    meter.finished(name.get(), size, counted);
  }
}
