package io.github.jsftp;

import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Calls the package-private constructors of results and exceptions on behalf of the internals. */
final class ResultFactory extends Results {
  static {
    register(new ResultFactory());
  }

  private ResultFactory() {}

  @Override
  public FileOutcome fileOutcome(
      FileOutcome.Kind kind,
      String path,
      String source,
      String target,
      @Nullable FileInfo info,
      long bytes,
      @Nullable String linkText,
      @Nullable IOException failure) {
    return new FileOutcome(kind, path, source, target, info, bytes, linkText, failure);
  }

  @Override
  public FileInfo fileInfo(
      String path,
      FileInfo.Type type,
      long size,
      int mode,
      long uid,
      long gid,
      @Nullable Instant accessed,
      @Nullable Instant modified,
      @Nullable String longname) {
    return new FileInfo(path, type, size, mode, uid, gid, accessed, modified, longname);
  }

  @Override
  public TransferResult transferResult(
      String source,
      String target,
      boolean skipped,
      long bytes,
      long resumedFrom,
      int attempts,
      long bytesSentAgain,
      Duration elapsed,
      List<String> warnings) {
    return new TransferResult(
        source, target, skipped, bytes, resumedFrom, attempts, bytesSentAgain, elapsed, warnings);
  }

  @Override
  public Progress progress(
      String file,
      long fileBytes,
      OptionalLong fileSize,
      long files,
      OptionalLong totalFiles,
      long bytes,
      OptionalLong totalBytes,
      long resumedBytes,
      Duration elapsed,
      boolean done) {
    return new Progress(
        file,
        fileBytes,
        fileSize,
        files,
        totalFiles,
        bytes,
        totalBytes,
        resumedBytes,
        elapsed,
        done);
  }

  @Override
  public StatVfs statVfs(
      long blockSize,
      long fragmentSize,
      long blocks,
      long freeBlocks,
      long availableBlocks,
      long files,
      long freeFiles,
      long availableFiles,
      boolean readOnly,
      long maxNameLength) {
    return new StatVfs(
        blockSize,
        fragmentSize,
        blocks,
        freeBlocks,
        availableBlocks,
        files,
        freeFiles,
        availableFiles,
        readOnly,
        maxNameLength);
  }

  @Override
  public OfferedAlgorithms offeredAlgorithms(
      List<String> keyExchanges,
      List<String> hostKeyAlgorithms,
      List<String> ciphers,
      List<String> macs,
      List<String> compression) {
    return new OfferedAlgorithms(keyExchanges, hostKeyAlgorithms, ciphers, macs, compression);
  }

  @Override
  public ServerKey serverKey(String type, String base64, String fingerprint) {
    return new ServerKey(type, base64, fingerprint);
  }

  @Override
  public TreeResult treeResult(
      long transferred,
      long skipped,
      long deleted,
      long failed,
      List<FileOutcome> failures,
      long bytes,
      int attempts,
      long bytesSentAgain,
      Duration elapsed,
      List<String> warnings,
      List<FileOutcome> plan) {
    return new TreeResult(
        transferred,
        skipped,
        deleted,
        failed,
        failures,
        bytes,
        attempts,
        bytesSentAgain,
        elapsed,
        warnings,
        plan);
  }

  @Override
  public Details details(SftpException exception) {
    return exception.details();
  }

  @Override
  public AuthenticationException authenticationException(
      Details details,
      String host,
      int port,
      List<AuthenticationException.Attempt> attempts,
      List<String> serverAllows,
      @Nullable Throwable cause) {
    return new AuthenticationException(details, host, port, attempts, serverAllows, cause);
  }

  @Override
  public ConnectionException connectionException(
      Details details, String host, int port, @Nullable Throwable cause) {
    return new ConnectionException(details, host, port, cause);
  }

  @Override
  public DirectoryNotEmptyException directoryNotEmptyException(
      Details details, @Nullable Throwable cause) {
    return new DirectoryNotEmptyException(details, cause);
  }

  @Override
  public HostKeyException hostKeyException(
      Details details,
      String host,
      int port,
      HostKeyException.Reason reason,
      String keyType,
      String fingerprint,
      String knownHostsLine,
      String command,
      @Nullable Throwable cause) {
    return new HostKeyException(
        details, host, port, reason, keyType, fingerprint, knownHostsLine, command, cause);
  }

  @Override
  public HostKeyException hostKeyException(Details details, HostKeyException cause) {
    return new HostKeyException(details, cause);
  }

  @Override
  public NoSuchPathException noSuchPathException(Details details, @Nullable Throwable cause) {
    return new NoSuchPathException(details, cause);
  }

  @Override
  public NotADirectoryException notADirectoryException(Details details, @Nullable Throwable cause) {
    return new NotADirectoryException(details, cause);
  }

  @Override
  public OperationNotSupportedException operationNotSupportedException(
      Details details, @Nullable Throwable cause) {
    return new OperationNotSupportedException(details, cause);
  }

  @Override
  public OperationTimeoutException operationTimeoutException(
      Details details, @Nullable Throwable cause) {
    return new OperationTimeoutException(details, cause);
  }

  @Override
  public PathExistsException pathExistsException(Details details, @Nullable Throwable cause) {
    return new PathExistsException(details, cause);
  }

  @Override
  public PermissionDeniedException permissionDeniedException(
      Details details, @Nullable Throwable cause) {
    return new PermissionDeniedException(details, cause);
  }

  @Override
  public SftpException sftpException(Details details, @Nullable Throwable cause) {
    return new SftpException(details, cause);
  }

  @Override
  public TransferException transferException(
      Details details,
      String source,
      String target,
      long bytes,
      int attempts,
      @Nullable TreeResult report,
      @Nullable Throwable cause) {
    return new TransferException(details, source, target, bytes, attempts, report, cause);
  }

  @Override
  public VerificationException verificationException(
      Details details,
      String source,
      String target,
      long bytes,
      int attempts,
      String expected,
      String actual,
      @Nullable Throwable cause) {
    return new VerificationException(
        details, source, target, bytes, attempts, expected, actual, cause);
  }

  @Override
  public AuthenticationException.Attempt attempt(
      String method,
      @Nullable String key,
      @Nullable String fingerprint,
      AuthenticationException.Answer answer) {
    return new AuthenticationException.Attempt(method, key, fingerprint, answer);
  }

  @Override
  public BulkResult bulkResult(List<FileOutcome> outcomes, int attempts, Duration elapsed) {
    return new BulkResult(outcomes, attempts, elapsed);
  }

  @Override
  public BulkException bulkException(
      Details details, BulkResult result, @Nullable Throwable cause) {
    return new BulkException(details, result, cause);
  }

  @Override
  public CommandResult commandResult(
      String stdout, String stderr, OptionalInt exitStatus, @Nullable String signal) {
    return new CommandResult(stdout, stderr, exitStatus, signal);
  }
}
