package io.github.jsftp.internal.inbox;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PathExistsException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.internal.results.Results;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Moves or deletes files whose handler has ended. */
final class Disposal {
  private static final String PART = ".{name}.jsftp-{random}.part";
  private static final String REASON = ".reason.txt";
  private static final TransferOptions IN_PLACE =
      TransferOptions.builder()
          .atomic(false) // a kill would leave a temporary file
          .existing(TransferOptions.Existing.FAIL)
          .build();
  private static final int STATUS_FAILURE = 4;
  private static final int STATUS_UNSUPPORTED = 8;
  private static final int ATTEMPTS = 100;

  private final InboxSettings settings;
  private final InboxJournal journal;
  private final Claims claims;
  private final PollResult result;
  private final Connection sftp;
  private final Set<String> directories = new HashSet<>();

  Disposal(InboxSettings settings, InboxJournal journal, Claims claims, PollResult result) {
    this.settings = settings;
    this.journal = journal;
    this.claims = claims;
    this.result = result;
    sftp = settings.sftp();
  }

  /** Creates the directory to which a file would be moved now, so that a refusal comes first. */
  void prepare(String name) throws IOException {
    TargetPattern archive = settings.archive();
    if (archive == null || settings.readsOnly()) {
      return;
    }
    try {
      makeDirectory(RemotePath.parent(archive.path(name, now())));
    } catch (PermissionDeniedException e) {
      Details details = Details.of(e);
      throw Results.NEW.permissionDeniedException(
          details.withProblem(details.problem() + "; remember(..) is for read-only folders"), e);
    }
  }

  /**
   * Fails if the archive leads back to the folder, for example through a link: its files would be
   * processed again.
   *
   * @param claim a claimed file; no other directory has an entry with its name
   */
  void checkArchive(Claim claim) throws IOException {
    TargetPattern archive = settings.archive();
    if (archive != null && !settings.readsOnly()) {
      String dir = RemotePath.parent(archive.path(claim.name, now()));
      checkDistinct(claim, dir);
      settings.distinct().add(dir); // nobody else has taken over the claim so soon
    }
  }

  /**
   * Archives or deletes a file, or moves it to the failed ones.
   *
   * @param failure why the handler failed, or null
   */
  void dispose(Claim claim, @Nullable FileInfo info, @Nullable IOException failure)
      throws IOException {
    boolean failed = claim.outcome == Claim.Outcome.FAILED;
    TargetPattern pattern = failed ? settings.failed() : settings.archive();
    String source = settings.path(claim.name);
    if (pattern == null) {
      delete(claim);
      result.add(Kind.DELETED, claim.name, "", source, info, null);
    } else {
      String target = move(claim, pattern.path(claim.name, now()));
      if (failed) {
        writeReason(claim, target);
        IOException known = failure != null ? failure : new IOException(claim.reason);
        result.add(Kind.FAILED, claim.name, source, target, info, known);
      } else {
        result.add(Kind.RENAMED, claim.name, source, target, info, null);
      }
    }
    journal.note(InboxNotes.END, claim.id);
  }

  /**
   * Completes what a killed poll had begun, for a claim whose handler has ended.
   *
   * @param entry the claimed file, or null if it is not in the folder
   */
  void resume(Claim claim, @Nullable FileInfo entry) throws IOException {
    FileInfo info = entry == null ? null : settings.named(entry, claim.name);
    String target = claim.target;
    String part = claim.part;
    if (entry != null && target != null && part != null && isCopied(entry, target, part)) {
      sftp.removeIfExists(settings.path(claim.entry()));
      entry = null;
    } else if (part != null) {
      sftp.removeIfExists(part);
    }
    if (entry != null) {
      dispose(claim, info, null);
    } else if (target != null && sftp.lexists(target)) {
      moveDone(claim, target);
      boolean failed = claim.outcome == Claim.Outcome.FAILED;
      if (failed) {
        writeReason(claim, target);
      }
      result.add(
          failed ? Kind.FAILED : Kind.RENAMED,
          claim.name,
          settings.path(claim.name),
          target,
          info,
          failed ? new IOException(claim.reason) : null);
      journal.note(InboxNotes.END, claim.id);
    } else if (settings.archive() == null && claim.outcome == Claim.Outcome.HANDLED) {
      delete(claim);
      result.add(Kind.DELETED, claim.name, "", settings.path(claim.name), info, null);
      journal.note(InboxNotes.END, claim.id);
    } else {
      vanished(claim);
      sftp.lstat(settings.path(claim.entry())); // for the exception
    }
  }

  /** Ends a claim whose file is not there any more. */
  void vanished(Claim claim) {
    journal.note(InboxNotes.END, claim.id);
    String when =
        claim.outcome == Claim.Outcome.NONE ? "before it was handled" : "after it was handled";
    result.warn(
        claim.name
            + ": the claimed file vanished "
            + when
            + ": another poller has taken it over, or somebody has removed it");
  }

  private void delete(Claim claim) throws IOException {
    if (settings.doneFile() != null) {
      sftp.removeIfExists(settings.path(claims.doneEntry(claim)));
    }
    sftp.removeIfExists(settings.path(claim.entry()));
  }

  /** Moves a file and its done file; returns the path it has got. */
  private String move(Claim claim, String wanted) throws IOException {
    String entry = settings.path(claim.entry());
    String begun = begun(claim);
    String target = begun == null ? wanted : begun;
    boolean isAlone = settings.doneFile() == null && claim.outcome != Claim.Outcome.FAILED;
    for (int i = 1; ; i++) {
      String dir = RemotePath.parent(target);
      makeDirectory(dir);
      checkDistinct(claim, dir);
      if (i > 1 || (begun == null && !isAlone)) {
        target = free(claim, wanted);
      }
      String before = claim.target;
      try {
        journal.note(InboxNotes.TARGET, claim.id, target);
        moveDone(claim, target);
        moveData(claim, entry, target);
        settings.distinct().add(dir);
        return target;
      } catch (PathExistsException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
      } catch (NoSuchPathException e) {
        if (before != null && sftp.lexists(before)) {
          return before; // the request of an earlier poll took effect late
        } else if (!sftp.lexists(entry)) {
          vanished(claim);
          throw e;
        } else if (i > 1) {
          throw e;
        }
        directories.clear(); // somebody has removed the directory
      }
    }
  }

  /** Returns the target of a killed poll if that has moved the done file already, or null. */
  private @Nullable String begun(Claim claim) throws IOException {
    String target = claim.target;
    return settings.doneFile() != null
            && target != null
            && !sftp.lexists(settings.path(claims.doneEntry(claim)))
            && sftp.lexists(donePath(target))
            && !sftp.lexists(target)
        ? target
        : null;
  }

  private void moveData(Claim claim, String entry, String target) throws IOException {
    try {
      sftp.rename(entry, target);
    } catch (PathExistsException | NoSuchPathException e) {
      throw e;
    } catch (SftpException e) {
      int status = ServerErrors.isRefusal(e) ? e.status().orElse(-1) : -1;
      if (status != STATUS_FAILURE && status != STATUS_UNSUPPORTED) {
        throw e;
      }
      copy(claim, entry, target, e);
    }
  }

  /** Moves a file to another file system. */
  private void copy(Claim claim, String entry, String target, SftpException refusal)
      throws IOException {
    String part = TemporaryName.beside(target, PART);
    journal.note(InboxNotes.PART, claim.id, part);
    try {
      FileInfo source = sftp.lstat(entry);
      sftp.copy(entry, part);
      try {
        sftp.setTimes(part, source.accessed(), source.modified());
      } catch (SftpException | IllegalArgumentException e) {
        // The archived file then has the time of the copy.
      }
      sftp.rename(part, target);
      sftp.remove(entry);
    } catch (IOException e) {
      e.addSuppressed(refusal);
      throw e;
    }
    result.warn(
        claim.name
            + ": copied and deleted, since the server refused to rename it: "
            + refusal.getMessage());
  }

  /** Returns true if a copy was completed but its source not deleted. */
  private boolean isCopied(FileInfo source, String target, String part) throws IOException {
    if (sftp.lexists(part) || !sftp.lexists(target)) {
      return false;
    }
    FileInfo copy = sftp.lstat(target);
    return copy.size() == source.size() && copy.modified().equals(source.modified());
  }

  private void moveDone(Claim claim, String target) throws IOException {
    DoneName doneFile = settings.doneFile();
    if (doneFile == null) {
      return;
    }
    String entry = settings.path(claims.doneEntry(claim));
    String to = donePath(target);
    try {
      sftp.replace(entry, to);
    } catch (NoSuchPathException e) {
      // Already moved, or there was none.
    } catch (SftpException e) {
      if (!ServerErrors.isRefusal(e)) {
        throw e;
      }
      sftp.copy(entry, to); // to another file system
      sftp.remove(entry);
    }
  }

  /** Returns the path of the done file of an archived file; the path itself if there are none. */
  private String donePath(String target) {
    DoneName doneFile = settings.doneFile();
    return doneFile == null
        ? target
        : RemotePath.child(RemotePath.parent(target), doneFile.of(RemotePath.name(target)));
  }

  private void writeReason(Claim claim, String target) throws IOException {
    String path = target + REASON;
    try {
      sftp.removeIfExists(path); // of a killed poll, or a link
      byte[] reason = (claim.reason + "\n").getBytes(StandardCharsets.UTF_8);
      sftp.put(new ByteArrayInputStream(reason), path, IN_PLACE);
    } catch (SftpException e) {
      if (!ServerErrors.isRefusal(e)) {
        throw e;
      }
      result.warn(claim.name + ": the reason of the failure was not written: " + e.getMessage());
    }
  }

  /** Returns the path, or the path with a number if that is taken. */
  private String free(Claim claim, String wanted) throws IOException {
    if (!isTaken(claim, wanted)) {
      return wanted;
    }
    int taken = 0;
    int free = 1;
    while (isTaken(claim, numbered(wanted, free))) {
      taken = free;
      free *= 2;
    }
    while (free - taken > 1) {
      int middle = (free + taken) >>> 1;
      if (isTaken(claim, numbered(wanted, middle))) {
        taken = middle;
      } else {
        free = middle;
      }
    }
    return numbered(wanted, free);
  }

  /** Returns true if the file, or what goes beside it, would replace another one. */
  private boolean isTaken(Claim claim, String path) throws IOException {
    return sftp.lexists(path)
        || (settings.doneFile() != null && sftp.lexists(donePath(path)))
        || (claim.outcome == Claim.Outcome.FAILED && sftp.lexists(path + REASON));
  }

  /** Returns a path with a number before the extension of its name. */
  static String numbered(String path, int number) {
    String name = RemotePath.name(path);
    int dot = name.indexOf('.', 1);
    int at = path.length() - name.length() + (dot < 0 ? name.length() : dot);
    return path.substring(0, at) + "." + number + path.substring(at);
  }

  private void makeDirectory(String dir) throws IOException {
    if (directories.add(dir)) {
      try {
        sftp.makedirs(dir);
      } catch (IOException e) {
        directories.remove(dir);
        throw e;
      }
    }
  }

  private void checkDistinct(Claim claim, String dir) throws IOException {
    if (!settings.distinct().contains(dir) && sftp.lexists(RemotePath.child(dir, claim.entry()))) {
      throw new FileSystemException(
          RemotePath.display(dir),
          null,
          "leads back to the inbox, where each file would be processed again");
    }
  }

  private LocalDateTime now() {
    return LocalDateTime.ofInstant(settings.clock().get(), ZoneId.systemDefault());
  }
}
