package io.github.jsftp;

import io.github.jsftp.internal.path.Glob;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How to copy. Immutable and safe to share between threads.
 *
 * <p>The defaults are the safe ones: what is there is replaced, but only once its successor is
 * complete and of the right size.
 */
public final class TransferOptions {
  private static final TransferOptions DEFAULTS = builder().build();

  private final Builder set; // a copy that nobody changes

  private TransferOptions(Builder builder) {
    set = builder.copy();
  }

  /** What to do with a target file that exists. */
  public enum Existing {
    /** Replace it. */
    OVERWRITE,
    /** Leave it and count the file as skipped. */
    SKIP,
    /**
     * Replace it if its size or its time of modification differs, compared in whole seconds by more
     * than {@link Builder#mtimeTolerance}; implies {@link Builder#preserveMtime}.
     */
    UPDATE,
    /**
     * Fail with {@link PathExistsException}, or {@link java.nio.file.FileAlreadyExistsException}.
     */
    FAIL
  }

  /** How to check what arrived. */
  public enum Verify {
    /** Not at all: a source that changes meanwhile goes unnoticed. */
    NONE,
    /** By its size, and by that of the source before and after. */
    SIZE,
    /**
     * By its size, and by its content: digests of what is really on the server and of what is here
     * are compared. The server digests where it offers that, as MINA and ProFTPD do; elsewhere, as
     * with OpenSSH, the file is read back. An upload appears under its name only after that.
     */
    CONTENT
  }

  /** What to do with symbolic links inside a tree. */
  public enum Symlinks {
    /**
     * Copy what they point to. A link to nowhere, and one to a directory that holds it, is skipped
     * with a warning.
     */
    FOLLOW,
    /** Leave them out. */
    SKIP,
    /** Make links with the same target text. */
    COPY
  }

  /** What to do when an entry of a tree can't be copied. */
  public enum OnError {
    /** End with the first failure. */
    ABORT,
    /**
     * Do everything else, then throw one {@link TransferException} with the report. A lost
     * connection, an interrupt, and what a filter or a listener throws still end the call at once.
     */
    CONTINUE
  }

  /** Returns the defaults. */
  public static TransferOptions defaults() {
    return DEFAULTS;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from these options. */
  public Builder toBuilder() {
    return set.copy();
  }

  /** Says whether the time of modification is kept. */
  public boolean preserveMtime() {
    return set.preserveMtime || set.existing == Existing.UPDATE;
  }

  /** Says whether the permissions are kept. */
  public boolean preserveMode() {
    return set.preserveMode;
  }

  /** Returns what to do with a target that exists. */
  public Existing existing() {
    return set.existing;
  }

  /** Says whether a file appears under its name only when it is complete. */
  public boolean atomic() {
    return set.atomic;
  }

  /** Says whether an interrupted transfer is continued by a later one. */
  public boolean resume() {
    return set.resume;
  }

  /** Returns the pattern of temporary names. */
  public String temporaryName() {
    return set.temporaryName;
  }

  /** Returns how to check what arrived. */
  public Verify verify() {
    return set.verify;
  }

  /** Returns what to do with symbolic links inside a tree. */
  public Symlinks symlinks() {
    return set.symlinks;
  }

  /** Returns which files of a tree to copy, or null for all. */
  public @Nullable Predicate<String> filter() {
    return set.filter;
  }

  /** Says whether what is in the target tree but not in the source is deleted. */
  public boolean deleteExtraneous() {
    return set.deleteExtraneous;
  }

  /** Says whether the target may be emptied because there is nothing in the source. */
  public boolean allowEmptySource() {
    return set.allowEmptySource;
  }

  /** Returns how far apart times of modification may be that are taken for the same. */
  public Duration mtimeTolerance() {
    return set.mtimeTolerance;
  }

  /** Returns what to do when an entry of a tree can't be copied. */
  public OnError onError() {
    return set.onError;
  }

  /** Says whether to find out what would be done, and change nothing. */
  public boolean dryRun() {
    return set.dryRun;
  }

  /** Returns the most files and directories to have open on the server at the same time. */
  public int parallelism() {
    return set.parallelism;
  }

  /** Returns how often in a row to try again after a lost connection. */
  public int retries() {
    return set.retries;
  }

  /** Returns how many bytes a second may be moved at the most, empty for no limit. */
  public OptionalLong maxBytesPerSecond() {
    return set.maxBytesPerSecond == 0
        ? OptionalLong.empty()
        : OptionalLong.of(set.maxBytesPerSecond);
  }

  /** Returns who watches, or null. */
  public @Nullable ProgressListener progress() {
    return set.progress;
  }

  /** Returns the options that are not the defaults, as in "preserveMtime=true, verify=CONTENT". */
  @Override
  public String toString() {
    var text = new StringJoiner(", ").setEmptyValue("defaults");
    tell(text, "preserveMtime", set.preserveMtime, DEFAULTS.set.preserveMtime);
    tell(text, "preserveMode", set.preserveMode, DEFAULTS.set.preserveMode);
    tell(text, "existing", set.existing, DEFAULTS.set.existing);
    tell(text, "atomic", set.atomic, DEFAULTS.set.atomic);
    tell(text, "resume", set.resume, DEFAULTS.set.resume);
    tell(text, "temporaryName", set.temporaryName, DEFAULTS.set.temporaryName);
    tell(text, "verify", set.verify, DEFAULTS.set.verify);
    tell(text, "symlinks", set.symlinks, DEFAULTS.set.symlinks);
    tell(text, "filter", set.filter, DEFAULTS.set.filter);
    tell(text, "deleteExtraneous", set.deleteExtraneous, DEFAULTS.set.deleteExtraneous);
    tell(text, "allowEmptySource", set.allowEmptySource, DEFAULTS.set.allowEmptySource);
    tell(text, "mtimeTolerance", set.mtimeTolerance, DEFAULTS.set.mtimeTolerance);
    tell(text, "onError", set.onError, DEFAULTS.set.onError);
    tell(text, "dryRun", set.dryRun, DEFAULTS.set.dryRun);
    tell(text, "parallelism", set.parallelism, DEFAULTS.set.parallelism);
    tell(text, "retries", set.retries, DEFAULTS.set.retries);
    tell(text, "maxBytesPerSecond", set.maxBytesPerSecond, DEFAULTS.set.maxBytesPerSecond);
    tell(text, "progress", set.progress, DEFAULTS.set.progress);
    return text.toString();
  }

  private static void tell(
      StringJoiner text, String name, @Nullable Object value, @Nullable Object usual) {
    if (!Objects.equals(value, usual)) {
      text.add(name + "=" + value);
    }
  }

  /** Builds {@link TransferOptions}. Not safe for use by several threads at once. */
  public static final class Builder {
    private boolean preserveMtime;
    private boolean preserveMode;
    private Existing existing = Existing.OVERWRITE;
    private boolean atomic = true;
    private boolean resume;
    private String temporaryName = ".{name}.jsftp-{random}.part";
    private Verify verify = Verify.SIZE;
    private Symlinks symlinks = Symlinks.FOLLOW;
    private @Nullable Predicate<String> filter;
    private boolean deleteExtraneous;
    private boolean allowEmptySource;
    private Duration mtimeTolerance = Duration.ofSeconds(2);
    private OnError onError = OnError.ABORT;
    private boolean dryRun;
    private int parallelism = 384;
    private int retries = 5;
    private long maxBytesPerSecond;
    private @Nullable ProgressListener progress;

    private Builder() {}

    private Builder copy() {
      var copy = new Builder();
      copy.preserveMtime = preserveMtime;
      copy.preserveMode = preserveMode;
      copy.existing = existing;
      copy.atomic = atomic;
      copy.resume = resume;
      copy.temporaryName = temporaryName;
      copy.verify = verify;
      copy.symlinks = symlinks;
      copy.filter = filter;
      copy.deleteExtraneous = deleteExtraneous;
      copy.allowEmptySource = allowEmptySource;
      copy.mtimeTolerance = mtimeTolerance;
      copy.onError = onError;
      copy.dryRun = dryRun;
      copy.parallelism = parallelism;
      copy.retries = retries;
      copy.maxBytesPerSecond = maxBytesPerSecond;
      copy.progress = progress;
      return copy;
    }

    /**
     * Gives files and directories their source's time of modification, in whole seconds. Where the
     * target refuses, the result has a warning. Default: false.
     */
    public Builder preserveMtime(boolean preserve) {
      preserveMtime = preserve;
      return this;
    }

    /**
     * Gives files and directories their source's permissions, and directories its sticky bit. Where
     * the target refuses, the result has a warning. Default: false: a new file gets what the
     * target's umask says, a replaced one keeps what it had.
     */
    public Builder preserveMode(boolean preserve) {
      preserveMode = preserve;
      return this;
    }

    /** Says what to do with a target file that exists. Default: {@link Existing#OVERWRITE}. */
    public Builder existing(Existing choice) {
      existing = Objects.requireNonNull(choice, "existing");
      return this;
    }

    /**
     * Writes to a temporary file beside the target and renames it when it is complete, so that
     * nobody ever sees half a file and a failure leaves what was there. Default: true. With false,
     * the target is written in place: needed where a directory allows no new names, or where a hard
     * link or an owner must stay.
     */
    public Builder atomic(boolean choice) {
      atomic = choice;
      return this;
    }

    /**
     * Keeps what has arrived when a transfer is interrupted, in its temporary file, and continues
     * from there when the same file is transferred again with this option. A source whose size or
     * time of modification has changed begins anew. Before it is continued, the last 64 KiB of what
     * is kept are compared with the source, with {@link Verify#CONTENT} all of it; after a
     * difference it begins anew. Files below 512 KiB are always sent as a whole. What is left of
     * other versions is removed once the target is complete. Not for streams. Default: false.
     */
    public Builder resume(boolean choice) {
      resume = choice;
      return this;
    }

    /**
     * Sets how the temporary file of an atomic transfer is called: {@code {name}} stands for the
     * target's name, {@code {random}} for eight random characters, with {@link #resume} for twelve
     * that tell the source and eight random ones. Default: {@code .{name}.jsftp-{random}.part}. The
     * name is cut to stay within 255 bytes.
     *
     * @throws IllegalArgumentException if the pattern has no {@code {random}}, or has a slash
     */
    public Builder temporaryName(String pattern) {
      if (!pattern.contains("{random}") || pattern.contains("/") || pattern.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "temporaryName must contain {random} and no slash, not: " + pattern);
      }
      temporaryName = pattern;
      return this;
    }

    /** Says how to check what arrived. Default: {@link Verify#SIZE}. */
    public Builder verify(Verify choice) {
      verify = Objects.requireNonNull(choice, "verify");
      return this;
    }

    /** Says what to do with symbolic links inside a tree. Default: {@link Symlinks#FOLLOW}. */
    public Builder symlinks(Symlinks choice) {
      symlinks = Objects.requireNonNull(choice, "symlinks");
      return this;
    }

    /**
     * Copies only the files of a tree that match this glob. A pattern without a slash is held
     * against the file's name, one with a slash against its path relative to the top. Directories
     * are then made only where a file goes into them. Default: everything is copied.
     *
     * <p>A dot at the start of a name is a character like others, as in rsync and gitignore: {@code
     * *} matches {@code .profile} too. In {@link Connection#glob} it is not, as in a shell.
     *
     * @param glob {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}}, and {@code **} across
     *     directories
     * @throws IllegalArgumentException if the glob is malformed
     */
    public Builder filter(String glob) {
      Glob compiled = Glob.compileForFilter(glob);
      boolean wholePath = glob.contains("/");
      return filter(
          path -> compiled.matches(wholePath ? path : path.substring(path.lastIndexOf('/') + 1)));
    }

    /**
     * Copies only the files of a tree that the test accepts. It is given the path relative to the
     * top, with / between names, and is called on the thread that called the transfer. Directories
     * are then made only where a file goes into them. Default: everything is copied.
     */
    public Builder filter(Predicate<String> test) {
      filter = Objects.requireNonNull(test, "filter");
      return this;
    }

    /**
     * Deletes what is in the target tree but not in the source, once everything has been copied;
     * after a failure nothing is deleted. Together with {@link Existing#UPDATE} that is a mirror.
     * For {@code getR} and {@code putR} only. Default: false.
     *
     * <p>A link in the target is deleted itself, never followed, and so is one in the way of a file
     * or a directory. A file in the way of a directory, and a directory in the way of a file, are
     * deleted when their successor's turn comes. What {@link #filter(Predicate)} does not accept is
     * not deleted; nor is a temporary file whose target is in the source, since it may belong to
     * another transfer. A source with nothing to copy in it is refused, see {@link
     * #allowEmptySource}.
     */
    public Builder deleteExtraneous(boolean delete) {
      deleteExtraneous = delete;
      return this;
    }

    /**
     * Lets {@link #deleteExtraneous} empty the target when there is nothing to copy in the source.
     * A missing source is an error in any case. Default: false, since an empty source is more often
     * a disk that is not mounted or a filter with a slip.
     */
    public Builder allowEmptySource(boolean allow) {
      allowEmptySource = allow;
      return this;
    }

    /**
     * Sets how far apart times of modification may be for {@link Existing#UPDATE} to take them for
     * the same. They are compared in whole seconds, as SFTP tells them. Default: 2 seconds, as
     * exact as FAT is.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder mtimeTolerance(Duration tolerance) {
      if (tolerance.isNegative()) {
        throw new IllegalArgumentException("mtimeTolerance must not be negative: " + tolerance);
      }
      mtimeTolerance = tolerance;
      return this;
    }

    /**
     * Says what to do when an entry of a tree can't be copied. Default: {@link OnError#ABORT}. What
     * is below a directory that can't be listed or made is left out and counts as part of that
     * failure.
     */
    public Builder onError(OnError choice) {
      onError = Objects.requireNonNull(choice, "onError");
      return this;
    }

    /**
     * Finds out what would be done, and changes nothing on either side. The result counts as if it
     * had been done; {@link TreeResult#plan} lists it for trees. Nothing is opened, so what may not
     * be read or written is found only when it is really done. Default: false.
     */
    public Builder dryRun(boolean dry) {
      dryRun = dry;
      return this;
    }

    /**
     * Sets the most files and directories of a tree to have open on the server at the same time.
     * How many there really are follows what the connection can carry. A big file counts once,
     * though it is open on several channels. Default: 384.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder parallelism(int files) {
      if (files < 1) {
        throw new IllegalArgumentException("parallelism must be at least 1, not " + files);
      }
      parallelism = files;
      return this;
    }

    /**
     * Sets how often in a row, with nothing achieved in between, to try again after the connection
     * was lost or fell silent. Each time is a fresh connection after a longer pause, and the
     * transfer goes on where it was. Nothing else is tried again. Default: 5; 0 for never. {@link
     * ConnectionOptions.Builder#reconnect reconnect(false)} rules it out altogether.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder retries(int times) {
      if (times < 0) {
        throw new IllegalArgumentException("retries must not be negative: " + times);
      }
      retries = times;
      return this;
    }

    /**
     * Moves no more than so many bytes a second, over all files and channels of the call; what
     * {@link Verify#CONTENT} reads back counts as well. Default: no limit.
     *
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxBytesPerSecond(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("maxBytesPerSecond must be at least 1, not " + bytes);
      }
      maxBytesPerSecond = bytes;
      return this;
    }

    /** Sets who watches. Default: nobody. */
    public Builder progress(ProgressListener listener) {
      progress = Objects.requireNonNull(listener, "progress");
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if two of them exclude each other
     */
    public TransferOptions build() {
      if (deleteExtraneous && existing == Existing.FAIL) {
        throw new IllegalArgumentException(
            "deleteExtraneous(true) and existing(FAIL) exclude each other");
      } else if (resume && existing == Existing.FAIL) {
        throw new IllegalArgumentException("resume(true) and existing(FAIL) exclude each other");
      } else if (resume && !atomic) {
        throw new IllegalArgumentException("resume(true) and atomic(false) exclude each other");
      }
      return new TransferOptions(this);
    }
  }
}
