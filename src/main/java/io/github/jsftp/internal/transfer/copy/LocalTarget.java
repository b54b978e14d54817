package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.AttributeChanges;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
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
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A local file to download to. Its steps run on the disk executor, one at a time except for the
 * writes.
 */
public final class LocalTarget implements FileTarget {
  private static final Set<OpenOption> CREATE_NEW =
      Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW);

  private static final Set<OpenOption> TRUNCATE =
      Set.of(
          StandardOpenOption.WRITE,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING,
          LinkOption.NOFOLLOW_LINKS);

  private final TransferCall call;
  private final Path path;
  private final boolean followsLinks; // if false, a link at the path is replaced
  private Path realPath; // the path with its links followed, if they are
  private @Nullable FileAttributes existing;
  private FileAttributes source = FileAttributes.OF_STREAM;
  private @Nullable Path temporary;
  private @Nullable FileChannel channel;
  private @Nullable LocalReplacement replacement;
  private Optional<String> narrowingWarning = Optional.empty();
  private @Nullable Resumption resumption;
  private @Nullable LocalParts parts;
  private @Nullable Set<String> knownParts; // all part files in the directory
  private boolean resumesPart; // the open file is a part file of an earlier call
  private boolean isKnown;
  private boolean isFinished;

  private LocalTarget(TransferCall call, Path path, boolean followsLinks) {
    this.call = call;
    this.path = path;
    this.followsLinks = followsLinks;
    this.realPath = path;
  }

  /**
   * Creates a target at a path from the user. If it is a link, the file it leads to is replaced.
   */
  public static LocalTarget named(TransferCall call, Path path) {
    return new LocalTarget(call, path, true);
  }

  /** Creates a target inside a directory from the user. Links are replaced, never followed. */
  public static LocalTarget inside(TransferCall call, Path path) {
    return new LocalTarget(call, path, false);
  }

  /**
   * Creates a target inside a directory that has been listed.
   *
   * @param found the listed attributes of an existing file, or null
   * @param parts all part files in the directory
   */
  public static LocalTarget known(
      TransferCall call, Path path, @Nullable FileAttributes found, Set<String> parts) {
    LocalTarget target = inside(call, path);
    FileAttributes replaced = found == null ? null : found.linkAsFile();
    if (replaced == null || replaced.type() == FileInfo.Type.FILE) {
      target.existing = replaced;
      target.knownParts = parts;
      target.isKnown = true;
    }
    return target;
  }

  @Override
  public String path() {
    return path.toString();
  }

  @Override
  public CompletableFuture<Optional<FileAttributes>> stat() {
    if (isKnown) {
      return CompletableFuture.completedFuture(Optional.ofNullable(existing));
    }
    return call.runOnDisk(
        () -> {
          realPath = followsLinks ? LocalFiles.endOfLinks(path) : path;
          FileAttributes found = LocalFiles.attributesIfExists(realPath);
          if (found == null) {
            LocalParents.check(realPath, call.options());
          } else if (found.isDirectory()) {
            throw new FileSystemException(path.toString(), null, "is a directory");
          } else {
            LocalFiles.checkRegular(path, found, "get to");
          }
          existing = found == null ? null : found.linkAsFile();
          return Optional.ofNullable(existing);
        });
  }

  @Override
  public CompletableFuture<Void> ensureDoneFile() {
    return call.runOnDisk(
        () -> {
          LocalDoneFile.create(path, call.options());
          return null;
        });
  }

  @Override
  public String name() {
    return String.valueOf(realPath.toAbsolutePath().getFileName());
  }

  @Override
  public synchronized Optional<String> temporaryName() {
    return Optional.ofNullable(temporary).map(part -> String.valueOf(part.getFileName()));
  }

  @Override
  public IOException alreadyExists() {
    return LocalErrors.describe(new FileAlreadyExistsException(path.toString()));
  }

  @Override
  public CompletableFuture<Void> open(FileAttributes source) {
    this.source = source;
    return call.runOnDisk(
        () -> {
          open();
          return null;
        });
  }

  @Override
  public CompletableFuture<Long> resume(FileAttributes source, Resumption resumption) {
    this.source = source;
    this.resumption = resumption;
    return call.runOnDisk(() -> reopen(resumption));
  }

  @Override
  public Stripe.Reader partReader() {
    FileChannel opened = opened();
    return (offset, into) -> call.runOnDisk(() -> LocalSource.read(opened, offset, into));
  }

  @Override
  public CompletableFuture<Void> restart() {
    return call.runOnDisk(
        () -> {
          discardPart();
          open();
          return null;
        });
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void openWriters(int stripes, Consumer<Stripe.Writer> receiver) {
    FileChannel opened = opened();
    receiver.accept(
        (offset, from) ->
            call.runOnDisk(
                () -> {
                  write(opened, offset, from);
                  return null;
                }));
  }

  @Override
  public void allWritesSent() {}

  @Override
  public CompletableFuture<Void> complete(long bytes, CopyErrors errors) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public synchronized Content content() {
    return temporary == null
        ? new LocalContent(call, realPath)
        : new LocalContent(call, temporary, opened());
  }

  @Override
  public CompletableFuture<Void> commit(long bytes, CopyErrors errors) {
    return call.then(
        call.runOnDisk(this::moveIntoPlace),
        warning -> {
          warning.ifPresent(call::warn);
          narrowingWarning.ifPresent(call::warn);
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> abort() {
    long length = resumption == null ? 0 : resumption.partLengthToLeave();
    boolean isUnusable = resumption == null || resumption.isUnusable();
    return call.runOnDisk(
        () -> {
          cleanUp(length, isUnusable);
          return null;
        });
  }

  private synchronized void open() throws IOException {
    if (isFinished) {
      throw new CancellationException();
    }
    LocalParents.create(realPath, call.options());
    if (isInPlace()) {
      openInPlace();
      return;
    }
    Path sibling =
        parts == null
            ? LocalNames.sibling(
                realPath, TemporaryName.of(call.options().temporaryName(), requiredName()))
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
    LocalDoneFile.removeOld(path, call.options());
    if (!call.mayReplace()) {
      channel = FileChannel.open(realPath, CREATE_NEW, attributes);
      return;
    }
    if (Files.isSymbolicLink(realPath)) {
      Files.delete(realPath);
    }
    channel = FileChannel.open(realPath, TRUNCATE, attributes);
    if (call.options().mode().isPresent()) {
      setAttributes(realPath, AttributeChanges.permissions(permissions()));
    }
  }

  /** Sets attributes; returns a warning if this failed and the options do not demand it. */
  private Optional<String> setAttributes(Path file, AttributeChanges attributes)
      throws IOException {
    Optional<String> warning = LocalFiles.setAttributes(file, path, attributes);
    if (warning.isPresent() && call.options().mode().isPresent()) {
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

  private synchronized long reopen(Resumption rules) throws IOException {
    if (isFinished) {
      throw new CancellationException();
    }
    LocalParents.create(realPath, call.options());
    var names = rules.names(call.options().temporaryName(), requiredName(), permissions());
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

  private synchronized void discardPart() throws IOException {
    if (isFinished) {
      throw new CancellationException();
    }
    resumesPart = false;
    opened().close();
    if (temporary != null) {
      Files.deleteIfExists(temporary);
    }
  }

  private boolean isInPlace() {
    return !call.options().atomic();
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
    return PreservedAttributes.permissions(call.options(), source, replaced);
  }

  private synchronized Optional<String> moveIntoPlace() throws IOException {
    if (isFinished) {
      throw new CancellationException();
    }
    boolean syncs = call.options().removeSource();
    if (syncs) {
      opened().force(true);
    }
    opened().close();
    Path written = temporary == null ? realPath : temporary;
    int permissions = permissions();
    if (replacement != null) {
      replacement.finish(written);
      permissions = replacement.permissions();
    }
    Optional<String> warning =
        setAttributes(written, PreservedAttributes.of(call.options(), source, permissions));
    if (temporary != null) {
      LocalDoneFile.removeOld(path, call.options());
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
    LocalDoneFile.create(path, call.options());
    return warning;
  }

  private synchronized void cleanUp(long length, boolean isUnusable) throws IOException {
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

  private synchronized FileChannel opened() {
    if (channel == null) {
      throw new IllegalStateException("not open");
    }
    return channel;
  }

  private static void write(FileChannel to, long offset, ByteBuffer from) throws IOException {
    long at = offset;
    while (from.hasRemaining()) {
      at += to.write(from, at);
    }
  }
}
