package io.github.jsftp.internal.transfer.context;

import io.github.jsftp.ConnectionException;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.OperationTimeoutException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferException;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.VerificationException;
import io.github.jsftp.internal.reconnect.Attempts;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.time.Instant;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Creates the exceptions for errors while one file is copied. */
public final class CopyErrors {
  private static final String NOT_REMOVED = "copied, but the source can't be removed";

  private final RemoteStore store;
  private final RemoteStore targetStore;
  private final boolean isBetweenServers;
  private final Verify verify;
  private final Attempts attempts;
  private final Supplier<String> remotePath;
  private final String source;
  private final Supplier<String> target;
  private boolean isResumed;

  /**
   * Creates the errors of one copy.
   *
   * @param remotePath returns the path of the remote side; of the source if both are remote
   * @param target returns the target's path, which may change when the target is looked up
   */
  public CopyErrors(
      TransferCall call, Supplier<String> remotePath, String source, Supplier<String> target) {
    store = call.store();
    targetStore = call.forTarget().store();
    isBetweenServers = call.isBetweenServers();
    this.verify = call.options().verify();
    this.attempts = call.attempts();
    this.remotePath = remotePath;
    this.source = source;
    this.target = target;
  }

  /** Records that the copy resumes an earlier one, so that the source must be unmodified. */
  public void setResumed() {
    isResumed = true;
  }

  /** Returns the exception for a failed read. */
  public Throwable readFailed(Throwable cause, long bytes) {
    return transferFailed(cause, remotePath.get(), "can't read " + source, bytes);
  }

  /** Returns the exception for a failed write. */
  public Throwable writeFailed(Throwable cause, long bytes) {
    Throwable failure = remoteTarget().equals(target.get()) ? ServerErrors.ofWrite(cause) : cause;
    return transferFailed(failure, remoteTarget(), "can't write " + target.get(), bytes);
  }

  /**
   * Compares the source before and after the copy with the number of bytes read.
   *
   * @throws VerificationException if the source changed or the number differs
   */
  public void checkSource(FileAttributes before, FileAttributes after, long bytes)
      throws VerificationException {
    if (isResumed) {
      checkNotModified(before.modified(), after.modified(), bytes);
    }
    if (verify == Verify.NONE) {
      return;
    }
    if (before.size() >= 0 && after.size() >= 0 && before.size() != after.size()) {
      throw verification(
          atSource(
              String.format(
                  Locale.ROOT,
                  "the source changed while it was copied: was %d bytes, is %d",
                  before.size(),
                  after.size())),
          bytes(before.size()),
          bytes(after.size()),
          bytes,
          null);
    }
    // A file in /proc has size 0 although it is not empty, so size 0 is not compared.
    long size = Math.max(before.size(), after.size());
    if (size > 0 && size != bytes) {
      throw verification(
          atSource(String.format(Locale.ROOT, "only %d of %d bytes were read", bytes, size)),
          bytes(size),
          bytes(bytes),
          bytes,
          null);
    }
  }

  /**
   * Compares the modification times of the source before and after the copy.
   *
   * @throws VerificationException if they differ
   */
  public void checkNotModified(@Nullable Instant before, @Nullable Instant after, long bytes)
      throws VerificationException {
    if ((isResumed || verify != Verify.NONE) && !Objects.equals(before, after)) {
      throw verification(
          atSource(
              String.format(
                  Locale.ROOT,
                  "the source changed while it was copied: was modified at %s, then at %s",
                  before,
                  after)),
          "modified at " + before,
          "modified at " + after,
          bytes,
          null);
    }
  }

  /**
   * Compares a remote source that was reopened after a lost connection with its first state. This
   * does not depend on the option {@code verify}, since a copy must never mix two files.
   *
   * @throws VerificationException if the source may be another file
   */
  public void checkReopenedSource(FileAttributes before, FileAttributes now, long bytes)
      throws VerificationException {
    boolean isSame =
        !before.isDevice()
            && before.size() == bytes
            && now.size() == bytes
            && Objects.equals(before.modified(), now.modified());
    if (!isSame) {
      throw verification(
          atSource(
              String.format(
                  Locale.ROOT,
                  "the source changed while the connection was lost: was %d bytes, modified at %s;"
                      + " is %d bytes, modified at %s",
                  before.size(),
                  before.modified(),
                  now.size(),
                  now.modified())),
          bytes(before.size()) + ", modified at " + before.modified(),
          bytes(now.size()) + ", modified at " + now.modified(),
          bytes,
          null);
    }
  }

  /**
   * Compares the size of the target on the server with the number of bytes sent.
   *
   * @throws VerificationException if they differ
   */
  public void checkReceived(long sent, long arrived) throws VerificationException {
    if (verify != Verify.NONE && arrived >= 0 && arrived != sent) {
      throw verification(
          atTarget(
              String.format(
                  Locale.ROOT, "%d bytes were sent, but the server has %d", sent, arrived)),
          bytes(sent),
          bytes(arrived),
          sent,
          null);
    }
  }

  /**
   * Returns the exception for a piece whose content differs between source and target.
   *
   * @param from the offset of the piece's first byte
   * @param to the offset after the piece's last byte
   */
  public VerificationException contentDiffers(
      long from, long to, long bytes, String expected, String actual) {
    return verification(
        atTarget(
            String.format(
                Locale.ROOT,
                "the content that arrived differs from what was sent, in bytes %d to %d",
                from,
                to)),
        expected,
        actual,
        bytes,
        null);
  }

  /** Returns the exception for content that can't be verified. */
  public Throwable notVerifiable(Throwable cause, long bytes, boolean upload) {
    if (cause instanceof VerificationException) {
      return cause;
    } else if (upload && cause instanceof NoSuchPathException) {
      return movedAway(bytes, cause);
    } else if (cause instanceof SftpException refused && ServerErrors.isRefusal(cause)) {
      var details =
          isBetweenServers ? Details.of(refused) : Details.of(refused).at(remotePath.get());
      String problem = "the content can't be verified: " + details.problem();
      return Results.NEW.transferException(
          details.withProblem(problem), source, target.get(), bytes, attempts.count(), null, cause);
    }
    return transferFailed(cause, remoteTarget(), "the content can't be verified", bytes);
  }

  /** Returns the exception for a target that disappeared after the upload. */
  public VerificationException movedAway(long sent, Throwable cause) {
    return verification(
        atTarget(
            String.format(
                Locale.ROOT,
                "all %d bytes were acknowledged, but the server has moved the file away",
                sent)),
        bytes(sent),
        "no such file",
        sent,
        cause);
  }

  /**
   * Compares the source before it is removed with what was copied.
   *
   * @throws VerificationException if it has changed
   */
  public void checkUnchanged(FileAttributes copied, FileAttributes now, long bytes)
      throws VerificationException {
    if (copied.size() != now.size() || !Objects.equals(copied.modified(), now.modified())) {
      throw verification(
          atSource(
              String.format(
                  Locale.ROOT,
                  "copied but not removed: the source has changed since: was %d bytes, modified at %s;"
                      + " is %d bytes, modified at %s",
                  copied.size(),
                  copied.modified(),
                  now.size(),
                  now.modified())),
          bytes(copied.size()) + ", modified at " + copied.modified(),
          bytes(now.size()) + ", modified at " + now.modified(),
          bytes,
          null);
    }
  }

  /** Returns the exception for a source whose path leads to another file after the copy. */
  public VerificationException sourceReplaced(long bytes) {
    return verification(
        atSource("copied but not removed: the source has been replaced by another file since"),
        "the file copied",
        "another file",
        bytes,
        null);
  }

  /**
   * Returns the exception for a file that must not be moved, since its copy can't be verified.
   * Nothing has been removed.
   */
  public VerificationException notMovable(String problem) {
    return verification(atSource(problem), "two files that can be compared", problem, 0, null);
  }

  /** Returns the exception for a source that can't be removed after it was copied. */
  public Throwable notRemoved(Throwable cause, long bytes) {
    if (cause instanceof TransferException) {
      return cause;
    } else if (cause instanceof SftpException refused && ServerErrors.isRefusal(cause)) {
      Details details = Details.of(refused).at(remotePath.get());
      return Results.NEW.transferException(
          details.withProblem(NOT_REMOVED + ": " + details.problem()),
          source,
          target.get(),
          bytes,
          attempts.count(),
          null,
          cause);
    }
    return transferFailed(cause, remotePath.get(), NOT_REMOVED, bytes);
  }

  /** Returns the path of the target, or of the source if only that is remote. */
  private String remoteTarget() {
    return isBetweenServers ? target.get() : remotePath.get();
  }

  private Throwable transferFailed(Throwable cause, String path, String what, long bytes) {
    Details details;
    if (cause instanceof ConnectionException || cause instanceof OperationTimeoutException) {
      return cause;
    } else if (cause instanceof SftpException refused) {
      details = Details.of(refused).at(path);
    } else if (cause instanceof IOException local) {
      details = store.details(path, what + ": " + local.getMessage());
    } else {
      return cause;
    }
    return Results.NEW.transferException(
        details, source, target.get(), bytes, attempts.count(), null, cause);
  }

  private Details atSource(String problem) {
    return store.details(remotePath.get(), problem);
  }

  private Details atTarget(String problem) {
    return targetStore.details(remoteTarget(), problem);
  }

  private VerificationException verification(
      Details details, String expected, String actual, long bytes, @Nullable Throwable cause) {
    return Results.NEW.verificationException(
        details, source, target.get(), bytes, attempts.count(), expected, actual, cause);
  }

  private static String bytes(long count) {
    return count + " bytes";
  }
}
