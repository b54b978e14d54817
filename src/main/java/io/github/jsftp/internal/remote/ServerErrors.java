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
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Objects;
import java.util.OptionalInt;

/** Tells apart what a server refuses. */
public final class ServerErrors {
  private ServerErrors() {}

  /** Returns true if a server refused to tell of a path, rather than told that it is not there. */
  public static boolean isStatRefused(Throwable failure) {
    return failure instanceof OperationNotSupportedException
        || failure instanceof PermissionDeniedException;
  }

  /** Returns true if a server refused to tell of an open file, for whatever reason. */
  public static boolean isFstatRefused(Throwable failure) {
    return isRefusal(failure) && !(failure instanceof NoSuchPathException);
  }

  /** Logs that attributes were refused, for a call that has no result to tell it in. */
  public static void logAttributesNotSet(String path, SftpException refused) {
    logWarning(attributesNotSet(path, refused.details()));
  }

  /** Logs a warning of a call that has no result to tell it in. */
  public static void logWarning(String warning) {
    System.getLogger("io.github.jsftp").log(System.Logger.Level.WARNING, warning);
  }

  /** Words a warning; it must not name a temporary file, which is called otherwise each time. */
  public static String attributesNotSet(String path, SftpException.Details refusal) {
    String problem = "attributes not set: " + refusal.problem();
    return new SftpException.Details(
            path, null, problem, refusal.status(), refusal.serverMessage(), refusal.peer())
        .message();
  }

  /**
   * Says whether an answer has nothing in it at all: what MINA says of a path that can't be, such
   * as one below a file.
   */
  public static boolean hasNoAttributes(FileInfo info) {
    return info.type() == FileInfo.Type.OTHER && info.mode() < 0 && info.size() < 0;
  }

  /**
   * Says whether following a link failed because it leads nowhere. Servers have no status of their
   * own for one that leads to itself: it is a failure.
   */
  public static boolean isDanglingLink(Throwable failure) {
    if (failure instanceof SftpException sftp && failure.getClass() == SftpException.class) {
      OptionalInt status = sftp.status();
      return status.isPresent() && (status.getAsInt() == 4 || status.getAsInt() == 21);
    }
    return failure instanceof NoSuchPathException;
  }

  /** Says whether the server said no to one request, while the line is as good as before. */
  public static boolean isRefusal(Throwable failure) {
    return failure instanceof SftpException
        && !(failure instanceof ConnectionException)
        && !(failure instanceof OperationTimeoutException);
  }

  /** Says whether the line was lost or fell silent, which a fresh one may cure. */
  public static boolean isLost(Throwable failure) {
    return (failure instanceof ConnectionException || failure instanceof OperationTimeoutException)
        && !(failure instanceof AuthenticationException)
        && !(failure instanceof HostKeyException);
  }

  /**
   * Returns true if a request was not answered since it waited behind one about another path: the
   * server is alive, and this request may be answered on another channel.
   */
  public static boolean isHeldUp(Throwable failure) {
    return failure instanceof OperationTimeoutException timeout
        && timeout.getCause() instanceof OperationTimeoutException cause
        && !Objects.equals(timeout.details().path(), cause.details().path());
  }

  /**
   * Says whether a failure is one of the line or of the call, after which nothing more can work.
   */
  public static boolean endsCall(IOException failure) {
    return failure instanceof ConnectionException
        || failure instanceof OperationTimeoutException
        || failure instanceof InterruptedIOException;
  }
}
