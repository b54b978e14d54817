package io.github.jsftp.internal.remote;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.results.Details;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.OptionalInt;

/** Classifies the failures of requests. */
public final class ServerErrors {
  private static final int SSH_FX_FAILURE = 4;

  private ServerErrors() {}

  /**
   * Returns true if the server refused to return the attributes of a path, so that the path may
   * exist.
   */
  public static boolean isStatRefused(Throwable failure) {
    return failure instanceof OperationNotSupportedException
        || failure instanceof PermissionDeniedException;
  }

  /** Returns true if the server refused to return the attributes of an open file. */
  public static boolean isFstatRefused(Throwable failure) {
    return isRefusal(failure) && !(failure instanceof NoSuchPathException);
  }

  /**
   * Returns the failure of a write with a likely cause, unless the server tells one. OpenSSH
   * answers SSH_FX_FAILURE alone for a full disk and an exceeded quota.
   */
  public static Throwable ofWrite(Throwable failure) {
    if (!(failure instanceof SftpException refused)
        || !refused.status().equals(OptionalInt.of(SSH_FX_FAILURE))) {
      return failure;
    }
    String hint = Details.of(refused).isExplained() ? "" : ": is the server's disk or quota full?";
    return ExceptionTranslator.saying("refused to write" + hint, refused);
  }

  /** Logs that attributes were refused, for a call whose result can't report it. */
  public static void logAttributesNotSet(String path, SftpException refused) {
    logWarning(attributesNotSet(path, Details.of(refused)));
  }

  /** Logs a warning, for a call whose result can't report it. */
  public static void logWarning(String warning) {
    System.getLogger("io.github.jsftp").log(System.Logger.Level.WARNING, warning);
  }

  /**
   * Returns the warning that attributes were refused. The path must not be that of a temporary
   * file, whose name is random.
   */
  public static String attributesNotSet(String path, Details refusal) {
    String problem = "attributes not set: " + refusal.problem();
    return new Details(
            path, null, problem, refusal.status(), refusal.serverMessage(), refusal.peer())
        .message();
  }

  /**
   * Returns true if the server has sent no attributes at all. MINA does so for a path that can't
   * exist, such as one below a file.
   */
  public static boolean hasNoAttributes(FileInfo info) {
    return info.type() == FileInfo.Type.OTHER && !info.hasMode() && !info.hasSize();
  }

  /**
   * Returns true if a path that ends in "/." turns out to be no directory. Some servers ignore that
   * ending.
   */
  public static boolean isNoDirectory(String path, FileInfo info) {
    return path.endsWith("/.") && (info.isFile() || info.isLink() || hasNoAttributes(info));
  }

  /**
   * Returns true if a link could not be followed because its target does not exist. SFTP version 3
   * has no status for a link that leads to itself; servers send SSH_FX_FAILURE.
   */
  public static boolean isDanglingLink(Throwable failure) {
    if (failure instanceof SftpException sftp && failure.getClass() == SftpException.class) {
      OptionalInt status = sftp.status();
      return status.isPresent() && (status.getAsInt() == 4 || status.getAsInt() == 21);
    }
    return failure instanceof NoSuchPathException;
  }

  /** Returns true if the server refused one request and the connection is still usable. */
  public static boolean isRefusal(Throwable failure) {
    return failure instanceof SftpException
        && !(failure instanceof ConnectionException)
        && !(failure instanceof OperationTimeoutException);
  }

  /**
   * Returns true if the connection was lost or the server did not respond, so that a new connection
   * may help.
   */
  public static boolean isLost(Throwable failure) {
    return (failure instanceof ConnectionException || failure instanceof OperationTimeoutException)
        && !(failure instanceof AuthenticationException)
        && !(failure instanceof HostKeyException);
  }

  /**
   * Returns true if a request timed out because it waited behind one for another path. The server
   * is alive, and the request may succeed on another channel.
   */
  public static boolean isHeldUp(Throwable failure) {
    return failure instanceof OperationTimeoutException timeout
        && timeout.getCause() instanceof OperationTimeoutException cause
        && !Objects.equals(Details.of(timeout).path(), Details.of(cause).path());
  }

  /**
   * Returns true if the failure ends the whole call, since the connection is lost or the call was
   * interrupted.
   */
  public static boolean endsCall(IOException failure) {
    return failure instanceof ConnectionException
        || failure instanceof OperationTimeoutException
        || failure instanceof InterruptedIOException;
  }
}
