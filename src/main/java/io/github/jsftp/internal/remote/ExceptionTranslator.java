package io.github.jsftp.internal.remote;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;

/** Reports failures in other words, or at another path than that of the request. */
public final class ExceptionTranslator {
  private ExceptionTranslator() {}

  /**
   * Returns a server's refusal as one at another path, such as the target of a temporary file. Any
   * other failure is returned unchanged.
   */
  public static Throwable at(String path, Throwable failure) {
    return failure instanceof SftpException refusal
        ? as(Details.of(refusal).at(path), refusal)
        : failure;
  }

  /** Returns the failure of a target whose temporary file can't be created beside it. */
  public static Throwable atNewPart(String path, Throwable failure, boolean replaces) {
    if (failure instanceof PermissionDeniedException denied && replaces) {
      String problem =
          "permission denied: the directory allows no new names; atomic(false) writes in place";
      return as(Details.of(denied).at(path).withProblem(problem), denied);
    } else if (failure instanceof SftpException refusal
        && failure.getClass() == SftpException.class) {
      Details details = Details.of(refusal).at(path);
      String problem =
          details.problem()
              + ", for the temporary file beside it; atomic(false) writes without one";
      return as(details.withProblem(problem), refusal);
    }
    return at(path, failure);
  }

  /** Returns the failure of a target whose temporary file is complete but can't be renamed. */
  public static Throwable atRenamedPart(String path, Throwable failure) {
    if (failure instanceof SftpException refusal
        && ServerErrors.isRefusal(failure)
        && !(failure instanceof PathExistsException)) {
      Details details = Details.of(refusal).at(path);
      String problem =
          details.problem() + ", when the complete file was renamed; atomic(false) writes in place";
      return as(details.withProblem(problem), refusal);
    }
    return at(path, failure);
  }

  /** Returns a copy of a failure, for another caller that throws it. */
  public static SftpException again(SftpException failure) {
    return saying(Details.of(failure).problem(), failure);
  }

  /** Returns the same failure in other words. */
  public static SftpException saying(String problem, SftpException failure) {
    Details details = Details.of(failure).withProblem(problem);
    if (failure instanceof ConnectionException lost) {
      return Results.NEW.connectionException(details, lost.host(), lost.port(), lost);
    } else if (failure instanceof OperationTimeoutException) {
      return Results.NEW.operationTimeoutException(details, failure);
    }
    return as(details, failure);
  }

  /** Returns a failure of the same kind with these details. */
  public static SftpException as(Details details, SftpException failure) {
    if (failure instanceof NoSuchPathException) {
      return Results.NEW.noSuchPathException(details, failure);
    } else if (failure instanceof PermissionDeniedException) {
      return Results.NEW.permissionDeniedException(details, failure);
    } else if (failure instanceof PathExistsException) {
      return Results.NEW.pathExistsException(details, failure);
    } else if (failure instanceof NotADirectoryException) {
      return Results.NEW.notADirectoryException(details, failure);
    } else if (failure instanceof OperationNotSupportedException) {
      return Results.NEW.operationNotSupportedException(details, failure);
    } else if (failure instanceof ConnectionException
        || failure instanceof OperationTimeoutException) {
      return failure;
    }
    return Results.NEW.sftpException(details, failure);
  }
}
