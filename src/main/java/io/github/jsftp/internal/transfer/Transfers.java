package io.github.jsftp.internal.transfer;

import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Existing;
import io.github.jsftp.TransferResult;
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
import io.github.jsftp.internal.results.Results;
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
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Transfers of single files. Remote paths must be absolute. Every method blocks its caller until
 * the transfer is complete. Safe for use by several threads.
 */
public final class Transfers {
  private static final Duration CLEANUP_LIMIT = Duration.ofSeconds(5);

  private final RemoteStore store;
  private final Backoff backoff;
  private final Executor disk;
  private final ActiveTransfers transfers;
  private final MemoryBudget budget = new MemoryBudget();

  /**
   * Creates the transfers of a connection, without a log of operations.
   *
   * @param backoff the pauses between attempts to reconnect
   * @param disk runs the steps that access local files, such as a {@link DiskExecutor}
   */
  public Transfers(RemoteStore store, Backoff backoff, Executor disk) {
    this(store, backoff, disk, OperationLog.DISABLED);
  }

  /**
   * Creates the transfers of a connection.
   *
   * @param backoff the pauses between attempts to reconnect
   * @param disk runs the steps that access local files, such as a {@link DiskExecutor}
   * @param operations logs each call
   */
  public Transfers(RemoteStore store, Backoff backoff, Executor disk, OperationLog operations) {
    transfers = new ActiveTransfers(operations);
    this.store = store;
    this.backoff = backoff;
    this.disk = disk;
  }

  /** Downloads a file. If {@code local} is a directory, the file keeps its name inside it. */
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
    return copy(call, new RemoteSource(call, remote, null), target, () -> remote, remote);
  }

  /** Throws the exception for a path that ends with "/", "." or ".." and so can't be a file. */
  private static TransferResult rejectPath(TransferCall call, String remote) throws IOException {
    boolean isDirectory = call.run(() -> call.store().stat(remote)).isDir();
    String problem =
        isDirectory ? "is a directory: use " + call.operation() + "R" : "is not a directory";
    throw Results.NEW.sftpException(call.store().details(remote, problem), null);
  }

  /** Downloads a file to a stream, which is not closed. */
  public TransferResult get(String remote, OutputStream to, TransferOptions options)
      throws IOException {
    TransferCall call = call("get", OptionCheck.toStream(options));
    Target target = StreamTarget.to(to, options);
    return copy(call, new RemoteSource(call, remote, null), target, () -> remote, remote);
  }

  /** Uploads a file. If {@code remote} is a directory, the file keeps its name inside it. */
  public TransferResult put(Path local, String remote, TransferOptions options) throws IOException {
    LocalNames.check(local);
    TransferCall call = call("put", options);
    if (options.existing() == Existing.OVERWRITE && !options.dryRun()) {
      BlockCopy.expectStripes(call, LocalFiles.size(local));
    }
    String name = LocalNames.isText(local) ? LocalNames.name(local) : "";
    var target = new RemoteTarget(call, remote, RemotePath.isName(name) ? name : null);
    return copy(
        call, new LocalSource(call, local), target, target::path, LocalNames.absoluteText(local));
  }

  /** Uploads a stream up to its end; the stream is not closed. */
  public TransferResult put(InputStream from, String remote, TransferOptions options)
      throws IOException {
    TransferCall call = call("put", OptionCheck.forStream(options));
    var target = new RemoteTarget(call, remote, null);
    return copy(call, new StreamSource(from, options), target, () -> remote, "");
  }

  /**
   * Copies a remote file on the server. If the server can't copy it or does not report its size,
   * the file is copied through this client. The target appears once it is complete. If it is a
   * symbolic link, the file it leads to is replaced.
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
    var copy = ServerSideCopy.prepare(new RemoteCall(store.named("copy"), backoff), from, to);
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
   * Copies a file to another connection, through this client. If {@code to} is a directory, the
   * file keeps its name inside it.
   */
  public TransferResult copyTo(String from, Transfers other, String to, TransferOptions options)
      throws IOException {
    TransferCall call = call("copyTo", other, options);
    String name = RemotePath.name(from);
    if (!RemotePath.isName(name)) {
      return transfers.operations().logged("copyTo", from, () -> rejectPath(call, from));
    }
    var target = new RemoteTarget(call.forTarget(), to, name);
    var overlap = new Overlap(call, from, to);
    return copy(
        call, new RemoteSource(call, from, null), target, () -> from, from, overlap::checkFile);
  }

  /**
   * Returns the digest of a remote file in lower-case hexadecimal digits. If the server does not
   * support the algorithm, the file is downloaded and digested here.
   *
   * @param algorithm a name for {@link java.security.MessageDigest}
   * @throws IllegalArgumentException if there is no such algorithm
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

  /** Reads a whole file, as the user's operation of this name. */
  public byte[] read(String operation, String path) throws IOException {
    var bytes = new ByteArrayOutputStream();
    var options = TransferOptions.defaults();
    TransferCall call = call(operation, options);
    Target target = StreamTarget.to(bytes, options);
    copy(call, new RemoteSource(call, path, null), target, () -> path, path);
    return bytes.toByteArray();
  }

  /** Returns the text of a file in UTF-8, for the user's operation of this name. */
  public String readString(String operation, String path) throws IOException {
    var bytes = ByteBuffer.wrap(read(operation, path));
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw notText(operation, path, e);
    }
  }

  /** Returns the exception for a file that is not text in UTF-8. */
  public SftpException notText(String operation, String path, CharacterCodingException cause) {
    return Results.NEW.sftpException(
        store.named(operation).details(path, "is not text in UTF-8"), cause);
  }

  /** Writes a whole file, as the user's operation of this name. */
  public TransferResult write(String operation, String path, byte[] bytes) throws IOException {
    var options = TransferOptions.defaults();
    TransferCall call = call(operation, options);
    var source = new StreamSource(new ByteArrayInputStream(bytes), options);
    return copy(call, source, new RemoteTarget(call, path, null), () -> path, "");
  }

  /** Returns the transfers of trees over the same connection. */
  public TreeTransfers trees() {
    return new TreeTransfers(this);
  }

  /**
   * Cancels the transfers of other threads and waits for at most five seconds until they have
   * cleaned up.
   *
   * @param failure returns the exception for a cancelled operation
   */
  public void end(Function<String, IOException> failure) {
    transfers.cancelOthers(failure, CLEANUP_LIMIT);
  }

  TransferCall call(String operation, TransferOptions options) {
    return new TransferCall(
        operation, store.named(operation), backoff, disk, transfers, budget, options);
  }

  TransferCall call(String operation, Transfers other, TransferOptions options) {
    TransferCall call = call(operation, options);
    call.setTarget(other.store.named(operation), other.backoff, other.transfers);
    return call;
  }

  private static TransferResult copy(
      TransferCall call, Source source, Target target, Supplier<String> remote, String path)
      throws IOException {
    return copy(call, source, target, remote, path, () -> CompletableFuture.completedFuture(null));
  }

  private static TransferResult copy(
      TransferCall call,
      Source source,
      Target target,
      Supplier<String> remote,
      String path,
      Supplier<CompletableFuture<Void>> check)
      throws IOException {
    var progress = new FileProgress(call.meter(), () -> RemotePath.name(remote.get()));
    var copy = new FileCopy(call, source, target, remote, progress);
    var outcome = new SingleOutcome(call, source, target, path);
    call.meter().singleFile();
    long bytes = call.run(remote, () -> call.then(check.get(), passed -> outcome.report(copy)));
    call.reportDone();
    return Results.NEW.transferResult(
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
