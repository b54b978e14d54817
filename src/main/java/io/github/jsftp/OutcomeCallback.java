package io.github.jsftp;

import java.io.IOException;

/** A callback of {@link TransferOptions.Builder#onFile}, such as {@code list::add}. */
@FunctionalInterface
public interface OutcomeCallback {
  /**
   * Receives what was done with a file, link or directory. Called on the thread that started the
   * transfer.
   *
   * @throws IOException to end the call. It is thrown to the caller unchanged, and so is an
   *     unchecked exception
   */
  void accept(FileOutcome outcome) throws IOException;
}
