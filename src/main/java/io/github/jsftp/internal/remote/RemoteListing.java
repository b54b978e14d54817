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
   * After the last entries, fails with the first of the {@link #unsafeNames} if the server has sent
   * any. Fails with {@link RestartedException} if the listing was restarted and continues with the
   * first entry.
   */
  CompletableFuture<List<FileInfo>> next();

  /**
   * Returns the names sent so far that lead out of the directory, such as {@code ../x}: the failure
   * for each name, which is made safe to display.
   */
  Map<String, SftpException> unsafeNames();

  /** Closes the directory. At the end and after a failure it is closed automatically. */
  void close();

  /**
   * Thrown after a lost connection, or if the server refuses to read on: the listing restarts, so
   * discard the entries returned so far.
   */
  final class RestartedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Throwable lost;

    /**
     * Creates the exception.
     *
     * @param lost the failure of the connection, or of the listing
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
