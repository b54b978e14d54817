package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.io.IOException;
import java.io.Serializable;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What was done with one file, link or directory, or what would be done in a dry run. Immutable and
 * safe to share between threads.
 */
public final class FileOutcome implements Serializable {
  private static final long serialVersionUID = 1L;

  private final Kind kind;
  private final String path;
  private final String source;
  private final String target;
  private final @Nullable FileInfo info;
  private final long bytes;
  private final @Nullable String linkText;
  private final @Nullable IOException failure;

  FileOutcome(
      Kind kind,
      String path,
      String source,
      String target,
      @Nullable FileInfo info,
      long bytes,
      @Nullable String linkText,
      @Nullable IOException failure) {
    this.kind = kind;
    this.path = path;
    this.source = source;
    this.target = target;
    this.info = info;
    this.bytes = bytes;
    this.linkText = linkText;
    this.failure = failure;
  }

  /** What was done. */
  public enum Kind {
    /** A file was copied. */
    COPIED,
    /** A symbolic link was created. */
    LINKED,
    /** A directory was created. */
    CREATED,
    /**
     * Nothing was done with the entry: because of the options, because it can't be copied, or
     * because the call had already ended.
     */
    SKIPPED,
    /** The entry was deleted. */
    DELETED,
    /** The entry was renamed. */
    RENAMED,
    /** The mode of the entry was set. */
    CHANGED,
    /** The attributes of the entry were read, see {@link FileOutcome#info()}. */
    FOUND,
    /** The operation failed, see {@link FileOutcome#failure()}. */
    FAILED
  }

  /** Returns what was done. */
  public Kind kind() {
    return kind;
  }

  /**
   * Returns the path relative to the root of the tree, with / as the separator and empty for the
   * root itself. For a single file, in an inbox, and for a list of files to copy, it is the name of
   * the file; in a {@link BulkResult}, the path as given.
   */
  public String path() {
    return path;
  }

  /**
   * Returns the source: a local path, an absolute remote path, or "(stream)". Empty if the
   * operation has one path only, as a deletion does.
   */
  public String source() {
    return source;
  }

  /** Returns the target, or the only path: a local path, an absolute remote path, or "(stream)". */
  public String target() {
    return target;
  }

  /**
   * Returns the attributes of the source, or of the only path, before the operation; empty if they
   * were neither given nor requested.
   */
  public Optional<FileInfo> info() {
    return Optional.ofNullable(info);
  }

  /**
   * Returns the number of bytes copied by this call, in a dry run of those that would be copied; 0
   * for anything but {@link Kind#COPIED}.
   */
  public long bytes() {
    return bytes;
  }

  /** Returns the exception of a failure; empty for anything but {@link Kind#FAILED}. */
  public Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  /**
   * Returns the outcome on one line, such as {@code make dir/}, {@code copy dir/a.txt (1,234
   * bytes)}, {@code link dir/b -> a.txt}, {@code skip c}, {@code delete old.txt}, {@code rename a
   * -> /srv/b}, {@code chmod d}, {@code find d}, {@code fail e: the reason}.
   */
  @Override
  public String toString() {
    return Printable.of(
        switch (kind) {
          case COPIED ->
              String.format(
                  Locale.ROOT, "copy %s (%,d %s)", path, bytes, bytes == 1 ? "byte" : "bytes");
          case LINKED -> "link " + path + " -> " + linkText;
          case CREATED -> "make " + (path.isEmpty() ? "." : path) + "/";
          case SKIPPED -> "skip " + path;
          case DELETED -> "delete " + path + (info != null && info.isDir() ? "/" : "");
          case RENAMED -> "rename " + path + " -> " + target;
          case CHANGED -> "chmod " + path;
          case FOUND -> "find " + path;
          case FAILED -> "fail " + path + ": " + reason();
        });
  }

  private String reason() {
    if (failure == null) {
      return "";
    }
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }
}
