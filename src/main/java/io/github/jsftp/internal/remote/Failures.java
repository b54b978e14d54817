package io.github.jsftp.internal.remote;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.FileInfo;
import io.github.jsftp.HostKeyException;
import io.github.jsftp.OperationNotSupportedException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Creates the exceptions that users see; the single place that words them. Safe for use by several
 * threads.
 */
public final class Failures {
  private static final int MAX_NAME_BYTES = 255;
  private static final String TOO_LONG =
      "refused by the server: a name has over " + MAX_NAME_BYTES + " bytes, which may be too long";

  private final String user;
  private final String host;
  private final int port;
  private final @Nullable Failures target;

  /** Creates the failures of one connection. */
  public Failures(String user, String host, int port) {
    this(user, host, port, null);
  }

  private Failures(String user, String host, int port, @Nullable Failures target) {
    this.user = user;
    this.host = host;
    this.port = port;
    this.target = target;
  }

  /**
   * Returns the failures of the session with a jump host of this connection. They name both hosts.
   */
  public Failures ofJumpHost(String jumpUser, String jumpHost, int jumpPort) {
    return new Failures(jumpUser, jumpHost, jumpPort, target == null ? this : target);
  }

  /** What an operation expects at its path. */
  public enum Expected {
    /** Nothing, as mkdir does. */
    ABSENT,
    /** A directory, as listings do. */
    DIRECTORY,
    /** A directory without entries, as rmdir does. */
    EMPTY_DIRECTORY,
    /** Anything but a directory, as remove does. */
    FILE,
    /** A symbolic link, as readlink does. */
    LINK,
    /** No expectation. */
    ANY
  }

  /** Returns the details of a failure that is not a status from the server. */
  public Details details(String operation, @Nullable String path, String problem) {
    return target == null
        ? new Details(operation, path, problem, null, null, peer())
        : target.details(operation, path, "jump host " + peer() + ": " + problem);
  }

  /**
   * Returns true if a status has several possible causes, so that an lstat of the path tells more.
   * OpenSSH sends SSH_FX_FAILURE if the path exists, is not empty or is a directory, NO_SUCH_FILE
   * if it is not a directory, and BAD_MESSAGE for a readlink of something other than a link.
   */
  public static boolean isAmbiguous(int status) {
    return status == 2 || status == 4 || status == 5 || status == 19;
  }

  /**
   * Returns the exception for a status.
   *
   * @param found the result of a later lstat of the path, or null if it found nothing; a result
   *     without any attributes counts as nothing
   */
  public SftpException status(
      String operation,
      @Nullable String path,
      int status,
      @Nullable String serverMessage,
      Expected expected,
      @Nullable FileInfo found) {
    var details =
        new Details(operation, path, "refused by the server", status, serverMessage, peer());
    FileInfo known = known(found);
    if (known != null && isAmbiguous(status)) {
      switch (expected) {
        case ABSENT -> {
          return exists(details);
        }
        case EMPTY_DIRECTORY -> {
          return known.isDir() ? notEmpty(details) : notADirectory(details);
        }
        case DIRECTORY -> {
          if (!known.isDir() && !known.isLink()) {
            return notADirectory(details);
          }
        }
        case FILE -> {
          if (known.isDir()) {
            return isADirectory(details);
          }
        }
        case LINK -> {
          if (!known.isLink()) {
            return Results.NEW.sftpException(details.withProblem("is not a symbolic link"), null);
          }
        }
        case ANY -> {}
      }
    }
    return switch (status) {
      case 2, 10 ->
          Results.NEW.noSuchPathException(details.withProblem("no such file or directory"), null);
      case 3, 12 ->
          Results.NEW.permissionDeniedException(details.withProblem("permission denied"), null);
      case 6, 7 ->
          Results.NEW.connectionException(
              details.withProblem("the server lost its connection"), host, port, null);
      case 8 ->
          Results.NEW.operationNotSupportedException(
              details.withProblem("not supported by the server"), null);
      case 11 -> exists(details);
      case 14 ->
          Results.NEW.sftpException(details.withProblem("no space left on the server"), null);
      case 15 -> Results.NEW.sftpException(details.withProblem("quota exceeded"), null);
      case 18 -> notEmpty(details);
      case 19 ->
          found == null && expected == Expected.EMPTY_DIRECTORY
              ? missing(details)
              : notADirectory(details);
      case 24 -> isADirectory(details);
      default ->
          Results.NEW.sftpException(
              isTooLong(path) ? details.withProblem(TOO_LONG) : details, null);
    };
  }

  /** Returns true if a name in the path exceeds the length limit of almost all file systems. */
  private static boolean isTooLong(@Nullable String path) {
    return path != null
        && Stream.of(path.split("/", -1))
            .anyMatch(name -> name.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES);
  }

  /** Returns the exception for a rename whose target was found to exist. */
  public PathExistsException renameTargetExists(String operation, String from, String to) {
    return Results.NEW.pathExistsException(details(operation, from, targetExists(to)), null);
  }

  private static String targetExists(String to) {
    return RemotePath.display(to) + " already exists";
  }

  /**
   * Returns the exception for a refused rename or hard link. It names {@code from} as its path, and
   * its text names {@code to} if that is the cause.
   *
   * @param replaces whether an existing target was to be replaced
   * @param source the result of a later lstat of {@code from}, or null for nothing
   * @param target the result of a later lstat of {@code to}, or null for nothing
   */
  public SftpException renameRefused(
      String operation,
      String from,
      String to,
      boolean replaces,
      int status,
      @Nullable String serverMessage,
      @Nullable FileInfo source,
      @Nullable FileInfo target) {
    if (source != null && (isAmbiguous(status) || status == 11)) {
      var details = new Details(operation, from, "", status, serverMessage, peer());
      if (!replaces && known(target) != null) {
        return Results.NEW.pathExistsException(details.withProblem(targetExists(to)), null);
      }
      if (target != null && target.isDir() && !source.isDir()) {
        return Results.NEW.sftpException(
            details.withProblem(RemotePath.display(to) + " is a directory"), null);
      }
      if (target != null && source.isDir() && !target.isDir()) {
        return Results.NEW.notADirectoryException(
            details.withProblem(RemotePath.display(to) + " is not a directory"), null);
      }
      if (target == null && status == 2) {
        return Results.NEW.noSuchPathException(
            details.withProblem("there is no directory for " + to), null);
      }
      if (status == 4 && !RemotePath.parent(from).equals(RemotePath.parent(to))) {
        String problem =
            "refused by the server: perhaps " + to + " is on another file system; copy reaches it";
        return Results.NEW.sftpException(details.withProblem(problem), null);
      }
    }
    return status(operation, from, status, serverMessage, Expected.ANY, null);
  }

  /** Returns the exception for an extension or request that the server does not support. */
  public OperationNotSupportedException unsupported(
      String operation, @Nullable String path, String what) {
    return Results.NEW.operationNotSupportedException(
        details(operation, path, "the server does not support " + what), null);
  }

  /** Returns the exception for a lost connection. */
  public ConnectionException connectionLost(
      String operation, @Nullable String path, @Nullable Throwable cause) {
    String why =
        cause instanceof Error ? cause.toString() : cause == null ? null : cause.getMessage();
    return connection(operation, path, "connection lost" + (why == null ? "" : ": " + why), cause);
  }

  /**
   * Returns the exception for a lost reply if the outcome is not known.
   *
   * @param what what is unknown, to follow "whether"
   */
  public ConnectionException outcomeUnknown(String operation, @Nullable String path, String what) {
    return connection(operation, path, "connection lost, and unknown whether " + what, null);
  }

  /** Returns the exception for a connection that was closed by this side. */
  public ConnectionException connectionClosed(String operation, @Nullable String path) {
    return connection(operation, path, "the connection is closed", null);
  }

  /** Returns the exception for a connection that was not established or has failed. */
  public ConnectionException connection(
      String operation, @Nullable String path, String problem, @Nullable Throwable cause) {
    return Results.NEW.connectionException(details(operation, path, problem), host, port, cause);
  }

  /** Returns a copy of an exception for another caller, with the original as its cause. */
  public static IOException copyOf(IOException failure) {
    if (failure instanceof AuthenticationException e) {
      return Results.NEW.authenticationException(
          Details.of(e), e.host(), e.port(), e.attempts(), e.serverAllows(), e);
    } else if (failure instanceof HostKeyException e) {
      return Results.NEW.hostKeyException(Details.of(e), e);
    } else if (failure instanceof ConnectionException e) {
      return Results.NEW.connectionException(Details.of(e), e.host(), e.port(), e);
    } else if (failure instanceof OperationTimeoutException e) {
      return Results.NEW.operationTimeoutException(Details.of(e), e);
    }
    return new IOException(failure.getMessage(), failure);
  }

  /** Returns the exception for a server that did not reply within the timeout. */
  public OperationTimeoutException timedOut(
      String operation, @Nullable String path, Duration timeout) {
    return Results.NEW.operationTimeoutException(
        details(operation, path, "no response from the server for " + formatted(timeout)), null);
  }

  /**
   * Returns the exception for a request that timed out behind another one to which the server did
   * not reply.
   */
  public OperationTimeoutException heldUp(
      String operation,
      @Nullable String path,
      String unanswered,
      @Nullable String unansweredPath,
      Duration timeout) {
    String which =
        unansweredPath == null ? unanswered : unanswered + " " + RemotePath.display(unansweredPath);
    String problem = "held up by " + which + ", without a response for " + formatted(timeout);
    return Results.NEW.operationTimeoutException(
        details(operation, path, problem), timedOut(unanswered, unansweredPath, timeout));
  }

  private static String formatted(Duration limit) {
    return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
  }

  /**
   * Returns the exception for a server that did not start SFTP within the time limit for
   * connecting.
   */
  public ConnectionException sftpStartTimedOut(
      String operation, @Nullable String path, Exception cause) {
    return connection(operation, path, "timed out while waiting for SFTP to begin", cause);
  }

  /** Returns the exception for a server that ended the channel before SFTP started. */
  public ConnectionException sftpNotStarted(
      String operation, @Nullable String path, String exitMessage) {
    String problem =
        "the server ended SFTP before it began: "
            + exitMessage
            + "; an expired password, a shell such as nologin, a forced command or a missing"
            + " sftp-server does that";
    return connection(operation, path, problem, null);
  }

  /** Returns the exception for a reply that violates the protocol. */
  public SftpException protocolViolation(
      String operation, @Nullable String path, String problem, @Nullable Throwable cause) {
    return Results.NEW.sftpException(
        details(operation, path, "the server breaks the protocol: " + problem), cause);
  }

  /** Returns user and server as user@host:port. */
  public String peer() {
    return user + "@" + Printable.hostAndPort(host, port);
  }

  /** Returns the host as given by the user. */
  public String host() {
    return host;
  }

  /** Returns the port as given by the user. */
  public int port() {
    return port;
  }

  private static @Nullable FileInfo known(@Nullable FileInfo found) {
    return found != null && ServerErrors.hasNoAttributes(found) ? null : found;
  }

  private static SftpException missing(Details details) {
    return Results.NEW.noSuchPathException(details.withProblem("no such file or directory"), null);
  }

  private static SftpException exists(Details details) {
    return Results.NEW.pathExistsException(details.withProblem("already exists"), null);
  }

  private static SftpException notEmpty(Details details) {
    return Results.NEW.directoryNotEmptyException(
        details.withProblem("directory is not empty"), null);
  }

  private static SftpException notADirectory(Details details) {
    return Results.NEW.notADirectoryException(details.withProblem("is not a directory"), null);
  }

  private static SftpException isADirectory(Details details) {
    return Results.NEW.sftpException(details.withProblem("is a directory"), null);
  }
}
