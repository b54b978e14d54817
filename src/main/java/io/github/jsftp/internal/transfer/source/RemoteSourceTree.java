package io.github.jsftp.internal.transfer.source;

import io.github.jsftp.FileInfo;
import io.github.jsftp.TransferOptions.Symlinks;
import io.github.jsftp.internal.directory.DirectoryReader;
import io.github.jsftp.internal.directory.TreeWalker;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.RemoteSource;
import io.github.jsftp.internal.transfer.copy.Source;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A remote tree to download. */
public final class RemoteSourceTree implements SourceTree {
  private final TransferCall call;
  private final String top;
  private final TreeWalker walk;

  public RemoteSourceTree(TransferCall call, String top, boolean deep) {
    this.call = call;
    this.top = top;
    boolean follow = call.options().symlinks() == Symlinks.FOLLOW;
    var reader = new DirectoryReader(call.store(), call.loop(), call.handles());
    walk = new TreeWalker(call.store(), call.loop(), top, follow, directory -> deep, reader, false);
  }

  @Override
  public CompletableFuture<Optional<TreeEntry>> next() {
    return walk.next()
        .thenApply(
            entry ->
                Optional.ofNullable(entry)
                    .map(
                        there ->
                            new TreeEntry(
                                there.relative(),
                                there.kind(),
                                FileAttributes.of(there.info()),
                                there.depth(),
                                there.isBelowLink())));
  }

  @Override
  public String failedAt() {
    return walk.failedAt();
  }

  @Override
  public String path(TreeEntry entry) {
    return entry.relative().isEmpty() ? top : RemotePath.child(top, entry.relative());
  }

  @Override
  public FileInfo info(TreeEntry entry) {
    return entry.attributes().info(path(entry));
  }

  @Override
  public Source file(TreeEntry entry) {
    return new RemoteSource(call, path(entry), entry.attributes());
  }

  @Override
  public CompletableFuture<String> link(TreeEntry entry) {
    return call.store().readlink(path(entry));
  }

  @Override
  public CompletableFuture<Void> remove(TreeEntry entry) {
    return entry.kind() == TreeWalker.Kind.LINK
        ? call.store().remove(path(entry))
        : call.store().rmdir(path(entry));
  }

  @Override
  public void close() {
    walk.close();
  }
}
