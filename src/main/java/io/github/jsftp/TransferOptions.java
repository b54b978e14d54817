package io.github.jsftp;

import io.github.jsftp.internal.path.Glob;
import io.github.jsftp.internal.path.OctalMode;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
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

  private final Values values;

  private TransferOptions(Values values) {
    this.values = values;
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
     * Fail with {@link PathExistsException} if the target is remote, with {@link
     * java.nio.file.FileAlreadyExistsException} if it is local.
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

  /** Returns the default options. */
  public static TransferOptions defaults() {
    return DEFAULTS;
  }

  /** Returns a builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder(new Values());
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(values.clone());
  }

  /** Returns true if files and directories get the modification time of their source. */
  public boolean preserveMtime() {
    return values.preserveMtime || values.existing == Existing.UPDATE;
  }

  /** Returns true if files and directories get the permissions of their source. */
  public boolean preserveMode() {
    return values.preserveMode;
  }

  /** Returns the permissions of each copied file as octal digits, such as 640; empty if not set. */
  public OptionalInt mode() {
    return values.mode < 0 ? OptionalInt.empty() : OptionalInt.of(values.mode);
  }

  /** Returns how to treat a target file that exists. */
  public Existing existing() {
    return values.existing;
  }

  /** Returns true if a file appears under its name only when it is complete. */
  public boolean atomic() {
    return values.atomic;
  }

  /** Returns true if an interrupted transfer can be resumed by a later one. */
  public boolean resume() {
    return values.resume;
  }

  /** Returns the pattern for the names of temporary files. */
  public String temporaryName() {
    return values.temporaryName;
  }

  /** Returns true if missing parent directories of a target file are created. */
  public boolean createParents() {
    return values.createParents;
  }

  /** Returns the pattern for the names of done files, or empty for none. */
  public Optional<String> doneFile() {
    return Optional.ofNullable(values.doneFile);
  }

  /** Returns how to verify a copied file. */
  public Verify verify() {
    return values.verify;
  }

  /** Returns true if each source file is removed once its copy is verified. */
  public boolean removeSource() {
    return values.removeSource;
  }

  /** Returns true if directories of the source that are empty after a move are removed. */
  public boolean removeEmptyDirectories() {
    return values.removeEmptyDirectories;
  }

  /** Returns how to treat symbolic links inside a tree. */
  public Symlinks symlinks() {
    return values.symlinks;
  }

  /** Returns the filter for the files of a tree, or empty for all files. */
  public Optional<Predicate<String>> filter() {
    return Optional.ofNullable(values.filter);
  }

  /** Returns the predicate for the files of a tree, or empty for all files. */
  public Optional<Predicate<FileInfo>> select() {
    return Optional.ofNullable(values.select);
  }

  /** Returns how many of the newest files of a tree are copied, empty for all files. */
  public OptionalInt newest() {
    return optional(values.newest);
  }

  /** Returns how many of the oldest files of a tree are copied, empty for all files. */
  public OptionalInt oldest() {
    return optional(values.oldest);
  }

  /** Returns the order in which the files of a tree are copied, or empty for that of the tree. */
  public Optional<Comparator<FileInfo>> order() {
    return Optional.ofNullable(values.order);
  }

  /** Returns how many files of a tree are copied at most, empty for all files. */
  public OptionalInt limit() {
    return optional(values.limit);
  }

  /** Returns true if entries of the target tree that are not in the source are deleted. */
  public boolean deleteExtraneous() {
    return values.deleteExtraneous;
  }

  /** Returns true if an empty source may empty the target. */
  public boolean allowEmptySource() {
    return values.allowEmptySource;
  }

  /** Returns the largest difference of modification times that still counts as equal. */
  public Duration mtimeTolerance() {
    return values.mtimeTolerance;
  }

  /** Returns how to proceed when an entry of a tree can't be copied. */
  public OnError onError() {
    return values.onError;
  }

  /** Returns true if changes are only planned, and none is made. */
  public boolean dryRun() {
    return values.dryRun;
  }

  /** Returns the maximum number of files and directories open on the server. */
  public int parallelism() {
    return values.parallelism;
  }

  /** Returns the maximum number of consecutive retries after a lost connection. */
  public int retries() {
    return values.retries;
  }

  /** Returns the bandwidth limit in bytes per second, empty for no limit. */
  public OptionalLong maxBytesPerSecond() {
    return values.maxBytesPerSecond == 0
        ? OptionalLong.empty()
        : OptionalLong.of(values.maxBytesPerSecond);
  }

  /** Returns the callback for the outcome of each file, if set. */
  public Optional<OutcomeCallback> onFile() {
    return Optional.ofNullable(values.onFile);
  }

  /** Returns the progress listener, if set. */
  public Optional<ProgressListener> progress() {
    return Optional.ofNullable(values.progress);
  }

  /**
   * Returns true if the other options have the same values. Filters, comparators and listeners are
   * the same if they are equal, which for lambda expressions means identical.
   */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof TransferOptions options && values.all().equals(options.values.all());
  }

  @Override
  public int hashCode() {
    return values.all().hashCode();
  }

  /**
   * Returns the options that differ from the defaults, as in "preserveMtime=true, verify=CONTENT".
   */
  @Override
  public String toString() {
    Map<String, @Nullable Object> usual = DEFAULTS.values.all();
    var text = new StringJoiner(", ").setEmptyValue("defaults");
    values
        .all()
        .forEach(
            (name, value) -> {
              if (!Objects.equals(value, usual.get(name))) {
                text.add(name + "=" + value);
              }
            });
    return text.toString();
  }

  private static OptionalInt optional(int number) {
    return number < 0 ? OptionalInt.empty() : OptionalInt.of(number);
  }

  /** A builder of {@link TransferOptions}. Not safe for use by several threads at once. */
  public static final class Builder {
    private final Values values;

    private Builder(Values values) {
      this.values = values;
    }

    /**
     * Sets whether files and directories get the modification time of their source, in whole
     * seconds. If the target refuses, the result has a warning. Default: false.
     */
    public Builder preserveMtime(boolean preserve) {
      values.preserveMtime = preserve;
      return this;
    }

    /**
     * Sets whether files and directories get the permissions of their source; directories also get
     * the sticky bit. If the target refuses, the result has a warning. Default: false: a new file
     * gets permissions by the umask of the target, and a replaced file keeps those it had.
     */
    public Builder preserveMode(boolean preserve) {
      values.preserveMode = preserve;
      return this;
    }

    /**
     * Sets the permissions of each copied file, in place of those by the umask or of the replaced
     * file. They are set before the file appears under its name. Files only: directories get the
     * usual permissions. Ignored if the target is a file system without POSIX permissions, as on
     * Windows; a server that refuses them is a failure. If the group of a replaced file can't be
     * kept, the new file may get fewer permissions, with a warning. Excludes {@link #preserveMode}.
     *
     * @param digits the permissions in octal, as for chmod(1), such as 640; at most 777
     * @throws IllegalArgumentException if they are not octal digits, or the value of an octal
     *     literal such as 0640, which is 416
     */
    public Builder mode(int digits) {
      OctalMode.argument(digits);
      if (digits > 777) {
        throw new IllegalArgumentException(
            "mode of a copied file must be at most 777, not " + digits);
      }
      values.mode = digits;
      return this;
    }

    /** Sets how to treat a target file that exists. Default: {@link Existing#OVERWRITE}. */
    public Builder existing(Existing choice) {
      values.existing = Objects.requireNonNull(choice, "existing");
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
      values.atomic = choice;
      return this;
    }

    /**
     * Sets whether an interrupted transfer can be resumed. The temporary file is kept as a part
     * file, and the transfer continues from it when the same file is transferred again with this
     * option. Default: false.
     *
     * <p>The transfer starts over if the size or the modification time of the source has changed.
     * Before it continues, the last 64 KiB of the kept bytes are compared with the source, with
     * {@link Verify#CONTENT} all of them; if they differ, it starts over. Files below 512 KiB are
     * always transferred as a whole. Part files of other versions of the source are removed once
     * the target is complete. Not supported for streams.
     */
    public Builder resume(boolean choice) {
      values.resume = choice;
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
      values.temporaryName = pattern;
      return this;
    }

    /**
     * Sets whether the missing parent directories of a target file are created, as by {@code mkdir
     * -p}. They stay if the transfer fails afterwards. If the path ends with a slash, the file gets
     * its own name inside that directory. Trees create their root with its parents in any case.
     * Default: false.
     */
    public Builder createParents(boolean create) {
      values.createParents = create;
      return this;
    }

    /**
     * Creates an empty file beside each copied file once that is complete under its name. Readers
     * that wait for the done file never take an incomplete or an earlier file for the new one: an
     * existing done file is removed just before the new file appears. If the done file can't be
     * created, the transfer of the file fails, although the file itself is complete.
     *
     * <p>A file that {@link Existing#UPDATE} finds up to date gets its done file if that is
     * missing, since an earlier call may have been cut short. With {@link Existing#SKIP}, an
     * existing file gets none. Files of a source tree whose names match the pattern are skipped
     * with a warning. Excludes {@link #deleteExtraneous}. Default: none.
     *
     * @param pattern the name of the done file, where {@code {name}} stands for the name of the
     *     target, such as {@code {name}.done}
     * @throws IllegalArgumentException if the pattern has no {@code {name}}, nothing else, or a
     *     slash or a NUL
     */
    public Builder doneFile(String pattern) {
      if (!pattern.contains("{name}")
          || pattern.equals("{name}")
          || pattern.contains("/")
          || pattern.indexOf('\0') >= 0) {
        throw new IllegalArgumentException(
            "doneFile must contain {name} and more, but no slash, not: " + pattern);
      }
      values.doneFile = pattern;
      return this;
    }

    /** Sets how to verify a copied file. Default: {@link Verify#SIZE}. */
    public Builder verify(Verify choice) {
      values.verify = Objects.requireNonNull(choice, "verify");
      return this;
    }

    /**
     * Sets whether each source file is removed once its copy is verified, has its final name and,
     * where the target supports that, is written to the disk: a move. A crash in between leaves
     * both files, never none. A source that can't be removed, or has changed since it was copied,
     * is kept, and its transfer fails. Default: false.
     *
     * <p>Of a symbolic link the link itself is removed, never its target: files reached through a
     * link to a directory are copied and kept, with a warning. A followed link to a file that the
     * same call has moved fails with no such file; move such trees with {@link Symlinks#COPY}. A
     * file that {@link Existing#SKIP} leaves out is kept; {@link Existing#UPDATE} also copies a
     * file that is up to date. A source that is also the target is refused, also if it is reached
     * by another path. Not supported for streams. Excludes {@link Verify#NONE} and {@link
     * #deleteExtraneous}.
     */
    public Builder removeSource(boolean remove) {
      values.removeSource = remove;
      return this;
    }

    /**
     * Sets whether the directories of a source tree that {@link #removeSource} leaves empty are
     * removed at the end, together with those that were empty before. The root is kept. Needs
     * {@link #removeSource}. Default: false.
     */
    public Builder removeEmptyDirectories(boolean remove) {
      values.removeEmptyDirectories = remove;
      return this;
    }

    /** Sets how to treat symbolic links inside a tree. Default: {@link Symlinks#FOLLOW}. */
    public Builder symlinks(Symlinks choice) {
      values.symlinks = Objects.requireNonNull(choice, "symlinks");
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
     * <p>Replaces an earlier filter. To combine several, or to leave files out, pass a predicate.
     *
     * @param glob a pattern of {@code *}, {@code ?}, {@code [a-z]}, {@code {a,b}}, and {@code **}
     *     across directories
     * @throws IllegalArgumentException if the glob is malformed
     */
    public Builder filter(String glob) {
      Glob compiled = Glob.compileForFilter(glob);
      boolean wholePath = glob.contains("/");
      return filter(
          new Predicate<>() {
            @Override
            public boolean test(String path) {
              return compiled.matches(wholePath ? path : path.substring(path.lastIndexOf('/') + 1));
            }

            @Override
            public String toString() {
              return glob;
            }
          });
    }

    /**
     * Copies only those files of a tree that a predicate accepts. It receives the path relative to
     * the root of the tree, with / as the separator, and is called on the thread that started the
     * transfer. Only directories that receive a file are created. Default: everything is copied.
     */
    public Builder filter(Predicate<String> test) {
      values.filter = Objects.requireNonNull(test, "filter");
      return this;
    }

    /**
     * Copies only those files and links of a tree that a predicate accepts, by their attributes, as
     * in {@code select(info -> info.size() > 0)}. It is called for what {@link #filter(Predicate)}
     * accepts, on the thread that started the transfer. For a followed link, the attributes are
     * those of its target. A {@link FileInfo} of a local file has the absolute path with / as the
     * separator, and no owner. Only directories that receive a file are created. Default:
     * everything is copied.
     */
    public Builder select(Predicate<FileInfo> test) {
      values.select = Objects.requireNonNull(test, "select");
      return this;
    }

    /**
     * Copies only the most recently modified files and links of a tree, among those that {@link
     * #filter(Predicate)} and {@link #select} accept. Of files with the same time, the first in the
     * order of the tree are copied. A file fails if the server does not report its time. Nothing is
     * copied before the whole tree has been listed. Default: everything is copied. Excludes {@link
     * #oldest}.
     *
     * @param files the maximum number of files
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder newest(int files) {
      values.newest = positive("newest", files);
      return this;
    }

    /**
     * Copies only the least recently modified files and links of a tree. Otherwise as {@link
     * #newest}, which it excludes.
     *
     * @param files the maximum number of files
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder oldest(int files) {
      values.oldest = positive("oldest", files);
      return this;
    }

    /**
     * Sets the order in which the files and links of a tree are copied and reported to {@link
     * #onFile}, as in {@code order(Comparator.comparing(FileInfo::modified))}. They are copied
     * concurrently, so that a later one may be complete before an earlier one, unless {@link
     * #parallelism} is 1. Nothing is copied before the whole tree has been listed, and the selected
     * files are held in memory. Default: the order of the tree, names sorted.
     */
    public Builder order(Comparator<FileInfo> comparator) {
      values.order = Objects.requireNonNull(comparator, "order");
      return this;
    }

    /**
     * Copies no more than this number of files and links of a tree: the first in {@link #order},
     * among those that the other options select. Files that {@link #existing} then skips count as
     * well. Default: no limit.
     *
     * @param files the maximum number of files
     * @throws IllegalArgumentException if it is less than 1
     */
    public Builder limit(int files) {
      values.limit = positive("limit", files);
      return this;
    }

    private static int positive(String option, int files) {
      if (files < 1) {
        throw new IllegalArgumentException(option + " must be at least 1, not " + files);
      }
      return files;
    }

    /**
     * Sets whether entries of the target tree that are not in the source are deleted, after
     * everything has been copied. After a failure nothing is deleted. Together with {@link
     * Existing#UPDATE} this makes the target a mirror. Only for {@code getR} and {@code putR}.
     * Default: false.
     *
     * <p>A link in the target is itself deleted, never followed, also where it is in the way of a
     * file or a directory. A file in the way of a directory, or a directory in the way of a file,
     * is deleted just before it is replaced. Files of the target which {@link #filter(Predicate)}
     * or {@link #select} do not accept are not deleted, nor are copies of source files that are not
     * selected, nor is a temporary file whose target is in the source, since it may belong to
     * another transfer. A source with nothing to copy is refused, see {@link #allowEmptySource}.
     */
    public Builder deleteExtraneous(boolean delete) {
      values.deleteExtraneous = delete;
      return this;
    }

    /**
     * Sets whether {@link #deleteExtraneous} may empty the target if the source has nothing to
     * copy. A missing source is always an error. Default: false, since an empty source is more
     * often an unmounted disk or a mistake in a filter.
     */
    public Builder allowEmptySource(boolean allow) {
      values.allowEmptySource = allow;
      return this;
    }

    /**
     * Sets the largest difference of modification times that {@link Existing#UPDATE} considers
     * equal. They are compared in whole seconds, the resolution of SFTP. Default: zero. A FAT or
     * exFAT disk without finer times takes 2 seconds, its resolution: with less, files with an odd
     * second are copied again each time.
     *
     * @throws IllegalArgumentException if it is negative
     */
    public Builder mtimeTolerance(Duration tolerance) {
      if (tolerance.isNegative()) {
        throw new IllegalArgumentException("mtimeTolerance must not be negative: " + tolerance);
      }
      values.mtimeTolerance = tolerance;
      return this;
    }

    /**
     * Sets how to proceed when an entry of a tree can't be copied. A directory that can't be listed
     * or created counts as one failure, and everything below it is skipped. Default: {@link
     * OnError#ABORT}.
     */
    public Builder onError(OnError choice) {
      values.onError = Objects.requireNonNull(choice, "onError");
      return this;
    }

    /**
     * Sets whether the transfer is only planned, without a change on either side. The result has
     * the counts of the real transfer; for trees, {@link TreeResult#plan} lists the changes. No
     * file is opened, so missing permissions to read or write go unnoticed. Default: false.
     */
    public Builder dryRun(boolean dry) {
      values.dryRun = dry;
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
      values.parallelism = files;
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
      values.retries = times;
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
      values.maxBytesPerSecond = bytes;
      return this;
    }

    /**
     * Sets a callback that receives what was done with each file, link and directory of a tree, or
     * with the one file of a {@code get} or {@code put}. Default: none.
     *
     * <p>An outcome comes once the file has been verified and has its final name. The outcomes of a
     * tree come in its order: names sorted, a directory before its content, and at the end what
     * {@link #deleteExtraneous} has deleted, content before its directory. Files are still copied
     * concurrently: the outcomes of at most 10,000 files wait for one file before them, and then no
     * further file is started. Files that are not selected, and directories that existed, have no
     * outcome. A {@link #dryRun} has the same outcomes, of what would be done.
     *
     * <p>The callback is called on the thread that started the transfer, and may use the
     * connection. While it blocks, only its own transfer waits. Its exception ends the call and is
     * thrown to the caller; the file stays copied, and there are no further outcomes. If the call
     * fails for another reason, files that were complete still have their outcomes before the
     * exception is thrown, except after an interrupt or a call of {@code close}. Files in progress
     * have none.
     */
    public Builder onFile(OutcomeCallback callback) {
      values.onFile = Objects.requireNonNull(callback, "onFile");
      return this;
    }

    /** Sets the progress listener. Default: none. */
    public Builder progress(ProgressListener listener) {
      values.progress = Objects.requireNonNull(listener, "progress");
      return this;
    }

    /**
     * Builds the options.
     *
     * @throws IllegalArgumentException if two options exclude each other
     */
    public TransferOptions build() {
      if (values.deleteExtraneous && values.existing == Existing.FAIL) {
        throw new IllegalArgumentException(
            "deleteExtraneous(true) and existing(FAIL) exclude each other");
      } else if (values.resume && values.existing == Existing.FAIL) {
        throw new IllegalArgumentException("resume(true) and existing(FAIL) exclude each other");
      } else if (values.resume && !values.atomic) {
        throw new IllegalArgumentException("resume(true) and atomic(false) exclude each other");
      } else if (values.removeSource && values.verify == Verify.NONE) {
        throw new IllegalArgumentException(
            "removeSource(true) and verify(NONE) exclude each other");
      } else if (values.removeSource && values.deleteExtraneous) {
        throw new IllegalArgumentException(
            "removeSource(true) and deleteExtraneous(true) exclude each other");
      } else if (values.removeEmptyDirectories && !values.removeSource) {
        throw new IllegalArgumentException("removeEmptyDirectories(true) needs removeSource(true)");
      } else if (values.preserveMode && values.mode >= 0) {
        throw new IllegalArgumentException(
            "preserveMode(true) and mode(" + values.mode + ") exclude each other");
      } else if (values.deleteExtraneous && values.doneFile != null) {
        throw new IllegalArgumentException(
            "deleteExtraneous(true) and doneFile(\"" + values.doneFile + "\") exclude each other");
      }
      if (values.newest >= 0 && values.oldest >= 0) {
        throw new IllegalArgumentException(
            "newest(" + values.newest + ") and oldest(" + values.oldest + ") exclude each other");
      }
      return new TransferOptions(values.clone());
    }
  }

  /** The value of each option. The values of built options never change. */
  private static final class Values implements Cloneable {
    boolean preserveMtime;
    boolean preserveMode;
    int mode = -1;
    Existing existing = Existing.OVERWRITE;
    boolean atomic = true;
    boolean resume;
    String temporaryName = ".{name}.jsftp-{random}.part";
    boolean createParents;
    @Nullable String doneFile;
    Verify verify = Verify.SIZE;
    boolean removeSource;
    boolean removeEmptyDirectories;
    Symlinks symlinks = Symlinks.FOLLOW;
    @Nullable Predicate<String> filter;
    @Nullable Predicate<FileInfo> select;
    int newest = -1;
    int oldest = -1;
    @Nullable Comparator<FileInfo> order;
    int limit = -1;
    boolean deleteExtraneous;
    boolean allowEmptySource;
    Duration mtimeTolerance = Duration.ZERO;
    OnError onError = OnError.ABORT;
    boolean dryRun;
    int parallelism = 384;
    int retries = 5;
    long maxBytesPerSecond;
    @Nullable OutcomeCallback onFile;
    @Nullable ProgressListener progress;

    /** Returns all values by their names. */
    Map<String, @Nullable Object> all() {
      Map<String, @Nullable Object> all = new LinkedHashMap<String, @Nullable Object>();
      all.put("preserveMtime", preserveMtime);
      all.put("preserveMode", preserveMode);
      all.put("mode", mode);
      all.put("existing", existing);
      all.put("atomic", atomic);
      all.put("resume", resume);
      all.put("temporaryName", temporaryName);
      all.put("createParents", createParents);
      all.put("doneFile", doneFile);
      all.put("verify", verify);
      all.put("removeSource", removeSource);
      all.put("removeEmptyDirectories", removeEmptyDirectories);
      all.put("symlinks", symlinks);
      all.put("filter", filter);
      all.put("select", select);
      all.put("newest", newest);
      all.put("oldest", oldest);
      all.put("order", order);
      all.put("limit", limit);
      all.put("deleteExtraneous", deleteExtraneous);
      all.put("allowEmptySource", allowEmptySource);
      all.put("mtimeTolerance", mtimeTolerance);
      all.put("onError", onError);
      all.put("dryRun", dryRun);
      all.put("parallelism", parallelism);
      all.put("retries", retries);
      all.put("maxBytesPerSecond", maxBytesPerSecond);
      all.put("onFile", onFile);
      all.put("progress", progress);
      return all;
    }

    @Override
    protected Values clone() {
      try {
        return (Values) super.clone();
      } catch (CloneNotSupportedException e) {
        throw new AssertionError(e);
      }
    }
  }
}
