package io.github.jsftp.internal.inbox;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.Inbox;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.results.Results;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What an inbox does.
 *
 * @param folder the absolute path of the folder
 * @param test accepts the files to handle
 * @param order the order in which they are handled
 * @param limit the maximum number of files handled in one poll
 * @param unchangedFor how long a file must have been unchanged, or null
 * @param doneFile the name of the file that marks another one as complete, or null
 * @param olderThan how old a file must be by the server's clock, or null
 * @param archive where handled files are moved to; if null, they are deleted or remembered
 * @param failed where files are moved to whose handler failed
 * @param remembered the number of handled files to remember, or 0 if files are claimed
 * @param claimTimeout when a claim of another poller counts as abandoned
 * @param journal the local file with the steps that were done, or null for the default one
 * @param temporary the local directory for downloads, or null for the default one
 * @param transfer the options of downloads
 * @param clock the time of this machine
 * @param distinct directories that are known not to be the folder; modifiable by several threads
 */
public record InboxSettings(
    Connection sftp,
    String folder,
    Inbox.Handler handler,
    Predicate<FileInfo> test,
    Comparator<FileInfo> order,
    int limit,
    @Nullable Duration unchangedFor,
    @Nullable DoneName doneFile,
    @Nullable Duration olderThan,
    @Nullable TargetPattern archive,
    TargetPattern failed,
    int remembered,
    Duration claimTimeout,
    @Nullable Path journal,
    @Nullable Path temporary,
    TransferOptions transfer,
    Supplier<Instant> clock,
    Set<String> distinct) {

  /** Returns true if nothing is changed on the server. */
  boolean readsOnly() {
    return remembered > 0;
  }

  /** Returns the absolute path of an entry in the folder. */
  String path(String entry) {
    return RemotePath.child(folder, entry);
  }

  /** Returns the attributes of an entry with its original name in place of that of a claim. */
  FileInfo named(FileInfo entry, String name) {
    return Results.NEW.fileInfo(
        path(name),
        entry.type(),
        entry.size(),
        entry.mode(),
        entry.uid(),
        entry.gid(),
        entry.hasTimes() ? entry.accessed() : null,
        entry.hasTimes() ? entry.modified() : null,
        null);
  }
}
