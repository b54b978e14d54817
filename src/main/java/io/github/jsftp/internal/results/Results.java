package io.github.jsftp.internal.results;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.BulkException;
import io.github.jsftp.BulkResult;
import io.github.jsftp.CommandResult;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.DirectoryNotEmptyException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OfferedAlgorithms;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.Progress;
import io.github.jsftp.ServerKey;
import io.github.jsftp.SftpException;
import io.github.jsftp.StatVfs;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferResult;
import io.github.jsftp.TreeResult;
import io.github.jsftp.VerificationException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Creates the results and exceptions that users get. Their constructors are package-private, so
 * that one can get a further component without breaking a caller; the one implementation is in
 * their package. It is loaded by its name, and registers itself.
 */
public abstract class Results {
  private static @Nullable Results factory;

  /** The one factory, as in {@code Results.NEW.fileOutcome(..)}. */
  public static final Results NEW = load();

  /** Creates the factory. */
  protected Results() {}

  /** Sets the one factory. */
  protected static void register(Results loaded) {
    factory = loaded;
  }

  private static Results load() {
    try {
      Class.forName("io.github.jsftp.ResultFactory");
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException(e);
    }
    return Objects.requireNonNull(factory);
  }

  /**
   * Creates a {@link FileOutcome}.
   *
   * @param path the path as users see it: relative to the root of a tree, or as given
   * @param source the absolute path of the source, empty if there is none
   * @param target the absolute path of the target
   * @param info the attributes of the source, or of what is deleted; null if unknown
   * @param linkText the text of a link, null for anything else
   * @param failure the reason of a failure, null for anything else
   */
  public abstract FileOutcome fileOutcome(
      FileOutcome.Kind kind,
      String path,
      String source,
      String target,
      @Nullable FileInfo info,
      long bytes,
      @Nullable String linkText,
      @Nullable IOException failure);

  /**
   * Creates a {@link FileInfo}. Numbers are -1 if unknown, times are null.
   *
   * @param path the absolute path; a "." at its end is dropped
   */
  public abstract FileInfo fileInfo(
      String path,
      FileInfo.Type type,
      long size,
      int mode,
      long uid,
      long gid,
      @Nullable Instant accessed,
      @Nullable Instant modified,
      @Nullable String longname);

  /** Creates a {@link TransferResult}. */
  public abstract TransferResult transferResult(
      String source,
      String target,
      boolean skipped,
      long bytes,
      long resumedFrom,
      int attempts,
      long bytesSentAgain,
      Duration elapsed,
      List<String> warnings);

  /** Creates a {@link Progress}. */
  public abstract Progress progress(
      String file,
      long fileBytes,
      OptionalLong fileSize,
      long files,
      OptionalLong totalFiles,
      long bytes,
      OptionalLong totalBytes,
      long resumedBytes,
      Duration elapsed,
      boolean done);

  /** Creates a {@link StatVfs}. */
  public abstract StatVfs statVfs(
      long blockSize,
      long fragmentSize,
      long blocks,
      long freeBlocks,
      long availableBlocks,
      long files,
      long freeFiles,
      long availableFiles,
      boolean readOnly,
      long maxNameLength);

  /** Creates a {@link OfferedAlgorithms}. */
  public abstract OfferedAlgorithms offeredAlgorithms(
      List<String> keyExchanges,
      List<String> hostKeyAlgorithms,
      List<String> ciphers,
      List<String> macs,
      List<String> compression);

  /** Creates a {@link ServerKey}. */
  public abstract ServerKey serverKey(String type, String base64, String fingerprint);

  /** Creates a {@link TreeResult}. */
  public abstract TreeResult treeResult(
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
      List<FileOutcome> plan);

  /** Returns the details that an exception was created from. */
  public abstract Details details(SftpException exception);

  /** Creates an {@link AuthenticationException}. */
  public abstract AuthenticationException authenticationException(
      Details details,
      String host,
      int port,
      List<AuthenticationException.Attempt> attempts,
      List<String> serverAllows,
      @Nullable Throwable cause);

  /** Creates a {@link ConnectionException}. */
  public abstract ConnectionException connectionException(
      Details details, String host, int port, @Nullable Throwable cause);

  /** Creates a {@link DirectoryNotEmptyException}. */
  public abstract DirectoryNotEmptyException directoryNotEmptyException(
      Details details, @Nullable Throwable cause);

  /** Creates a {@link HostKeyException}. */
  public abstract HostKeyException hostKeyException(
      Details details,
      String host,
      int port,
      HostKeyException.Reason reason,
      String keyType,
      String fingerprint,
      String knownHostsLine,
      String command,
      @Nullable Throwable cause);

  /** Creates a copy of an exception with other details. The original is its cause. */
  public abstract HostKeyException hostKeyException(Details details, HostKeyException cause);

  /** Creates a {@link NoSuchPathException}. */
  public abstract NoSuchPathException noSuchPathException(
      Details details, @Nullable Throwable cause);

  /** Creates a {@link NotADirectoryException}. */
  public abstract NotADirectoryException notADirectoryException(
      Details details, @Nullable Throwable cause);

  /** Creates an {@link OperationNotSupportedException}. */
  public abstract OperationNotSupportedException operationNotSupportedException(
      Details details, @Nullable Throwable cause);

  /** Creates an {@link OperationTimeoutException}. */
  public abstract OperationTimeoutException operationTimeoutException(
      Details details, @Nullable Throwable cause);

  /** Creates a {@link PathExistsException}. */
  public abstract PathExistsException pathExistsException(
      Details details, @Nullable Throwable cause);

  /** Creates a {@link PermissionDeniedException}. */
  public abstract PermissionDeniedException permissionDeniedException(
      Details details, @Nullable Throwable cause);

  /** Creates an {@link SftpException}. */
  public abstract SftpException sftpException(Details details, @Nullable Throwable cause);

  /** Creates a {@link TransferException}. */
  public abstract TransferException transferException(
      Details details,
      String source,
      String target,
      long bytes,
      int attempts,
      @Nullable TreeResult report,
      @Nullable Throwable cause);

  /** Creates a {@link VerificationException}. */
  public abstract VerificationException verificationException(
      Details details,
      String source,
      String target,
      long bytes,
      int attempts,
      String expected,
      String actual,
      @Nullable Throwable cause);

  /** Creates an {@link AuthenticationException.Attempt}. */
  public abstract AuthenticationException.Attempt attempt(
      String method,
      @Nullable String key,
      @Nullable String fingerprint,
      AuthenticationException.Answer answer);

  /** Creates a {@link BulkResult}; its arguments are the components in their order. */
  public abstract BulkResult bulkResult(List<FileOutcome> outcomes, int attempts, Duration elapsed);

  /** Creates a {@link BulkException}. */
  public abstract BulkException bulkException(
      Details details, BulkResult result, @Nullable Throwable cause);

  /** Creates a {@link CommandResult}. */
  public abstract CommandResult commandResult(
      String stdout, String stderr, OptionalInt exitStatus, @Nullable String signal);
}
