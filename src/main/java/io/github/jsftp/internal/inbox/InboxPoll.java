package io.github.jsftp.internal.inbox;

import io.github.jsftp.FileInfo;
import io.github.jsftp.FileOutcome.Kind;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the folder. The journal records each step before or right after it takes effect, so
 * that after a kill at any point the next pass can tell what is left to do.
 */
public final class InboxPoll {
  private final InboxSettings settings;
  private final InboxJournal journal;
  private final PollResult result = new PollResult();
  private final Claims claims;
  private final Disposal disposal;

  private InboxPoll(InboxSettings settings, InboxJournal journal) {
    this.settings = settings;
    this.journal = journal;
    claims = new Claims(settings, journal);
    disposal = new Disposal(settings, journal, claims, result);
  }

  /** Makes one pass. */
  public static PollResult run(InboxSettings settings) throws IOException {
    Path chosen = settings.journal();
    Path file =
        chosen == null ? JournalPath.of(settings.sftp().toString(), settings.folder()) : chosen;
    try (InboxJournal journal = InboxJournal.open(file, settings.folder())) {
      if (journal == null) {
        var busy = new PollResult();
        busy.busy = true;
        return busy;
      }
      return new InboxPoll(settings, journal).run();
    }
  }

  private PollResult run() throws IOException {
    try (var handling = new Handling(settings, journal)) {
      List<Candidate> candidates =
          new Candidates(settings, journal, result, claims, disposal).find();
      if (!candidates.isEmpty()) {
        handling.prepare();
        disposal.prepare(candidates.get(0).info().name());
      }
      int runs = 0;
      for (Candidate candidate : candidates) {
        if (runs == settings.limit()) {
          break;
        }
        if (process(candidate, handling)) {
          runs++;
        }
        journal.check();
      }
    }
    journal.check();
    return result;
  }

  /** Processes one file; returns true if its handler was called. */
  private boolean process(Candidate candidate, Handling handling) throws IOException {
    FileInfo info = candidate.info();
    Claim claim = null;
    try {
      claim = candidate.claim() == null ? claim(candidate) : candidate.claim();
      return claim != null && process(candidate, claim, handling);
    } catch (NoSuchPathException e) {
      if (claim != null && claim.outcome == Claim.Outcome.NONE) {
        disposal.vanished(claim);
      }
      result.fail(info.name(), info.path(), info, e);
    } catch (SftpException e) {
      if (claim == null && e instanceof PermissionDeniedException) {
        result.warn(info.name() + ": can't be claimed; remember(..) is for read-only folders");
      }
      if (claim != null && claim.outcome == Claim.Outcome.NONE && ServerErrors.isRefusal(e)) {
        release(candidate, claim);
      }
      result.warnOfHandler(claim);
      result.fail(info.name(), info.path(), info, e);
    }
    return claim != null && claim.outcome != Claim.Outcome.NONE;
  }

  private @Nullable Claim claim(Candidate candidate) throws IOException {
    FileInfo info = candidate.info();
    String name = info.name();
    if (settings.readsOnly()) {
      return claims.begin(Version.of(info), name, null);
    }
    var claimName = new ClaimName(name, ClaimName.newId());
    if (claimName.isTooLong()) {
      result.fail(
          name,
          info.path(),
          info,
          new FileSystemException(info.path(), null, "its name is too long to claim"));
      return null;
    }
    if (!isUnchanged(candidate)) {
      return null;
    }
    Claim claim = claims.claim(Version.of(info), candidate.source(), candidate.doneSource());
    if (claim == null) {
      result.claimedByOthers++;
    }
    return claim;
  }

  /** Returns true if a file is as it was listed, which may have been long ago. */
  private boolean isUnchanged(Candidate candidate) throws IOException {
    FileInfo now;
    try {
      now = settings.sftp().lstat(settings.path(candidate.source()));
    } catch (NoSuchPathException e) {
      result.claimedByOthers++;
      return false;
    }
    boolean unchanged =
        now.isFile()
            && (!candidate.info().hasSize() || now.size() == candidate.info().size())
            && (!candidate.info().hasTimes() || now.modified().equals(candidate.info().modified()));
    if (!unchanged) {
      result.waiting++;
    }
    return unchanged;
  }

  private boolean process(Candidate candidate, Claim claim, Handling handling) throws IOException {
    FileInfo info = candidate.info();
    String entry = settings.readsOnly() ? claim.name : claim.entry();
    Path file;
    try {
      file = handling.localPath(info.name());
    } catch (FileSystemException e) {
      handling.fail(claim, e);
      end(claim, info, e);
      return true;
    }
    boolean complete;
    try {
      disposal.checkArchive(claim);
      complete = handling.download(entry, info, file);
    } catch (SftpException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      release(candidate, claim); // this machine's disk is full, for example
      throw e;
    }
    if (!complete) {
      release(candidate, claim);
      result.waits(info);
      return false;
    }
    journal.note(InboxNotes.BEGIN, claim.id);
    try {
      journal.check(); // the end of the handler could not be recorded either
    } catch (FileSystemException e) {
      release(candidate, claim);
      throw e;
    }
    if (candidate.repeated()) {
      result.repeated.add(info.path());
    }
    IOException failure;
    try {
      failure = handling.handle(claim, info, file);
    } catch (Error e) {
      endAfter(e, claim, info);
      throw e;
    } finally {
      handling.discard(file);
    }
    if (failure == null) {
      result.handled++;
    }
    end(claim, info, failure);
    return true;
  }

  private void endAfter(Error error, Claim claim, FileInfo info) {
    try {
      end(claim, info, new IOException(error.toString(), error));
    } catch (IOException e) {
      error.addSuppressed(e);
    }
  }

  private void end(Claim claim, FileInfo info, @Nullable IOException failure) throws IOException {
    if (!settings.readsOnly()) {
      disposal.dispose(claim, info, failure);
      return;
    }
    journal.note(InboxNotes.remember(claim));
    journal.note(InboxNotes.END, claim.id);
    result.add(
        failure == null ? Kind.COPIED : Kind.FAILED, info.name(), info.path(), "", info, failure);
  }

  /**
   * Leaves a file to a later poll. If a handler may have been given it before, it stays claimed, so
   * that this stays known.
   */
  private void release(Candidate candidate, Claim claim) throws IOException {
    if (candidate.repeated()) {
      journal.note(InboxNotes.BEGIN, claim.id);
    } else if (settings.readsOnly()) {
      journal.note(InboxNotes.END, claim.id);
    } else {
      claims.release(claim);
    }
  }
}
