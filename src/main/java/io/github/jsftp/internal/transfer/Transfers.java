package io.github.jsftp.internal.transfer;

import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferResult;
import io.github.jsftp.TreeResult;
import io.github.jsftp.internal.async.Backoff;
import io.github.jsftp.internal.async.DiskExecutor;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.Digests;
import io.github.jsftp.internal.remote.OperationLog;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.transfer.context.ActiveTransfers;
import io.github.jsftp.internal.transfer.context.FileProgress;
import io.github.jsftp.internal.transfer.context.MemoryBudget;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.copy.BlockCopy;
import io.github.jsftp.internal.transfer.copy.DigestReader;
import io.github.jsftp.internal.transfer.copy.FileCopy;
import io.github.jsftp.internal.transfer.copy.LocalSource;
import io.github.jsftp.internal.transfer.copy.LocalTarget;
import io.github.jsftp.internal.transfer.copy.RemoteSource;
import io.github.jsftp.internal.transfer.copy.RemoteTarget;
import io.github.jsftp.internal.transfer.copy.Source;
import io.github.jsftp.internal.transfer.copy.StreamSource;
import io.github.jsftp.internal.transfer.copy.StreamTarget;
import io.github.jsftp.internal.transfer.copy.Target;
import io.github.jsftp.internal.transfer.tree.LocalTargetDirectory;
import io.github.jsftp.internal.transfer.tree.LocalTree;
import io.github.jsftp.internal.transfer.tree.RemoteTargetDirectory;
import io.github.jsftp.internal.transfer.tree.RemoteTree;
import io.github.jsftp.internal.transfer.tree.TreeCopy;
import io.github.jsftp.internal.transfer.tree.TreePaths;
import io.github.jsftp.internal.transfer.verify.PieceDigest;
import io.github.jsftp.internal.transfer.verify.RemoteContent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Copies files and trees between here and the server. Remote paths are absolute. Every method runs
 * on its caller's thread until all is done. Safe for use by several threads.
 */
public final class Transfers {
  private static final Duration CLEANUP_LIMIT = Duration.ofSeconds(1);

  private final RemoteStore store;
  private final Backoff backoff;
  private final Executor disk;
  private final ActiveTransfers transfers;
  private final MemoryBudget budget = new MemoryBudget();

  /**
   * Copies to and from this store.
   *
   * @param backoff how long to wait for a line that was lost
   * @param disk runs what touches local files, such as a {@link DiskExecutor}
   */
  public Transfers(RemoteStore store, Backoff backoff, Executor disk) {
    this(store, backoff, disk, OperationLog.DISABLED);
  }

  /**
   * Does the same.
   *
   * @param operations notes each call
   */
  public Transfers(RemoteStore store, Backoff backoff, Executor disk, OperationLog operations) {
    transfers = new ActiveTransfers(operations);
    this.store = store;
    this.backoff = backoff;
    this.disk = disk;
  }

  /** Downloads a file; into {@code local}, under its own name, if that is a directory. */
  public TransferResult get(String remote, Path local, TransferOptions options) throws IOException {
    LocalNames.check(local);
    TransferCall call = call("get", options);
    if (!RemotePath.isName(RemotePath.name(remote))) {
      return transfers.operations().logged("get", remote, () -> rejectPath(call, remote));
    }
    Target target =
        Files.isDirectory(local)
            ? LocalTarget.inside(call, LocalNames.child(local, RemotePath.name(remote)))
            : LocalTarget.named(call, local);
    return copy(call, new RemoteSource(call, remote, null), target, () -> remote);
  }

  /** Refuses a path that no file has. */
  private static TransferResult rejectPath(TransferCall call, String remote) throws IOException {
    boolean isDirectory = call.run(() -> call.store().stat(remote)).isDirectory();
    String problem = isDirectory ? "is a directory: use getR" : "is not a directory";
    throw new SftpException(call.store().details(remote, problem), null);
  }

  /** Downloads a file to a stream, which stays open. */
  public TransferResult get(String remote, OutputStream to, TransferOptions options)
      throws IOException {
    TransferCall call = call("get", withoutResume(options));
    Target target = StreamTarget.sink(to, options);
    return copy(call, new RemoteSource(call, remote, null), target, () -> remote);
  }

  /** Uploads a file; into {@code remote}, under its own name, if that is a directory. */
  public TransferResult put(Path local, String remote, TransferOptions options) throws IOException {
    LocalNames.check(local);
    TransferCall call = call("put", options);
    if (options.existing() == Existing.OVERWRITE && !options.dryRun()) {
      BlockCopy.expectStripes(call, LocalFiles.size(local));
    }
    String name = LocalNames.isText(local) ? LocalNames.name(local) : "";
    var target = new RemoteTarget(call, remote, RemotePath.isName(name) ? name : null);
    return copy(call, new LocalSource(call, local), target, target::path);
  }

  /** Uploads what a stream yields until its end; it stays open. */
  public TransferResult put(InputStream from, String remote, TransferOptions options)
      throws IOException {
    TransferCall call = call("put", withoutResume(options));
    var target = new RemoteTarget(call, remote, null);
    return copy(call, new StreamSource(from, options), target, () -> remote);
  }

  /**
   * Copies a remote file to another: on the server where that can do so, else by way of this
   * machine, which reads to the end also where no size is known. The target appears when it is
   * complete; a link there stays one.
   */
  public void copy(String from, String to) throws IOException {
    transfers
        .operations()
        .logged(
            "copy",
            from,
            () -> {
              copyOnServer(from, to);
              return true;
            });
  }

  private void copyOnServer(String from, String to) throws IOException {
    var copy = RemoteCopy.prepare(new RemoteCall(store.named("copy"), backoff), from, to);
    TransferCall call = call("copy", copy.options());
    if (!copy.isSizeKnown()) {
      copyThroughClient(call, from, to);
      return;
    }
    transfers.add(call);
    try {
      copy.run(call);
      call.warnings().forEach(ServerErrors::logWarning);
    } catch (OperationNotSupportedException e) {
      copyThroughClient(call, from, to);
    } finally {
      call.store().release();
      transfers.remove(call);
    }
  }

  private static void copyThroughClient(TransferCall call, String from, String to)
      throws IOException {
    call.meter().singleFile();
    var source = new RemoteSource(call, from, null);
    call.run(
        new FileCopy(
                call,
                source,
                new RemoteTarget(call, to, null),
                () -> from,
                new FileProgress(call.meter(), () -> RemotePath.name(from)))
            ::run);
    call.reportDone();
  }

  /**
   * Returns the digest of a file in lower-case hexadecimal digits; the server digests it where it
   * offers just this algorithm, else its bytes are read and digested here.
   *
   * @param algorithm as {@link java.security.MessageDigest} names it
   * @throws IllegalArgumentException if there is none of this name
   */
  public String checksum(String path, String algorithm) throws IOException {
    PieceDigest.check(algorithm);
    TransferCall call = call("checksum", TransferOptions.defaults());
    Digests whole =
        call.run(
            () -> path,
            () -> RemoteContent.whole(call, path, algorithm, new DigestReader(call, path)));
    return HexFormat.of().formatHex(whole.pieces().get(0));
  }

  /** Returns the bytes of a file, for the user's operation of this name. */
  public byte[] read(String operation, String path) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var options = TransferOptions.defaults();
    TransferCall call = call(operation, options);
    Target target = StreamTarget.sink(bytes, options);
    copy(call, new RemoteSource(call, path, null), target, () -> path);
    return bytes.toByteArray();
  }

  /** Returns the text of a file in UTF-8, for the user's operation of this name. */
  public String readString(String operation, String path) throws IOException {
    var bytes = ByteBuffer.wrap(read(operation, path));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw new SftpException(store.named(operation).details(path, "is not text in UTF-8"), e);
    }
  }

  /** Makes a file of these bytes, for the user's operation of this name. */
  public TransferResult write(String operation, String path, byte[] bytes) throws IOException {
    var options = TransferOptions.defaults();
    TransferCall call = call(operation, options);
    var source = new StreamSource(new ByteArrayInputStream(bytes), options);
    return copy(call, source, new RemoteTarget(call, path, null), () -> path);
  }

  /** Downloads the files directly inside a directory. */
  public TreeResult getD(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return get(call("getD", filesOnly(options)), remoteDir, localDir, false);
  }

  /** Downloads what is in a directory, and in those below. */
  public TreeResult getR(String remoteDir, Path localDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return get(call("getR", options), remoteDir, localDir, true);
  }

  /** Uploads the files directly inside a directory. */
  public TreeResult putD(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return put(call("putD", filesOnly(options)), localDir, remoteDir, false);
  }

  /** Uploads what is in a directory, and in those below. */
  public TreeResult putR(Path localDir, String remoteDir, TransferOptions options)
      throws IOException {
    LocalNames.check(localDir);
    return put(call("putR", options), localDir, remoteDir, true);
  }

  /**
   * Ends the transfers of other threads, and waits until they have cleaned up, for at most a
   * second.
   *
   * @param failure returns the exception for an operation that ends so
   */
  public void end(Function<String, IOException> failure) {
    transfers.cancelOthers(failure, CLEANUP_LIMIT);
  }

  private static TreeResult get(TransferCall call, String remoteDir, Path localDir, boolean deep)
      throws IOException {
    String shown = RemotePath.display(remoteDir);
    var copy =
        new TreeCopy(
            call,
            new RemoteTree(call, remoteDir, deep),
            top -> LocalTargetDirectory.top(call, localDir, top),
            new TreePaths(shown, localDir.toString(), shown),
            deep);
    return call.run(() -> remoteDir, copy::run);
  }

  private static TreeResult put(TransferCall call, Path localDir, String remoteDir, boolean deep)
      throws IOException {
    String shown = RemotePath.display(remoteDir);
    var copy =
        new TreeCopy(
            call,
            new LocalTree(call, localDir, deep),
            top -> RemoteTargetDirectory.top(call, remoteDir, top),
            new TreePaths(localDir.toString(), shown, shown),
            deep);
    return call.run(() -> remoteDir, copy::run);
  }

  /** Only whole trees can be compared. */
  private static TransferOptions filesOnly(TransferOptions options) {
    if (options.deleteExtraneous()) {
      throw new IllegalArgumentException(
          "deleteExtraneous(true) needs a whole tree: getR or putR, not getD or putD");
    }
    return options;
  }

  /** A stream has nothing of which an earlier call could have left a part. */
  private static TransferOptions withoutResume(TransferOptions options) {
    if (options.resume()) {
      throw new IllegalArgumentException("resume(true) needs a file at both ends, not a stream");
    }
    return options;
  }

  private TransferCall call(String operation, TransferOptions options) {
    return new TransferCall(
        operation, store.named(operation), backoff, disk, transfers, budget, options);
  }

  private static TransferResult copy(
      TransferCall call, Source source, Target target, Supplier<String> remote) throws IOException {
    var progress = new FileProgress(call.meter(), () -> RemotePath.name(remote.get()));
    var copy = new FileCopy(call, source, target, remote, progress);
    call.meter().singleFile();
    long bytes = call.run(remote, copy::run);
    call.reportDone();
    return new TransferResult(
        source.path(),
        target.path(),
        bytes < 0,
        Math.max(0, bytes),
        copy.resumedFrom(),
        call.attempts().count(),
        call.attempts().bytesSentAgain(),
        call.meter().elapsed(),
        call.warnings());
  }
}
