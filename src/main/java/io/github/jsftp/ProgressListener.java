package io.github.jsftp;

import io.github.jsftp.internal.console.ConsoleProgress;

/** Watches transfers; see {@link TransferOptions.Builder#progress}. */
@FunctionalInterface
public interface ProgressListener {

  /**
   * Takes a snapshot. Called on the thread that called the transfer, about ten times a second at
   * the most; the last call of a transfer that succeeds has {@link Progress#done()}. What this
   * method throws ends the transfer and reaches its caller; it is then called no more. While it
   * blocks, only its own transfer waits.
   */
  void progress(Progress progress);

  /**
   * Returns a listener that shows transfers on {@link System#err}: as a bar where that is a
   * terminal and the optional library {@code me.tongfei:progressbar} is there, else in a line every
   * few seconds and one at the end. It can be used for any number of transfers, one after the
   * other.
   */
  static ProgressListener console() {
    return new ConsoleProgress(System.err, ConsoleProgress.isTerminal());
  }
}
