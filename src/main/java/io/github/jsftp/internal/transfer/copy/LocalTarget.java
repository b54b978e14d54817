package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.place.LocalDoneFile;
import io.github.jsftp.internal.transfer.place.LocalParents;
import io.github.jsftp.internal.transfer.resume.Resumption;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.LocalContent;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A local file to download to. Its steps on the disk executor are those of {@link WrittenFile}, and
 * the look at an existing file.
 */
public final class LocalTarget implements FileTarget {
  private final TransferCall call;
  private final Path path;
  private final boolean followsLinks; // if false, a link at the path is replaced
  private Path realPath; // the path with its links followed, if they are
  private @Nullable FileAttributes existing;
  private @Nullable Set<String> knownParts; // all part files in the directory
  private @Nullable WrittenFile written; // null until it is opened
  private @Nullable Resumption resumption;
  private boolean isKnown;

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
    return call.runOnDisk(() -> LocalDoneFile.create(path, call.options()));
  }

  @Override
  public String name() {
    return String.valueOf(realPath.toAbsolutePath().getFileName());
  }

  @Override
  public Optional<String> temporaryName() {
    return written == null ? Optional.empty() : written.temporaryName();
  }

  @Override
  public IOException alreadyExists() {
    return LocalErrors.describe(new FileAlreadyExistsException(path.toString()));
  }

  @Override
  public CompletableFuture<Void> open(FileAttributes source) {
    WrittenFile file = toWrite(source);
    return call.runOnDisk(file::open);
  }

  @Override
  public CompletableFuture<Long> resume(FileAttributes source, Resumption resumption) {
    this.resumption = resumption;
    WrittenFile file = toWrite(source);
    return call.runOnDisk(() -> file.resume(resumption, knownParts));
  }

  private WrittenFile toWrite(FileAttributes source) {
    written = new WrittenFile(call, path, realPath, existing, source);
    return written;
  }

  @Override
  public Stripe.Reader partReader() {
    FileChannel opened = written().channel();
    return (offset, into) -> call.runOnDisk(() -> LocalSource.read(opened, offset, into));
  }

  @Override
  public CompletableFuture<Void> restart() {
    WrittenFile file = written();
    return call.runOnDisk(file::restart);
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void openWriters(int stripes, Consumer<Stripe.Writer> receiver) {
    FileChannel opened = written().channel();
    receiver.accept(
        (offset, from) -> call.runOnDisk(() -> WrittenFile.write(opened, offset, from)));
  }

  @Override
  public void allWritesSent() {}

  @Override
  public CompletableFuture<Void> complete(long bytes, CopyErrors errors) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Content content() {
    return written == null ? new LocalContent(call, realPath) : written.content();
  }

  @Override
  public CompletableFuture<Void> commit(long bytes, CopyErrors errors) {
    return call.then(
        call.runOnDisk(written()::commit),
        warnings -> {
          warnings.forEach(call::warn);
          return CompletableFuture.completedFuture(null);
        });
  }

  @Override
  public CompletableFuture<Void> abort() {
    WrittenFile file = written;
    if (file == null) {
      return CompletableFuture.completedFuture(null);
    }
    long length = resumption == null ? 0 : resumption.partLengthToLeave();
    boolean isUnusable = resumption == null || resumption.isUnusable();
    return call.runOnDisk(() -> file.cleanUp(length, isUnusable));
  }

  private WrittenFile written() {
    if (written == null) {
      throw new IllegalStateException("not open");
    }
    return written;
  }
}
