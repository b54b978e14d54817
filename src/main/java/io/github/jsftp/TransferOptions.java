package io.github.jsftp;

import io.github.jsftp.internal.path.Glob;
import java.util.Objects;
import java.util.OptionalLong;
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

  private final boolean preserveMtime;
  private final boolean preserveMode;
  private final Existing existing;
  private final boolean atomic;
  private final String temporaryName;
  private final Verify verify;
  private final Symlinks symlinks;
  private final @Nullable Predicate<String> filter;
  private final int parallelism;
  private final long maxBytesPerSecond; // 0 for no limit
  private final @Nullable ProgressListener progress;

  private TransferOptions(Builder builder) {
    preserveMtime = builder.preserveMtime;
    preserveMode = builder.preserveMode;
    existing = builder.existing;
    atomic = builder.atomic;
    temporaryName = builder.temporaryName;
    verify = builder.verify;
    symlinks = builder.symlinks;
    filter = builder.filter;
    parallelism = builder.parallelism;
    maxBytesPerSecond = builder.maxBytesPerSecond;
    progress = builder.progress;
  }

  /** What to do with a target file that exists. */
  public enum Existing {
    /** Replace it. */
    OVERWRITE,
    /** Leave it and count the file as skipped. */
    SKIP,
    /**
     * Replace it if its size or its time of modification differs, compared in whole seconds with a
     * tolerance of 2; implies {@link Builder#preserveMtime}.
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
    var builder = new Builder();
    builder.preserveMtime = preserveMtime;
    builder.preserveMode = preserveMode;
    builder.existing = existing;
    builder.atomic = atomic;
    builder.temporaryName = temporaryName;
    builder.verify = verify;
    builder.symlinks = symlinks;
    builder.filter = filter;
    builder.parallelism = parallelism;
    builder.maxBytesPerSecond = maxBytesPerSecond;
    builder.progress = progress;
    return builder;
  }

  /** Says whether the time of modification is kept. */
  public boolean preserveMtime() {
    return preserveMtime || existing == Existing.UPDATE;
  }

  /** Says whether the permissions are kept. */
  public boolean preserveMode() {
    return preserveMode;
  }

  /** Returns what to do with a target that exists. */
  public Existing existing() {
    return existing;
  }

  /** Says whether a file appears under its name only when it is complete. */
  public boolean atomic() {
    return atomic;
  }

  /** Returns the pattern of temporary names. */
  public String temporaryName() {
    return temporaryName;
  }

  /** Returns how to check what arrived. */
  public Verify verify() {
    return verify;
  }

  /** Returns what to do with symbolic links inside a tree. */
  public Symlinks symlinks() {
    return symlinks;
  }

  /** Returns which files of a tree to copy, or null for all. */
  public @Nullable Predicate<String> filter() {
    return filter;
  }

  /** Returns the most files to have on their way at the same time. */
  public int parallelism() {
    return parallelism;
  }

  /** Returns how many bytes a second may be moved at the most, empty for no limit. */
  public OptionalLong maxBytesPerSecond() {
    return maxBytesPerSecond == 0 ? OptionalLong.empty() : OptionalLong.of(maxBytesPerSecond);
  }

  /** Returns who watches, or null. */
  public @Nullable ProgressListener progress() {
    return progress;
  }

  /** Builds {@link TransferOptions}. Not safe for use by several threads at once. */
  public static final class Builder {
    private boolean preserveMtime;
    private boolean preserveMode;
    private Existing existing = Existing.OVERWRITE;
    private boolean atomic = true;
    private String temporaryName = ".{name}.jsftp-{random}.part";
    private Verify verify = Verify.SIZE;
    private Symlinks symlinks = Symlinks.FOLLOW;
    private @Nullable Predicate<String> filter;
    private int parallelism = 256;
    private long maxBytesPerSecond;
    private @Nullable ProgressListener progress;

    private Builder() {}

    /**
     * Gives files and directories their source's time of modification, in whole seconds. Where the
     * target refuses, the result has a warning. Default: false.
     */
    public Builder preserveMtime(boolean preserve) {
      preserveMtime = preserve;
      return this;
    }

    /**
     * Gives files and directories their source's permissions. Where the target refuses, the result
     * has a warning. Default: false: a new file gets what the target's umask says, a replaced one
     * keeps what it had.
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
     * Sets how the temporary file of an atomic transfer is called: {@code {name}} stands for the
     * target's name, {@code {random}} for eight random characters. Default: {@code
     * .{name}.jsftp-{random}.part}. The name is cut to stay within 255 bytes.
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
     * @param glob {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}}, and {@code **} across
     *     directories
     * @throws IllegalArgumentException if the glob is malformed
     */
    public Builder filter(String glob) {
      Glob compiled = Glob.compile(glob);
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
     * Sets the most files of a tree to have on their way at the same time. How many there really
     * are follows what the connection can carry. Default: 256.
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

    /** Returns the options. */
    public TransferOptions build() {
      return new TransferOptions(this);
    }
  }
}
