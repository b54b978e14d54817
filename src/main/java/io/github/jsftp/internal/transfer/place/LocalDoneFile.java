package io.github.jsftp.internal.transfer.place;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.OctalMode;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** The empty file beside a local target that marks the target as complete. */
public final class LocalDoneFile {
  private LocalDoneFile() {}

  /** Removes the done file of an earlier target, if the options ask for done files. */
  public static void removeOld(Path target, TransferOptions options) throws IOException {
    if (options.doneFile().isPresent()) {
      Files.deleteIfExists(path(target, options));
    }
  }

  /** Creates the done file of a complete target, if the options ask for it. */
  public static void create(Path target, TransferOptions options) throws IOException {
    if (options.doneFile().isEmpty()) {
      return;
    }
    Path path = path(target, options);
    try {
      Files.createFile(path, attributes(path, options));
    } catch (FileAlreadyExistsException e) {
      // It marks this target: an earlier one has been removed.
    } catch (FileSystemException e) {
      String reason = LocalErrors.describe(e).getReason();
      throw new FileSystemException(
          path.toString(), null, reason + "; the file that it would mark is complete");
    }
  }

  private static FileAttribute<?>[] attributes(Path path, TransferOptions options) {
    var mode = options.mode();
    return mode.isEmpty() || !LocalFiles.isPosix(path)
        ? new FileAttribute<?>[0]
        : new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(
              LocalFiles.permissions(OctalMode.bits(mode.getAsInt())))
        };
  }

  private static Path path(Path target, TransferOptions options) throws IOException {
    return LocalNames.sibling(target, DoneFile.name(options, LocalNames.name(target)));
  }
}
