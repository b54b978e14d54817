package io.github.jsftp.internal.inbox;

import io.github.jsftp.FileInfo;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.Printable;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/** Downloads files into a private directory, and calls the handler. */
final class Handling implements Closeable {
  private static final String PREFIX = "jsftp-inbox-";
  private static final int MAX_REASON = 4000;

  private final InboxSettings settings;
  private final InboxJournal journal;
  private @Nullable Path dir;

  Handling(InboxSettings settings, InboxJournal journal) throws IOException {
    this.settings = settings;
    this.journal = journal;
    for (String left : journal.notes().temporaries()) {
      try {
        Path path = Path.of(left);
        Path name = path.getFileName();
        if (name != null && name.toString().startsWith(PREFIX)) {
          delete(path);
        }
        if (Files.notExists(path)) {
          journal.note(InboxNotes.REMOVED, left);
        }
      } catch (InvalidPathException e) {
        // Written with another locale, with which a later poll may run again.
      }
    }
  }

  /**
   * Returns the local path for a file.
   *
   * @throws FileSystemException if this system can't have a file with this name
   */
  Path localPath(String name) throws IOException {
    return LocalNames.child(prepare(), name);
  }

  /**
   * Downloads a file.
   *
   * @param entry the name that it has on the server
   * @return true, or false if the remote file is changing
   */
  boolean download(String entry, FileInfo info, Path file) throws IOException {
    try {
      long bytes = settings.sftp().get(settings.path(entry), file, settings.transfer()).bytes();
      if (info.size() < 0 || bytes == info.size()) {
        return true;
      }
    } catch (VerificationException e) {
      // The source changed while it was copied.
    }
    discard(file);
    return false;
  }

  /**
   * Calls the handler, and records how it ends.
   *
   * @return why it failed, or null if it returned normally
   * @throws InterruptedIOException if it was interrupted; nothing is recorded then
   */
  @Nullable IOException handle(Claim claim, FileInfo info, Path file) throws IOException {
    try {
      settings.handler().handle(info, file);
      journal.noteDurably(InboxNotes.HANDLED, claim.id);
      return null;
    } catch (Exception e) {
      checkInterrupt(info, e);
      fail(claim, e);
      return e instanceof IOException failure ? failure : new IOException(e.toString(), e);
    } catch (Error e) {
      fail(claim, e);
      throw e;
    }
  }

  /** Deletes a downloaded file, unless it has been moved. */
  void discard(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // The handler has left it open, on Windows: it is deleted with the directory.
    }
  }

  /** Records that a file can't be handled. */
  void fail(Claim claim, Throwable failure) {
    String message = failure.getMessage();
    String name = failure.getClass().getSimpleName();
    String reason = Printable.of(message == null ? name : name + ": " + message);
    journal.noteDurably(
        InboxNotes.FAILED,
        claim.id,
        reason.length() > MAX_REASON ? reason.substring(0, MAX_REASON) : reason);
  }

  static void checkInterrupt(FileInfo info, Exception failure) throws InterruptedIOException {
    if (failure instanceof InterruptedException || Thread.currentThread().isInterrupted()) {
      Thread.currentThread().interrupt();
      var interrupted =
          new InterruptedIOException(
              Printable.of(info.path())
                  + ": the handler was interrupted; the next poll hands it the file again");
      interrupted.initCause(failure);
      throw interrupted;
    }
  }

  /** Creates the private directory, if needed. */
  Path prepare() throws IOException {
    Path known = dir;
    if (known == null || Files.notExists(known)) { // a handler may have deleted it
      known = create(settings.temporary()).toAbsolutePath();
      journal.note(InboxNotes.TEMPORARY, known.toString());
      dir = known;
    }
    return known;
  }

  private static Path create(@Nullable Path parent) throws IOException {
    try {
      return parent == null
          ? Files.createTempDirectory(PREFIX)
          : Files.createTempDirectory(LocalFiles.createDirectories(parent), PREFIX);
    } catch (FileSystemException e) {
      throw LocalErrors.describe(e);
    }
  }

  @Override
  public void close() throws IOException {
    Path made = dir;
    if (made != null) {
      delete(made);
      if (Files.notExists(made)) {
        journal.note(InboxNotes.REMOVED, made.toString());
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path left, @Nullable IOException failure)
                throws IOException {
              Files.deleteIfExists(left);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (NoSuchFileException e) {
      // Already deleted.
    } catch (FileSystemException e) {
      // Still open on Windows: the next poll deletes it.
    }
  }
}
