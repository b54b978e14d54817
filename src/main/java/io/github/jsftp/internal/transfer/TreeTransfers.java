package io.github.jsftp.internal.transfer;

import io.github.jsftp.ContentCallback;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.bulk.GivenPaths;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.transfer.bulk.LocalSourceList;
import io.github.jsftp.internal.transfer.bulk.NamedFiles;
import io.github.jsftp.internal.transfer.bulk.RemoteSourceList;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.source.LocalSourceTree;
import io.github.jsftp.internal.transfer.source.RemoteSourceTree;
import io.github.jsftp.internal.transfer.tree.LocalTargetDirectory;
import io.github.jsftp.internal.transfer.tree.RemoteTargetDirectory;
import io.github.jsftp.internal.transfer.tree.TreeCopy;
import io.github.jsftp.internal.transfer.tree.TreePaths;
import io.github.jsftp.internal.transfer.tree.TreeReading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Transfers of directory trees and of lists of files. Remote paths must be absolute. Every method
 * blocks its caller until the transfer is complete. Safe for use by several threads.
 */
public final class TreeTransfers {
  private final Transfers transfers;

  TreeTransfers(Transfers transfers) {
    this.transfers = transfers;
  }

  /** Downloads the files directly in a directory. */
  public TreeResult getD(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return get(transfers.call("getD", OptionCheck.filesOnly(options)), remoteDir, localDir, false);
  }

  /** Downloads a directory tree. */
  public TreeResult getR(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return get(transfers.call("getR", options), remoteDir, localDir, true);
  }

  /** Uploads the files directly in a directory. */
  public TreeResult putD(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return put(transfers.call("putD", OptionCheck.filesOnly(options)), localDir, remoteDir, false);
  }

  /** Uploads a directory tree. */
  public TreeResult putR(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return put(transfers.call("putR", options), localDir, remoteDir, true);
  }

  /** Copies a directory tree to another connection, through this client. */
  public TreeResult copyToR(String fromDir, Transfers other, String toDir, TransferOptions options)
      throws IOException {
    TransferCall call = transfers.call("copyToR", other, options);
    var copy =
        new TreeCopy(
            call,
            new RemoteSourceTree(call, fromDir, true),
            top -> RemoteTargetDirectory.top(call.forTarget(), toDir, top),
            TreePaths.between(fromDir, toDir),
            true);
    var overlap = new Overlap(call, fromDir, toDir);
    return call.run(() -> fromDir, () -> call.then(overlap.checkTree(), distinct -> copy.run()));
  }

  /** Passes the files of a tree to a callback, with their content. */
  public TreeResult readTree(String remoteDir, ContentCallback reader, TransferOptions options)
      throws IOException {
    Objects.requireNonNull(reader, "reader");
    TransferCall call = transfers.call("readTree", OptionCheck.withoutTarget(options));
    var paths = TreePaths.streams(remoteDir);
    return call.runBlocking(remoteDir, () -> new TreeReading(call, remoteDir, paths, reader).run());
  }

  /** Downloads files into a directory, under their own names and in the order given. */
  public TreeResult getAll(GivenPaths paths, Path localDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    Map<String, String> files = NamedFiles.remote(paths);
    TransferCall call = transfers.call("getAll", OptionCheck.filesOnly(options));
    String root = NamedFiles.commonDirectory(files.values());
    var copy =
        new TreeCopy(
            call,
            new RemoteSourceList(call, files),
            top -> LocalTargetDirectory.top(call, localDir, top),
            TreePaths.down(root, localDir).withRemoteSources(files),
            false);
    return call.run(
        paths::summary,
        () -> {
          Optional<IOException> directory = RemoteSourceList.knownDirectory(call, paths);
          return directory.isPresent()
              ? CompletableFuture.failedFuture(directory.get())
              : copy.run();
        });
  }

  /** Uploads files into a directory, under their own names and in the order given. */
  public TreeResult putAll(Collection<Path> paths, String remoteDir, TransferOptions options)
      throws IOException {
    Map<String, Path> files = NamedFiles.local(GivenPaths.copy("paths", paths));
    TransferCall call = transfers.call("putAll", OptionCheck.filesOnly(options));
    var texts = files.values().stream().map(LocalNames::absoluteText).toList();
    Path root = Path.of(NamedFiles.commonDirectory(texts));
    var copy =
        new TreeCopy(
            call,
            new LocalSourceList(call, files),
            top -> RemoteTargetDirectory.top(call, remoteDir, top),
            TreePaths.up(root, remoteDir).withLocalSources(files),
            false);
    return call.run(() -> remoteDir, copy::run);
  }

  private static TreeResult get(TransferCall call, String remoteDir, Path localDir, boolean deep)
      throws IOException {
    var copy =
        new TreeCopy(
            call,
            new RemoteSourceTree(call, remoteDir, deep),
            top -> LocalTargetDirectory.top(call, localDir, top),
            TreePaths.down(remoteDir, localDir),
            deep);
    return call.run(() -> remoteDir, copy::run);
  }

  private static TreeResult put(TransferCall call, Path localDir, String remoteDir, boolean deep)
      throws IOException {
    var copy =
        new TreeCopy(
            call,
            new LocalSourceTree(call, localDir, deep),
            top -> RemoteTargetDirectory.top(call, remoteDir, top),
            TreePaths.up(localDir, remoteDir),
            deep);
    return call.run(() -> remoteDir, copy::run);
  }
}
