package io.github.jsftp;

import io.github.jsftp.internal.path.Glob;
import java.time.Duration;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.StringJoiner;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a transfer. Immutable and safe to share between threads.
 *
 * <p>The defaults are the safe ones: an existing file is replaced, but only once the new one is
 * complete and has the right size.
 */
public final class TransferOptions {
  private static final TransferOptions DEFAULTS = builder().build();

  private final Builder set; // a copy that nobody changes

  private TransferOptions(Builder builder) {
    set = builder.copy();
  }

  /** How to treat a target file that exists. */
  public enum Existing {
    /** Replace it. */
    OVERWRITE,
    /** Leave it, and count the file as skipped. */
    SKIP,
    /**
     * Replace it if its size or its modification time differs from the source's. Times are compared
     * in whole seconds and may differ by {@link Builder#mtimeTolerance}. Implies {@link
     * Builder#preserveMtime}.
     */
    UPDATE,
    /**
     * Fail with {@link PathExistsException}, or {@link java.nio.file.FileAlreadyExistsException}.
     */
    FAIL
  }

  /** How to verify a copied file. */
  public enum Verify {
    /** Not at all: a source that changes during the transfer goes unnoticed. */
    NONE,
    /** By its size, which must be that of the source before and after the transfer. */
    SIZE,
    /**
     * By its size and its content: digests of the file on the server and of the local file are
     * compared. The server computes its digest if it supports that, as MINA and ProFTPD do;
     * otherwise, as with OpenSSH, the file is read back. An upload appears under its name only
     * after that.
     */
    CONTENT
  }

  /** How to treat symbolic links inside a tree. */
  public enum Symlinks {
    /**
     * Copy what they point to. A link to a missing target, and one to a directory that contains it,
     * is skipped with a warning.
     */
    FOLLOW,
    /** Leave them out. */
    SKIP,
    /** Create links with the same target text. */
    COPY
  }

  /** How to proceed when an entry of a tree can't be copied. */
  public enum OnError {
    /** Stop at the first failure. */
    ABORT,
    /**
     * Copy everything else, then throw one {@link TransferException} with a report of all failures.
     * A lost connection, an interrupt, and an exception from a filter or a listener still end the
     * call at once.
     */
    CONTINUE
  }

  /** Returns the default options. */
  public static TransferOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return set.copy();
  }

  /** Returns true if files and directories get the modification time of their source. */
  public boolean preserveMtime() {
    return set.preserveMtime || set.existing == Existing.UPDATE;
  }

  /** Returns true if files and directories get the permissions of their source. */
  public boolean preserveMode() {
    return set.preserveMode;
  }

  /** Returns how to treat a target file that exists. */
  public Existing existing() {
    return set.existing;
  }

  /** Returns true if a file appears under its name only when it is complete. */
  public boolean atomic() {
    return set.atomic;
  }

  /** Returns true if an interrupted transfer can be resumed by a later one. */
  public boolean resume() {
    return set.resume;
  }

  /** Returns the pattern for the names of temporary files. */
  public String temporaryName() {
    return set.temporaryName;
  }

  /** Returns how to verify a copied file. */
  public Verify verify() {
    return set.verify;
  }

  /** Returns how to treat symbolic links inside a tree. */
  public Symlinks symlinks() {
    return set.symlinks;
  }

  /** Returns the filter for the files of a tree, or null for all files. */
  public @Nullable Predicate<String> filter() {
    return set.filter;
  }

  /** Returns true if entries of the target tree that are not in the source are deleted. */
  public boolean deleteExtraneous() {
    return set.deleteExtraneous;
  }

  /** Returns true if an empty source may empty the target. */
  public boolean allowEmptySource() {
    return set.allowEmptySource;
  }

  /** Returns the largest difference of modification times that still counts as equal. */
  public Duration mtimeTolerance() {
    return set.mtimeTolerance;
  }

  /** Returns how to proceed when an entry of a tree can't be copied. */
  public OnError onError() {
    return set.onError;
  }

  /** Returns true if changes are only planned, and none is made. */
  public boolean dryRun() {
    return set.dryRun;
  }

  /** Returns the maximum number of files and directories open on the server. */
  public int parallelism() {
    return set.parallelism;
  }

  /** Returns the maximum number of consecutive retries after a lost connection. */
  public int retries() {
    return set.retries;
  }

  /** Returns the bandwidth limit in bytes per second, empty for no limit. */
  public OptionalLong maxBytesPerSecond() {
    return set.maxBytesPerSecond == 0
        ? OptionalLong.empty()
        : OptionalLong.of(set.maxBytesPerSecond);
  }

  /** Returns the progress listener, or null. */
  public @Nullable ProgressListener progress() {
    return set.progress;
  }

  /**
   * Returns the options that differ from the defaults, as in "preserveMtime=true, verify=CONTENT".
   */
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

  /** A builder of {@link TransferOptions}. Not safe for use by several threads at once. */
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
     * Sets whether files and directories get the modification time of their source, in whole
     * seconds. If the target refuses, the result has a warning. Default: false.
     */
    public Builder preserveMtime(boolean preserve) {
      preserveMtime = preserve;
      return this;
    }

    /**
     * Sets whether files and directories get the permissions of their source, and directories its
     * sticky bit. If the target refuses, the result has a warning. Default: false: a new file gets
     * permissions by the umask of the target, and a replaced file keeps those it had.
     */
    public Builder preserveMode(boolean preserve) {
      preserveMode = preserve;
      return this;
    }

    /** Sets how to treat a target file that exists. Default: {@link Existing#OVERWRITE}. */
    public Builder existing(Existing choice) {
      existing = Objects.requireNonNull(choice, "existing");
      return this;
    }

    /**
     * Sets whether a file is written under a temporary name beside the target and renamed when it
     * is complete. Then nobody sees an incomplete file, and a failure leaves the existing file
     * unchanged. Default: true.
     *
     * <p>With false, the target is written in place. This is needed in a directory that allows no
     * new names, or to keep a hard link or an owner.
     */
    public Builder atomic(boolean choice) {
      atomic = choice;
      return this;
    }

    /**
     * Sets whether an interrupted transfer can be resumed. The temporary file is kept, and the
     * transfer continues from it when the same file is transferred again with this option. Default:
     * false.
     *
     * <p>The transfer starts over if the size or the modification time of the source has changed.
     * Before it continues, the last 64 KiB of the kept bytes are compared with the source, with
     * {@link Verify#CONTENT} all of them; if they differ, it starts over. Files below 512 KiB are
     * always transferred as a whole. Temporary files of other versions are removed once the target
     * is complete. Not supported for streams.
     */
    public Builder resume(boolean choice) {
      resume = choice;
      return this;
    }

    /**
     * Sets the pattern for the names of temporary files. {@code {name}} stands for the target's
     * name, which is shortened if needed to stay within 255 bytes. {@code {random}} stands for
     * eight random characters; with {@link #resume}, twelve characters that identify the source
     * precede them. Default: {@code .{name}.jsftp-{random}.part}.
     *
     * @throws IllegalArgumentException if the pattern has no {@code {random}}, or has a slash or a
     *     NUL
     */
    public Builder temporaryName(String pattern) {
      if (!pattern.contains("{random}") || pattern.contains("/") || pattern.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "temporaryName must contain {random} and no slash, not: " + pattern);
      }
      temporaryName = pattern;
      return this;
    }

    /** Sets how to verify a copied file. Default: {@link Verify#SIZE}. */
    public Builder verify(Verify choice) {
      verify = Objects.requireNonNull(choice, "verify");
      return this;
    }

    /** Sets how to treat symbolic links inside a tree. Default: {@link Symlinks#FOLLOW}. */
    public Builder symlinks(Symlinks choice) {
      symlinks = Objects.requireNonNull(choice, "symlinks");
      return this;
    }

    /**
     * Copies only those files of a tree that match a glob. A pattern without a slash is matched
     * against the name of the file, one with a slash against its path relative to the root of the
     * tree. Only directories that receive a file are created. Default: everything is copied.
     *
     * <p>As in rsync and gitignore, {@code *} also matches a dot at the start of a name, as in
     * {@code .profile}. In {@link Connection#glob} it does not, as in a shell.
     *
     * @param glob a pattern of {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}}, and {@code **}
     *     across directories
     * @throws IllegalArgumentException if the glob is malformed
     */
    public Builder filter(String glob) {
      Glob compiled = Glob.compileForFilter(glob);
      boolean wholePath = glob.contains("/");
      return filter(
          path -> compiled.matches(wholePath ? path : path.substring(path.lastIndexOf('/') + 1)));
    }

    /**
     * Copies only those files of a tree that a predicate accepts. It receives the path relative to
     * the root of the tree, with / as the separator, and is called on the thread that started the
     * transfer. Only directories that receive a file are created. Default: everything is copied.
     */
    public Builder filter(Predicate<String> test) {
      filter = Objects.requireNonNull(test, "filter");
      return this;
    }

    /**
     * Sets whether entries of the target tree that are not in the source are deleted, after
     * everything has been copied. After a failure nothing is deleted. Together with {@link
     * Existing#UPDATE} this makes the target a mirror. Only for {@code getR} and {@code putR}.
     * Default: false.
     *
     * <p>A link in the target is itself deleted, never followed, also where it is in the way of a
     * file or a directory. A file in the way of a directory, or a directory in the way of a file,
     * is deleted just before it is replaced. Entries that {@link #filter(Predicate)} does not
     * accept are not deleted, nor is a temporary file whose target is in the source, since it may
     * belong to another transfer. A source with nothing to copy is refused, see {@link
     * #allowEmptySource}.
     */
    public Builder deleteExtraneous(boolean delete) {
      deleteExtraneous = delete;
      return this;
    }

    /**
     * Sets whether {@link #deleteExtraneous} may empty the target if the source has nothing to
     * copy. A missing source is always an error. Default: false, since an empty source is more
     * often an unmounted disk or a mistake in a filter.
     */
    public Builder allowEmptySource(boolean allow) {
      allowEmptySource = allow;
      return this;
    }

    /**
     * Sets the largest difference of modification times that {@link Existing#UPDATE} considers
     * equal. They are compared in whole seconds, the resolution of SFTP. Default: 2 seconds, the
     * resolution of FAT.
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
     * Sets how to proceed when an entry of a tree can't be copied. A directory that can't be listed
     * or created counts as one failure, and everything below it is skipped. Default: {@link
     * OnError#ABORT}.
     */
    public Builder onError(OnError choice) {
      onError = Objects.requireNonNull(choice, "onError");
      return this;
    }

    /**
     * Sets whether the transfer is only planned, without a change on either side. The result has
     * the counts of the real transfer; for trees, {@link TreeResult#plan} lists the changes. No
     * file is opened, so missing permissions to read or write go unnoticed. Default: false.
     */
    public Builder dryRun(boolean dry) {
      dryRun = dry;
      return this;
    }

    /**
     * Sets the maximum number of files and directories of a tree that are open on the server. The
     * actual number depends on what the connection can carry. A large file counts once, although it
     * is open on several channels. Default: 384.
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
     * Sets the maximum number of consecutive retries, without any progress in between, after the
     * connection was lost or fell silent. Each retry opens a new connection after a longer pause,
     * and the transfer continues where it was. No other failure is retried. With {@link
     * ConnectionOptions.Builder#reconnect reconnect(false)} there are no retries. Default: 5; 0 for
     * none.
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
     * Limits the bandwidth, over all files and channels of the call. Bytes that {@link
     * Verify#CONTENT} reads back count as well. Default: no limit.
     *
     * @param bytes the maximum number of bytes per second
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder maxBytesPerSecond(long bytes) {
      if (bytes < 1) {
        throw new IllegalArgumentException("maxBytesPerSecond must be at least 1, not " + bytes);
      }
      maxBytesPerSecond = bytes;
      return this;
    }

    /** Sets the progress listener. Default: none. */
    public Builder progress(ProgressListener listener) {
      progress = Objects.requireNonNull(listener, "progress");
      return this;
    }

    /**
     * Builds the options.
     *
     * @throws IllegalArgumentException if two options exclude each other
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
