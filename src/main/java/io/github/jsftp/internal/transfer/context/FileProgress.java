package io.github.jsftp.internal.transfer.context;

import java.util.function.Supplier;

/** The progress of one file, over all tries to copy it. No byte is counted twice. */
public final class FileProgress {
  private final ProgressMeter meter;
  private final Supplier<String> name;
  private long counted;

  /**
   * The progress of a file that has not begun.
   *
   * @param name how progress calls the file
   */
  public FileProgress(ProgressMeter meter, Supplier<String> name) {
    this.meter = meter;
    this.name = name;
  }

  /** Returns how many bytes of the file have been counted. */
  public long counted() {
    return counted;
  }

  /**
   * Counts bytes unless an earlier try has.
   *
   * @param size the file's size, -1 if it is not known
   * @param done how many of its bytes are done
   */
  public void advanceTo(long size, long done) {
    long more = Math.max(0, done - counted);
    counted += more;
    meter.add(name.get(), size, counted, more);
  }

  /** Counts bytes that an earlier call has left. */
  public void resumeAt(long size, long left) {
    meter.resumed(Math.max(0, left - counted));
    advanceTo(size, left);
  }

  /** Reports a file that is complete but not yet in its place. */
  public void complete(long size) {
    meter.fileComplete(name.get(), size, counted);
  }

  /** Counts a file that is done, or that was left out, with -1 for its size. */
  public void finished(long size) {
    meter.finished(name.get(), size, counted);
  }
}
