package io.github.jsftp.internal.remote;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * An open directory. Entries are requested ahead of the caller, more as the listing continues, up
 * to a limit. Not safe for use by several threads at once.
 */
public interface RemoteListing {

  /**
   * Returns the next entries, in the server's order and without "." and ".."; empty at the end.
   * Call it again only after the previous future has completed. The attributes are those of lstat.
   * After the last entries, fails with {@link UnsafeNamesException} if the server has sent names
   * that lead out of the directory, such as {@code ../x}. Fails with {@link RestartedException} if
   * the listing was restarted and continues with the first entry.
   */
  CompletableFuture<List<FileInfo>> next();

  /** Closes the directory. At the end and after a failure it is closed automatically. */
  void close();

  /** Thrown after all other entries if some names lead out of the directory. */
  final class UnsafeNamesException extends SftpException {
    private static final long serialVersionUID = 1L;

    private final transient Map<String, SftpException> refusals;

    /**
     * Creates the exception for these names.
     *
     * @param refusals the failure for each name, not empty; the keys are the names, made safe to
     *     display
     */
    public UnsafeNamesException(Map<String, SftpException> refusals) {
      super(refusals.values().iterator().next().details(), null);
      this.refusals = refusals;
    }

    public Map<String, SftpException> refusals() {
      return refusals;
    }
  }

  /**
   * Thrown after a lost connection: the listing restarts, so discard the entries returned so far.
   */
  final class RestartedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Throwable lost;

    /**
     * Creates the exception.
     *
     * @param lost the connection's failure
     */
    public RestartedException(Throwable lost) {
      super(lost);
      this.lost = lost;
    }

    public Throwable lost() {
      return lost;
    }
  }
}
