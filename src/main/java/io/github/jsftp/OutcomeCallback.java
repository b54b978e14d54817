package io.github.jsftp;

import java.io.IOException;

/** A callback of {@link TransferOptions.Builder#onFile}, such as {@code list::add}. */
@FunctionalInterface
public interface OutcomeCallback {
  /**
   * Receives what was done with a file.
   *
   * @throws IOException to end the call; it is thrown to the caller unchanged
   */
  void accept(FileOutcome outcome) throws IOException;
}
