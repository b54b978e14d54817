package io.github.jsftp.internal.transfer.copy;

import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.CopyErrors;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.verify.Content;
import io.github.jsftp.internal.transfer.verify.LocalContent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A local file to upload. */
public final class LocalSource implements Source {
  private final TransferCall call;
  private final Path path;
  private volatile @Nullable FileChannel channel;
  private volatile @Nullable Object fileKey;
  private boolean aborted;

  public LocalSource(TransferCall call, Path path) {
    this.call = call;
    this.path = path;
  }

  @Override
  public String path() {
    return path.toString();
  }

  @Override
  public String identity() {
    Path absolute = path.toAbsolutePath().normalize();
    try {
      return LocalNames.text(absolute);
    } catch (FileSystemException e) {
      return absolute.toString();
    }
  }

  @Override
  public CompletableFuture<FileAttributes> stat() {
    return call.runOnDisk(this::readAttributes);
  }

  @Override
  public CompletableFuture<FileAttributes> open() {
    return call.runOnDisk(
        () -> {
          FileAttributes attributes = readAttributes();
          fileKey = call.options().removeSource() ? LocalFiles.fileKey(path) : null;
          setChannel(FileChannel.open(path, StandardOpenOption.READ));
          return attributes;
        });
  }

  @Override
  public int blockSize() {
    return Integer.MAX_VALUE;
  }

  @Override
  public void openReaders(int stripes, Consumer<Stripe.Reader> receiver) {
    FileChannel opened = opened();
    receiver.accept((offset, into) -> call.runOnDisk(() -> read(opened, offset, into)));
  }

  @Override
  public void allReadsSent() {}

  @Override
  public CompletableFuture<Void> finish(FileAttributes before, long bytes, CopyErrors errors) {
    return call.runOnDisk(
        () -> {
          opened().close();
          FileAttributes after = readAttributes();
          errors.checkSource(before, after, bytes);
          errors.checkNotModified(before.modified(), after.modified(), bytes);
        });
  }

  @Override
  public Content content() {
    return new LocalContent(call, path);
  }

  @Override
  public String name() {
    Path name = path.toAbsolutePath().getFileName();
    return String.valueOf(name);
  }

  @Override
  public CompletableFuture<Boolean> hasSibling(String name) {
    return call.runOnDisk(
        () -> {
          Path absolute = path.toAbsolutePath();
          return LocalFiles.attributesIfExists(LocalNames.sibling(absolute, name)) != null;
        });
  }

  @Override
  public CompletableFuture<Void> remove(FileAttributes copied, long bytes, CopyErrors errors) {
    return call.runOnDisk(
        () -> {
          if (Files.notExists(path)) {
            if (Files.isSymbolicLink(path)) { // the file that it led to is gone
              Files.delete(path);
            } else {
              call.warn(path + ": was removed by another program after it was copied");
            }
            return;
          }
          errors.checkUnchanged(copied, LocalFiles.attributes(path), bytes);
          if (!Objects.equals(fileKey, LocalFiles.fileKey(path))) {
            throw errors.sourceReplaced(bytes);
          }
          Files.delete(path);
        });
  }

  @Override
  public CompletableFuture<Void> abort() {
    return call.runOnDisk(this::close);
  }

  private FileAttributes readAttributes() throws IOException {
    FileAttributes attributes = LocalFiles.attributes(path);
    if (attributes.isDirectory()) {
      throw new FileSystemException(path.toString(), null, "is a directory: use putR");
    }
    LocalFiles.checkRegular(path, attributes, "put");
    return attributes;
  }

  private synchronized void setChannel(FileChannel opened) throws IOException {
    channel = opened;
    if (aborted) {
      opened.close();
    }
  }

  private synchronized void close() throws IOException {
    aborted = true;
    FileChannel opened = channel;
    if (opened != null) {
      opened.close();
    }
  }

  private FileChannel opened() {
    FileChannel opened = channel;
    if (opened == null) {
      throw new IllegalStateException("not open");
    }
    return opened;
  }

  /**
   * Reads until the buffer is full or the file ends; returns the number of bytes, -1 at the end.
   */
  static int read(FileChannel from, long offset, ByteBuffer into) throws IOException {
    int before = into.position();
    int count;
    do {
      count = from.read(into, offset + into.position() - before);
    } while (count > 0 && into.hasRemaining());
    return into.position() > before ? into.position() - before : count;
  }
}
