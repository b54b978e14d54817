package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.PreservedAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.place.LocalDoneFile;
import io.github.jsftp.internal.transfer.place.LocalParents;
import io.github.jsftp.internal.transfer.replace.LocalReplacement;
import io.github.jsftp.internal.transfer.resume.LocalParts;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.LocalContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * The local file that a download writes: a temporary file, a part file of an earlier call, or the
 * target itself. The methods access the disk, and run one at a time except for the writes.
 */
final class WrittenFile {
  private static final Set<OpenOption> CREATE_NEW =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private static final Set<OpenOption> TRUNCATE =
      Set.of(
          StandardOpenOption.WRITE,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          LinkOption.NOFOLLOW_LINKS);

  private final TransferCall call;
  private final TransferOptions options;
  private final Path path;
  private final Path realPath;
  private final @Nullable FileAttributes existing;
  private final FileAttributes source;
  private @Nullable FileChannel channel;
  private @Nullable Path temporary; // null if the target itself is written
  private @Nullable LocalReplacement replacement;
  private Optional<String> narrowingWarning = Optional.empty();
  private @Nullable LocalParts parts;
  private boolean resumesPart; // the open file is a part file of an earlier call
  private boolean isFinished;

  /**
   * Prepares to write a file.
   *
   * @param path the target's path, for messages
   * @param realPath the path to write to, with its links followed if they are
   * @param existing the attributes of the file there, or null
   * @param source the attributes of the source
   */
  WrittenFile(
      TransferCall call,
      Path path,
      Path realPath,
      @Nullable FileAttributes existing,
      FileAttributes source) {
    this.call = call;
    options = call.options();
    this.path = path;
    this.realPath = realPath;
    this.existing = existing;
    this.source = source;
  }

  /** Returns the name of the temporary file, or empty if the target itself is written. */
  synchronized Optional<String> temporaryName() {
    return Optional.ofNullable(temporary).map(part -> String.valueOf(part.getFileName()));
  }

  synchronized Content content() {
    return temporary == null
        ? new LocalContent(call, realPath)
        : new LocalContent(call, temporary, channel());
  }

  synchronized FileChannel channel() {
    if (channel == null) {
      throw new IllegalStateException("not open");
    }
    return channel;
  }

  /** Creates the file and its missing directories, as far as the options allow. */
  synchronized void open() throws IOException {
    checkNotFinished();
    LocalParents.create(realPath, options);
    if (isInPlace()) {
      openInPlace();
      return;
    }
    Path sibling =
        parts == null
            ? LocalNames.sibling(
                realPath, TemporaryName.of(options.temporaryName(), requiredName()))
            : parts.createPath();
    try {
      LocalReplacement next = replacement();
      int required = parts == null ? 0 : Resumption.OWNER_READ_WRITE;
      FileChannel opened = FileChannel.open(sibling, CREATE_NEW, next.initialAttributes(required));
      channel = opened;
      temporary = sibling;
      prepare(next, sibling, required);
      if (parts != null) {
        LocalParts.lock(sibling, opened);
      }
    } catch (FileSystemException e) {
      throw LocalErrors.atNewPart(path, e, existing != null);
    }
  }

  private void openInPlace() throws IOException {
    FileAttribute<?>[] attributes = replacement().initialAttributes(0);
    LocalDoneFile.removeOld(path, options);
    if (!call.mayReplace()) {
      channel = FileChannel.open(realPath, CREATE_NEW, attributes);
      return;
    }
    if (Files.isSymbolicLink(realPath)) {
      Files.delete(realPath);
    }
    channel = FileChannel.open(realPath, TRUNCATE, attributes);
    if (options.mode().isPresent()) {
      setAttributes(realPath, AttributeChanges.permissions(permissions()));
    }
  }

  /**
   * Opens the part file of an earlier call or, if there is none to resume, a new one.
   *
   * @param knownParts all part files in the directory, or null to look for them
   * @return the length of the part file, 0 for a new one
   */
  synchronized long resume(Resumption rules, @Nullable Set<String> knownParts) throws IOException {
    checkNotFinished();
    LocalParents.create(realPath, options);
    var names = rules.names(options.temporaryName(), requiredName(), permissions());
    var found = LocalParts.find(realPath, names, knownParts);
    parts = found;
    LocalParts.LocalPart part = found.open(rules);
    if (part == null) {
      open();
      return 0;
    }
    resumesPart = true;
    channel = part.channel();
    temporary = part.path();
    prepare(replacement(), part.path(), Resumption.OWNER_READ_WRITE);
    return part.channel().size();
  }

  /** Deletes the part file of the earlier call and opens a new one. */
  synchronized void restart() throws IOException {
    checkNotFinished();
    resumesPart = false;
    channel().close();
    if (temporary != null) {
      Files.deleteIfExists(temporary);
    }
    open();
  }

  /**
   * Sets the final attributes, and gives the file its final name.
   *
   * @return warnings
   */
  synchronized List<String> commit() throws IOException {
    checkNotFinished();
    boolean syncs = options.removeSource();
    if (syncs) {
      channel().force(true);
    }
    channel().close();
    Path written = temporary == null ? realPath : temporary;
    int permissions = permissions();
    if (replacement != null) {
      replacement.finish(written);
      permissions = replacement.permissions();
    }
    Optional<String> warning =
        setAttributes(written, PreservedAttributes.of(options, source, permissions));
    if (temporary != null) {
      LocalDoneFile.removeOld(path, options);
    }
    if (temporary != null && call.mayReplace()) {
      Files.move(
          temporary, realPath, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } else if (temporary != null) {
      LocalFiles.moveUnlessExists(temporary, realPath);
    }
    if (syncs) {
      LocalFiles.syncDirectory(realPath);
    }
    if (parts != null) {
      parts.removeLeftovers();
    }
    isFinished = true;
    LocalDoneFile.create(path, options);
    var warnings = new ArrayList<String>();
    warning.ifPresent(warnings::add);
    narrowingWarning.ifPresent(warnings::add);
    return warnings;
  }

  /**
   * Deletes the file, unless the copy is complete or a later call can resume it.
   *
   * @param length the length to give the part file, 0 for none
   * @param isUnusable whether the part file must not be resumed
   */
  synchronized void cleanUp(long length, boolean isUnusable) throws IOException {
    if (isFinished) {
      return;
    }
    isFinished = true;
    if (channel == null) {
      return;
    }
    try (var closing = channel) {
      if (length > 0 && closing.isOpen() && length > closing.size()) {
        write(closing, length - 1, ByteBuffer.allocate(1));
      }
    }
    if (length > 0 || (resumesPart && !isUnusable)) {
      return;
    }
    if (temporary != null) {
      Files.deleteIfExists(temporary);
    } else if (existing == null) {
      Files.deleteIfExists(realPath);
    }
  }

  /** Writes all of the buffer; may be called by several threads. */
  static void write(FileChannel to, long offset, ByteBuffer from) throws IOException {
    long at = offset;
    while (from.hasRemaining()) {
      at += to.write(from, at);
    }
  }

  private void checkNotFinished() {
    if (isFinished) {
      throw new CancellationException();
    }
  }

  /** Sets attributes; returns a warning if this failed and the options do not demand it. */
  private Optional<String> setAttributes(Path file, AttributeChanges attributes)
      throws IOException {
    Optional<String> warning = LocalFiles.setAttributes(file, path, attributes);
    if (warning.isPresent() && options.mode().isPresent()) {
      throw new FileSystemException(path.toString(), null, "mode can't be set");
    }
    return warning;
  }

  private String requiredName() throws FileSystemException {
    String name = LocalNames.name(realPath);
    if (name.isEmpty()) {
      throw new FileSystemException(path.toString(), null, "is a directory");
    }
    return name;
  }

  private boolean isInPlace() {
    return !options.atomic();
  }

  private LocalReplacement replacement() throws IOException {
    return new LocalReplacement(
        path, permissions(), existing == null || isInPlace() ? null : realPath);
  }

  private void prepare(LocalReplacement next, Path part, int required) throws IOException {
    replacement = next;
    narrowingWarning = next.prepare(part, required);
  }

  /** Returns the final permission bits, -1 to use the default (umask). */
  private int permissions() {
    if (!LocalFiles.isPosix(realPath)) {
      return -1;
    }
    int replaced = existing == null || isInPlace() ? -1 : existing.permissions();
    return PreservedAttributes.permissions(options, source, replaced);
  }
}
