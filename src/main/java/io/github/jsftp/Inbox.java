package io.github.jsftp;

import io.github.jsftp.internal.inbox.DoneName;
import io.github.jsftp.internal.inbox.InboxPoll;
import io.github.jsftp.internal.inbox.InboxSettings;
import io.github.jsftp.internal.inbox.TargetPattern;
import io.github.jsftp.internal.path.Glob;
import io.github.jsftp.internal.path.RemotePath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A folder on the server whose complete files are processed, each once, and then archived.
 *
 * <pre>{@code
 * var inbox = Inbox.of(sftp, "outbox")
 *     .names("*.csv")
 *     .handler((info, file) -> load(file))
 *     .archive("done/{date}")
 *     .build();
 * InboxReport report = inbox.poll(); // for example once a minute
 * }</pre>
 *
 * <p>{@link #poll} makes one pass on the calling thread: it claims each complete file by renaming
 * it, downloads it, calls the handler, and archives the file. If the handler throws, the file is
 * moved to another directory, with the reason beside it. Several machines may poll the same folder.
 *
 * <p>A local journal records each step. If the program is killed at any point, the next poll
 * continues from there. No file is lost, and none is handed to a handler again unless the handler
 * was in progress at that moment. On another machine, or without the journal, the next poll waits
 * for {@link Builder#claimTimeout} first, and it can't know whether the handler had ended.
 *
 * <p>Immutable and safe for use by several threads: while one polls, {@link #poll} of the others
 * returns at once.
 */
public final class Inbox {
  private final InboxSettings settings;

  private Inbox(InboxSettings settings) {
    this.settings = settings;
  }

  /** Processes a file. */
  @FunctionalInterface
  public interface Handler {
    /**
     * Processes a file.
     *
     * @param info the attributes of the remote file, with the path that it had before it was
     *     claimed
     * @param file the downloaded file, with the name of the remote one; it is deleted afterwards,
     *     unless the handler has moved it
     * @throws Exception if the file can't be processed; it is then moved to the failed ones
     */
    void handle(FileInfo info, Path file) throws Exception;
  }

  /**
   * Returns a builder for an inbox.
   *
   * @param sftp the connection; with {@link ConnectionOptions.Builder#reconnect reconnect}, the
   *     default, it can be used for years
   * @param folder the folder on the server; a relative path starts at the current {@link
   *     Connection#pwd()}. Its subdirectories are not searched
   * @throws IllegalArgumentException if the path is invalid
   */
  public static Builder of(Connection sftp, String folder) {
    return new Builder(
        sftp, RemotePath.display(RemotePath.resolve(sftp.pwd(), folder, StandardCharsets.UTF_8)));
  }

  /**
   * Makes one pass over the folder, and returns when all complete files have been processed.
   *
   * <p>A failure that concerns one file is an outcome in the report, and the pass continues. Any
   * other failure ends the pass, such as a lost connection; what has been done so far is recorded,
   * and the next pass continues from there.
   *
   * @throws java.io.InterruptedIOException if the thread is interrupted. A file whose handler was
   *     interrupted stays claimed, and the next poll hands it to the handler again
   * @throws java.nio.file.FileSystemException if the journal or the directory for downloads can't
   *     be used
   */
  public InboxReport poll() throws IOException {
    long start = System.nanoTime();
    var result = InboxPoll.run(settings);
    return new InboxReport(
        result.outcomes(),
        result.repeated(),
        result.warnings(),
        result.handled(),
        result.waiting(),
        result.claimedByOthers(),
        result.busy(),
        Duration.ofNanos(System.nanoTime() - start));
  }

  /** Returns the server and the folder, as in "me@host:22/outbox". */
  @Override
  public String toString() {
    return settings.sftp() + settings.folder();
  }

  /** A builder of {@link Inbox}. Not safe for use by several threads at once. */
  public static final class Builder {
    private static final Duration USUAL_WAIT = Duration.ofSeconds(30);
    private static final int MAX_REMEMBERED = 100_000;

    private final Connection sftp;
    private final String folder;
    private @Nullable Handler handler;
    private Predicate<String> names = Glob.compile("*")::matches;
    private Predicate<FileInfo> select = file -> true;
    private Comparator<FileInfo> order =
        Comparator.comparing(FileInfo::modified).thenComparing(FileInfo::name);
    private int limit = Integer.MAX_VALUE;
    private @Nullable Duration unchangedFor;
    private @Nullable DoneName doneFile;
    private @Nullable Duration olderThan;
    private @Nullable TargetPattern archive;
    private boolean removeSource;
    private @Nullable Path remember;
    private @Nullable TargetPattern failed;
    private Duration claimTimeout = Duration.ofHours(1);
    private @Nullable Path journal;
    private @Nullable Path temporaryDirectory;
    private TransferOptions.Verify verify = TransferOptions.Verify.SIZE;
    private Supplier<Instant> clock = Instant::now;

    private Builder(Connection sftp, String folder) {
      this.sftp = sftp;
      this.folder = folder;
    }

    /** Sets what processes the files, on the thread that polls. Required. */
    public Builder handler(Handler callback) {
      handler = Objects.requireNonNull(callback, "handler");
      return this;
    }

    /**
     * Sets which names files must have. Default: {@code *}. As in {@link Connection#glob}, a
     * leading dot must be matched explicitly, so hidden files, such as those of incomplete uploads,
     * are left alone.
     *
     * @throws IllegalArgumentException if the glob is malformed or has a slash
     */
    public Builder names(String glob) {
      if (glob.contains("/")) {
        throw new IllegalArgumentException("names must not contain a slash: " + glob);
      }
      names = Glob.compile(glob)::matches;
      return this;
    }

    /**
     * Sets which of the files that {@link #names} accepts are processed. The predicate is called on
     * the thread that polls. Default: all.
     */
    public Builder select(Predicate<FileInfo> test) {
      select = Objects.requireNonNull(test, "select");
      return this;
    }

    /**
     * Sets the order in which files are processed, after those that an earlier poll has not
     * finished. Default: oldest first, then by name.
     */
    public Builder order(Comparator<FileInfo> comparator) {
      order = Objects.requireNonNull(comparator, "order");
      return this;
    }

    /**
     * Sets the maximum number of files that one poll hands to the handler. Default: no limit.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder limit(int files) {
      if (files < 1) {
        throw new IllegalArgumentException("limit must be at least 1, not " + files);
      }
      limit = files;
      return this;
    }

    /**
     * Accepts a file as complete once its size and time have not changed between two polls at least
     * this far apart. Default: 30 seconds if neither {@link #doneFile} nor {@link #olderThan} is
     * set. If several conditions are set, all must hold. With {@link Duration#ZERO} one poll is
     * enough, for senders that rename files when they are complete.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder unchangedFor(Duration duration) {
      unchangedFor = checked("unchangedFor", duration);
      return this;
    }

    /**
     * Accepts a file as complete once there is a done file for it, which the sender creates last.
     * The done file is archived, deleted or moved to the failed ones together with its file.
     *
     * @param pattern the name of the done file, where {@code {name}} stands for the name of the
     *     file: {@code {name}.done}
     * @throws IllegalArgumentException if the pattern has no {@code {name}}, nothing else, or a
     *     slash
     */
    public Builder doneFile(String pattern) {
      doneFile = DoneName.parse(pattern);
      return this;
    }

    /**
     * Accepts a file as complete once its last modification is this long ago. The server's clock
     * alone is used: a poll with candidates creates a file named {@code .jsftp-clock} in the folder
     * and removes it again. Not safe for senders that preserve the times of their files.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder olderThan(Duration age) {
      olderThan = checked("olderThan", age);
      return this;
    }

    /**
     * Moves processed files to a directory, which is created if needed. An existing file is never
     * replaced: the new one then gets a number before its extension, as in {@code data.1.csv}. If
     * the directory is on another file system, so that the server refuses to rename the file, it is
     * copied and deleted, and the report has a warning.
     *
     * @param pattern the directory, in which {@code {date}} stands for the date as in 2026-11-28,
     *     {@code {time}} for the time as in 235959, and {@code {date:yyyy/MM}} for either in a
     *     format of {@link java.time.format.DateTimeFormatter}, in this machine's time zone. If the
     *     last name has {@code {name}}, it is the new name of the file: {@code done/{date}-{name}}.
     *     A relative path starts at the inbox
     * @throws IllegalArgumentException if the pattern has an unknown token, or leads to the inbox
     *     itself
     */
    public Builder archive(String pattern) {
      archive = TargetPattern.parse("archive", folder, pattern);
      return this;
    }

    /** Sets whether processed files are removed, with their done files. Default: false. */
    public Builder removeSource(boolean remove) {
      removeSource = remove;
      return this;
    }

    /**
     * Leaves the folder unchanged, for example because it is read-only. Processed files are
     * remembered in a local file by name, size and time, also those whose handler failed. The file
     * takes the place of the journal. Files are not claimed, so only one machine may poll.
     *
     * <p>Once 100,000 files are remembered, the oldest of those that are no longer in the folder
     * are forgotten. To have a file processed again, delete its line. Excludes {@link #failed},
     * {@link #journal} and {@link #olderThan}.
     */
    public Builder remember(Path file) {
      remember = Objects.requireNonNull(file, "remember");
      return this;
    }

    /**
     * Sets where files are moved to whose handler has thrown an exception. The exception's message
     * is written beside the file, with {@code .reason.txt} added to its name; it may be read by
     * everyone who can read the directory. Default: {@code failed}.
     *
     * @param pattern a directory, as for {@link #archive}
     * @throws IllegalArgumentException if the pattern has an unknown token, or leads to the inbox
     *     itself
     */
    public Builder failed(String pattern) {
      failed = TargetPattern.parse("failed", folder, pattern);
      return this;
    }

    /**
     * Sets when the claim of another poller counts as abandoned. Such a claim is taken over once
     * two polls at least this far apart have seen it. It must be longer than the download and the
     * handler of any file take. Default: 1 hour.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder claimTimeout(Duration limit) {
      claimTimeout = checked("claimTimeout", limit);
      return this;
    }

    /**
     * Sets the local file that records each step. It must survive restarts, and each inbox needs
     * its own; a file with {@code .lock} added to its name is created beside it. Default: a file in
     * {@code ~/.local/state/jsftp}, or in {@code $XDG_STATE_HOME/jsftp} if that variable is set. It
     * is named after the server and the folder, so a second inbox on the same folder must set
     * another one.
     */
    public Builder journal(Path file) {
      journal = Objects.requireNonNull(file, "journal");
      return this;
    }

    /**
     * Sets the local directory for downloads. Each poll creates a private directory in it, and
     * deletes that at the end. Default: the system's directory for temporary files.
     */
    public Builder temporaryDirectory(Path dir) {
      temporaryDirectory = Objects.requireNonNull(dir, "temporaryDirectory");
      return this;
    }

    /**
     * Sets how downloads are verified before the handler is called. Default: {@link
     * TransferOptions.Verify#SIZE}.
     *
     * @throws IllegalArgumentException if it is {@link TransferOptions.Verify#NONE}
     */
    public Builder verify(TransferOptions.Verify choice) {
      if (Objects.requireNonNull(choice, "verify") == TransferOptions.Verify.NONE) {
        throw new IllegalArgumentException("verify must be SIZE or CONTENT, not NONE");
      }
      verify = choice;
      return this;
    }

    Builder clock(Supplier<Instant> time) {
      clock = time;
      return this;
    }

    /**
     * Builds the inbox. Sends no request.
     *
     * @throws IllegalArgumentException if the handler is missing, if not exactly one of {@link
     *     #archive}, {@link #removeSource} and {@link #remember} is set, or if two options exclude
     *     each other
     */
    public Inbox build() {
      Handler callback = handler;
      if (callback == null) {
        throw new IllegalArgumentException("handler is missing");
      }
      int ways = (archive == null ? 0 : 1) + (removeSource ? 1 : 0) + (remember == null ? 0 : 1);
      if (ways != 1) {
        throw new IllegalArgumentException(
            "exactly one of archive(..), removeSource(true) and remember(..) must be set");
      }
      if (remember != null) {
        exclude("failed(..)", failed);
        exclude("journal(..)", journal);
        exclude("olderThan(..), which creates a file to read the server's clock,", olderThan);
      }
      return new Inbox(settings(callback));
    }

    private InboxSettings settings(Handler callback) {
      boolean isUsual = unchangedFor == null && doneFile == null && olderThan == null;
      Predicate<String> name = names;
      Predicate<FileInfo> chosen = select;
      TargetPattern failures = failed;
      return new InboxSettings(
          sftp,
          folder,
          callback,
          file -> name.test(file.name()) && chosen.test(file),
          order,
          limit,
          isUsual ? USUAL_WAIT : unchangedFor,
          doneFile,
          olderThan,
          archive,
          failures == null ? TargetPattern.parse("failed", folder, "failed") : failures,
          remember == null ? 0 : MAX_REMEMBERED,
          claimTimeout,
          remember == null ? journal : remember,
          temporaryDirectory,
          TransferOptions.builder().verify(verify).preserveMtime(true).build(),
          clock,
          ConcurrentHashMap.newKeySet());
    }

    private static void exclude(String option, @Nullable Object value) {
      if (value != null) {
        throw new IllegalArgumentException(option + " and remember(..) exclude each other");
      }
    }

    private static Duration checked(String option, Duration duration) {
      if (duration.isNegative()) {
        throw new IllegalArgumentException(option + " must not be negative: " + duration);
      }
      return duration;
    }
  }
}
