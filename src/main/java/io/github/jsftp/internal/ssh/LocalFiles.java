package io.github.jsftp.internal.ssh;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** The user's own files that ssh keeps, and words for what can be wrong with them. */
final class LocalFiles {
  private LocalFiles() {}

  /** Returns a file in the user's {@code ~/.ssh}. */
  static Path ssh(String name) {
    return Path.of(System.getProperty("user.home", "."), ".ssh", name);
  }

  /** Says in a few words why a local file can't be used. */
  static String why(IOException failure) {
    if (failure instanceof NoSuchFileException) {
      return "no such file or directory";
    }
    if (failure instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (failure instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    String message = failure.getMessage();
    return message == null ? failure.getClass().getSimpleName() : message;
  }
}
