package io.github.jsftp.internal.local;

import io.github.jsftp.internal.path.Printable;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Messages for errors of local files. Java gives no reason for the most common ones. It also
 * repeats file names verbatim, which may come from a server and contain terminal control
 * characters.
 */
public final class LocalErrors {
  private LocalErrors() {}

  /** Returns an exception of the same type that gives a reason and is printable on one line. */
  public static FileSystemException describe(FileSystemException failure) {
    String file = printable(failure.getFile());
    String other = printable(failure.getOtherFile());
    String reason = printable(reason(failure));
    if (Objects.equals(file, failure.getFile())
        && Objects.equals(other, failure.getOtherFile())
        && Objects.equals(reason, failure.getReason())) {
      return failure;
    }
    FileSystemException described = copy(failure, file, other, reason);
    described.setStackTrace(failure.getStackTrace());
    return described;
  }

  /**
   * Converts a failure to create the temporary file of a target to one that names the target.
   *
   * @param replaces whether the target exists
   */
  public static FileSystemException atNewPart(
      Path target, FileSystemException refused, boolean replaces) {
    String file = target.toString();
    String why = refused.getReason();
    FileSystemException described;
    if (refused instanceof AccessDeniedException) {
      String hint = "the directory allows no new names; atomic(false) writes in place";
      described = new AccessDeniedException(file, null, replaces ? hint : why);
    } else if (refused instanceof NoSuchFileException) {
      described = new NoSuchFileException(file, null, why);
    } else {
      described = new FileSystemException(file, null, why);
    }
    described.setStackTrace(refused.getStackTrace());
    return described;
  }

  private static FileSystemException copy(
      FileSystemException failure,
      @Nullable String file,
      @Nullable String other,
      @Nullable String reason) {
    if (failure instanceof NoSuchFileException) {
      return new NoSuchFileException(file, other, reason);
    } else if (failure instanceof AccessDeniedException) {
      return new AccessDeniedException(file, other, reason);
    } else if (failure instanceof FileAlreadyExistsException) {
      return new FileAlreadyExistsException(file, other, reason);
    } else if (failure instanceof NotDirectoryException) {
      return new NotLocalDirectoryException(file);
    } else if (failure instanceof DirectoryNotEmptyException) {
      return new LocalDirectoryNotEmptyException(file);
    } else if (failure instanceof FileSystemLoopException) {
      return new LocalLoopException(file);
    }
    return new FileSystemException(file, other, reason);
  }

  private static @Nullable String reason(FileSystemException failure) {
    String reason = failure.getReason();
    if (reason != null) {
      return reason;
    } else if (failure instanceof NoSuchFileException) {
      return "no such local file or directory";
    } else if (failure instanceof AccessDeniedException) {
      return "permission denied for this local file or directory";
    } else if (failure instanceof FileAlreadyExistsException) {
      return "already exists locally";
    } else if (failure instanceof NotDirectoryException) {
      return NotLocalDirectoryException.REASON;
    } else if (failure instanceof DirectoryNotEmptyException) {
      return LocalDirectoryNotEmptyException.REASON;
    } else if (failure instanceof FileSystemLoopException) {
      return LocalLoopException.REASON;
    }
    return null;
  }

  private static @Nullable String printable(@Nullable String text) {
    return text == null ? null : Printable.of(text);
  }

  // Java's classes have no constructor that takes a reason.

  private static final class NotLocalDirectoryException extends NotDirectoryException {
    private static final long serialVersionUID = 1;
    static final String REASON = "not a local directory";

    NotLocalDirectoryException(@Nullable String file) {
      super(file);
    }

    @Override
    public String getReason() {
      return REASON;
    }
  }

  private static final class LocalDirectoryNotEmptyException extends DirectoryNotEmptyException {
    private static final long serialVersionUID = 1;
    static final String REASON = "the local directory is not empty";

    LocalDirectoryNotEmptyException(@Nullable String file) {
      super(file);
    }

    @Override
    public String getReason() {
      return REASON;
    }
  }

  private static final class LocalLoopException extends FileSystemLoopException {
    private static final long serialVersionUID = 1;
    static final String REASON = "too many levels of symbolic links";

    LocalLoopException(@Nullable String file) {
      super(file);
    }

    @Override
    public String getReason() {
      return REASON;
    }
  }
}
