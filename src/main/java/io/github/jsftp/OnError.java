package io.github.jsftp;

/** How to proceed after a failure in a tree, in a list of files or in a list of paths. */
public enum OnError {
  /** Stop at the first failure. */
  ABORT,
  /**
   * Do everything else, then throw one exception with a report of all failures: a {@link
   * TransferException}, or from {@link Connection#removeAll removeAll} and the like a {@link
   * BulkException}. A lost connection, an interrupt, and an exception from a filter or a listener
   * still end the call at once.
   */
  CONTINUE
}
