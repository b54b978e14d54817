package io.github.jsftp.internal.transfer.bulk;

import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.LocalSource;
import io.github.jsftp.internal.transfer.copy.Source;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Local files to upload into one directory. */
public final class LocalSourceList extends SourceList<Path> {
  private final TransferCall call;

  /**
   * Creates a source.
   *
   * @param paths the files by their names in the target directory, in the order of copying
   */
  public LocalSourceList(TransferCall call, Map<String, Path> paths) {
    super(call, paths);
    this.call = call;
  }

  @Override
  CompletableFuture<FileAttributes> attributes(Path path) {
    return call.runOnDisk(() -> read(path));
  }

  private FileAttributes read(Path path) throws IOException {
    FileAttributes attributes =
        call.options().symlinks() == Symlinks.FOLLOW
            ? LocalFiles.attributes(path)
            : LocalFiles.attributes(path, LinkOption.NOFOLLOW_LINKS);
    if (attributes.isDirectory()) {
      throw new FileSystemException(path.toString(), null, "is a directory: use putR");
    }
    LocalFiles.checkRegular(path, attributes, "put");
    return attributes;
  }

  @Override
  String absolute(Path path) {
    return LocalNames.absoluteText(path);
  }

  @Override
  public Source file(TreeEntry entry) {
    return new LocalSource(call, at(entry));
  }

  @Override
  public CompletableFuture<String> link(TreeEntry entry) {
    return call.runOnDisk(() -> LocalNames.text(Files.readSymbolicLink(at(entry))));
  }

  @Override
  public CompletableFuture<Void> remove(TreeEntry link) {
    return call.runOnDisk(() -> Files.delete(at(link)));
  }
}
