package io.github.jsftp;

import io.github.jsftp.internal.console.ConsoleProgress;

/** A listener for the progress of transfers. See {@link TransferOptions.Builder#progress}. */
@FunctionalInterface
public interface ProgressListener {

  /**
   * Receives a snapshot. It is called on the thread that started the transfer, at most about ten
   * times per second. The last call of a successful transfer has {@link Progress#done()}. An
   * exception from this method ends the transfer and is thrown to its caller; there are no further
   * calls. While this method blocks, only its own transfer waits.
   */
  void progress(Progress progress);

  /**
   * Returns a listener that shows transfers on {@link System#err}. On a terminal it draws a
   * progress bar as wide as the terminal. Otherwise it prints a line after a few seconds, further
   * ones at growing intervals, and one at the end. It can be used for any number of transfers, one
   * after the other.
   */
  static ProgressListener console() {
    return ConsoleProgress.onStandardError();
  }
}
