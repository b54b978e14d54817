package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * A directory being listed. Some batches are asked for ahead, more as long as they keep coming;
 * never more than a bounded number waits here. Not safe for use by several threads at once.
 */
public interface RemoteListing {

  /**
   * Returns the next entries in the order in which the server sends them, "." and ".." left out;
   * empty at the end. To be called again only when the one before has completed. Entries are as
   * lstat tells them. Fails with {@link UnsafeNames} at the end if the server has sent names that
   * are none, such as {@code ../x}; and with {@link StartedOver} when the listing continues, but
   * from the beginning.
   */
  CompletableFuture<List<FileInfo>> next();

  /** Closes the directory; done by itself at the end and after a failure. */
  void close();

  /** There are names that lead out of the directory; all other entries have come before. */
  final class UnsafeNamesException extends SftpException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, SftpException> refusals;

    /**
     * Creates the exception for these names.
     *
     * @param refusals a failure for each name, not empty; the keys show the names and are safe
     */
    public UnsafeNamesException(Map<String, SftpException> refusals) {
      super(refusals.values().iterator().next().details(), null);
      this.refusals = refusals;
    }

    public Map<String, SftpException> refusals() {
      return refusals;
    }
  }

  /** The line was lost, and the entries begin anew: those that came before are to be forgotten. */
  final class RestartedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Throwable lost;

    /** Creates the exception for what happened to the line. */
    public RestartedException(Throwable lost) {
      super(lost);
      this.lost = lost;
    }

    public Throwable lost() {
      return lost;
    }
  }
}
