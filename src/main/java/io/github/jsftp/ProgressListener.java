package io.github.jsftp;

/** Watches transfers; see {@link TransferOptions.Builder#progress}. */
@FunctionalInterface
public interface ProgressListener {

  /**
   * Takes a snapshot. Called on the thread that called the transfer, about ten times a second at
   * the most; the last call of a transfer that succeeds has {@link Progress#done()}. What this
   * method throws ends the transfer and reaches its caller.
   */
  void progress(Progress progress);
}
