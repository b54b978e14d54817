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
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One pass over the folder. The journal records each step before or right after it takes effect, so
 * that after a kill at any point the next pass can tell what is left to do.
 */
public final class InboxPoll {
  private final InboxSettings settings;
  private final InboxJournal journal;
  private final InboxNotes notes;
  private final PollResult result = new PollResult();
  private final InboxFolder folder;
  private final Completeness completeness;
  private final Claims claims;
  private final Disposal disposal;
  private final List<Task> tasks = new ArrayList<>();
  private final Set<String> interrupted = new HashSet<>();
  private final Set<String> ownClaims = new HashSet<>();

  /**
   * A file to handle.
   *
   * @param info its attributes, with its original name
   * @param source the entry to claim, or the claim itself
   * @param doneSource the done file to claim with it, or null
   * @param claim the claim, or null if it has to be claimed first
   * @param repeated whether a handler may have been given the file before
   */
  private record Task(
      FileInfo info,
      String source,
      @Nullable String doneSource,
      @Nullable Claim claim,
      boolean repeated) {}

  private InboxPoll(InboxSettings settings, InboxJournal journal) throws IOException {
    this.settings = settings;
    this.journal = journal;
    notes = journal.notes();
    folder = InboxFolder.list(settings);
    completeness = new Completeness(settings, journal, folder);
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
      resumeClaims();
      takeOverClaims();
      chooseFiles();
      tasks.sort(
          Comparator.comparing((Task task) -> task.claim() == null)
              .thenComparing(Task::info, settings.order()));
      if (!tasks.isEmpty()) {
        handling.prepare();
        disposal.prepare(tasks.get(0).info().name());
      }
      int runs = 0;
      for (Task task : tasks) {
        if (runs == settings.limit()) {
          break;
        }
        checkInterrupt();
        if (process(task, handling)) {
          runs++;
        }
        journal.check();
      }
    }
    journal.check();
    return result;
  }

  /** Continues what an earlier poll with this journal had begun. */
  private void resumeClaims() throws IOException {
    for (Claim claim : notes.claims()) {
      ownClaims.add(claim.id);
      FileInfo entry = folder.get(claim.entry());
      if (isForAnotherInbox(claim)) {
        result.warn(
            claim.name
                + ": stays claimed, since names(..) and select(..) no longer accept it;"
                + " another inbox on this folder needs its own journal");
      } else if (settings.readsOnly()) {
        if (claim.outcome != Claim.Outcome.NONE) {
          remember(claim);
        } else if (claim.begun) {
          interrupted.add(claim.name);
        }
        journal.note(InboxNotes.END, claim.id);
      } else if (claim.outcome != Claim.Outcome.NONE) {
        try {
          disposal.resume(claim, entry);
        } catch (SftpException e) {
          result.warnOfHandler(claim);
          fail(claim.name, null, e);
        }
      } else {
        resume(claim, entry);
      }
    }
  }

  /** Returns true if a file that is still in the folder is not one that this inbox processes. */
  private boolean isForAnotherInbox(Claim claim) {
    FileInfo entry = folder.get(claim.entry());
    if (entry == null && folder.has(claims.doneEntry(claim))) {
      entry = folder.get(claim.source);
    }
    return entry != null && !settings.test().test(settings.named(entry, claim.name));
  }

  /** Continues a claim whose handler has not ended. */
  private void resume(Claim claim, @Nullable FileInfo entry) throws IOException {
    boolean hasDone = folder.has(claims.doneEntry(claim));
    FileInfo source = folder.get(claim.source);
    if (entry != null) {
      FileInfo info = settings.named(entry, claim.name);
      boolean repeated = claim.begun || !claim.source.equals(claim.name);
      tasks.add(new Task(info, claim.entry(), null, claim, repeated));
    } else if (hasDone && source != null && claims.rename(claim, true)) {
      FileInfo info = settings.named(source, claim.name);
      tasks.add(new Task(info, claim.entry(), null, claim, !claim.source.equals(claim.name)));
    } else {
      if (hasDone) {
        claims.restoreDone(claim);
      }
      journal.note(InboxNotes.END, claim.id);
    }
  }

  /** Looks for claims of other pollers that have not changed for too long. */
  private void takeOverClaims() {
    for (String entry : notes.foreignEntries()) {
      if (!folder.has(entry)) {
        journal.note(InboxNotes.FREED, entry);
      }
    }
    DoneName doneFile = settings.doneFile();
    for (InboxFolder.Entry entry : folder.claims()) {
      ClaimName claim = entry.claim();
      String data = doneFile == null ? null : doneFile.dataOf(claim.name());
      String name = data == null ? claim.name() : data;
      FileInfo info = settings.named(entry.info(), name);
      if (!settings.readsOnly() && !ownClaims.contains(claim.id()) && settings.test().test(info)) {
        boolean abandoned = isAbandoned(claim.text());
        if (data == null) {
          takeOver(info, claim, abandoned);
        } else if (abandoned && !folder.has(new ClaimName(data, claim.id()).text())) {
          takeOverDone(data, claim);
        }
      }
    }
  }

  private void takeOver(FileInfo info, ClaimName claim, boolean abandoned) {
    DoneName doneFile = settings.doneFile();
    String done =
        doneFile == null ? "" : new ClaimName(doneFile.of(claim.name()), claim.id()).text();
    if (abandoned) {
      tasks.add(new Task(info, claim.text(), folder.has(done) ? done : null, null, true));
    } else {
      result.claimedByOthers++;
    }
  }

  /** Takes over a done file whose poller was killed before it claimed the file itself. */
  private void takeOverDone(String name, ClaimName done) {
    FileInfo file = folder.get(name);
    if (file != null) {
      tasks.add(new Task(file, name, done.text(), null, false));
    } else if (!folder.hasClaimOf(name)) {
      result.warn(done.text() + " is left over from a killed poll; its file is gone");
    }
  }

  private boolean isAbandoned(String entry) {
    Instant now = settings.clock().get();
    Instant since = notes.foreignSince(entry);
    if (since == null || since.isAfter(now)) {
      journal.note(InboxNotes.FOREIGN, now.toString(), entry);
      return settings.claimTimeout().isZero();
    }
    return Duration.between(since, now).compareTo(settings.claimTimeout()) >= 0;
  }

  private void chooseFiles() throws IOException {
    DoneName doneFile = settings.doneFile();
    Set<String> present = new HashSet<>();
    Set<Version> versions = new HashSet<>();
    for (FileInfo file : folder.files()) {
      Version version = Version.of(file);
      present.add(file.name());
      versions.add(version);
      if (!settings.test().test(file) || notes.remembers(version)) {
        continue;
      }
      if (completeness.test(file)) {
        String done = doneFile == null ? null : doneFile.of(file.name());
        tasks.add(new Task(file, file.name(), done, null, interrupted.contains(file.name())));
      } else {
        result.waiting++;
      }
    }
    for (String name : notes.seenNames()) {
      if (!present.contains(name)) {
        journal.note(InboxNotes.GONE, name);
      }
    }
    if (settings.readsOnly()) {
      notes.forget(settings.remembered(), versions);
    }
    for (String done : folder.doneFiles()) {
      String name = doneFile == null ? null : doneFile.dataOf(done);
      if (name != null && !folder.has(name) && !folder.hasClaimOf(name)) {
        result.warn(done + ": there is no file that it marks as complete");
      }
    }
  }

  /** Processes one file; returns true if its handler was called. */
  private boolean process(Task task, Handling handling) throws IOException {
    FileInfo info = task.info();
    Claim claim = null;
    try {
      claim = task.claim() == null ? claim(task) : task.claim();
      return claim != null && process(task, claim, handling);
    } catch (NoSuchPathException e) {
      if (claim != null && claim.outcome == Claim.Outcome.NONE) {
        disposal.vanished(claim);
      }
      fail(info.name(), info, e);
    } catch (SftpException e) {
      if (claim == null && e instanceof PermissionDeniedException) {
        result.warn(info.name() + ": can't be claimed; remember(..) is for read-only folders");
      }
      if (claim != null && claim.outcome == Claim.Outcome.NONE && ServerErrors.isRefusal(e)) {
        release(claim);
      }
      result.warnOfHandler(claim);
      fail(info.name(), info, e);
    }
    return claim != null && claim.outcome != Claim.Outcome.NONE;
  }

  private @Nullable Claim claim(Task task) throws IOException {
    FileInfo info = task.info();
    String name = info.name();
    if (settings.readsOnly()) {
      return claims.begin(Version.of(info), name, null);
    }
    var claimName = new ClaimName(name, ClaimName.newId());
    if (claimName.isTooLong()) {
      fail(name, info, new FileSystemException(info.path(), null, "its name is too long to claim"));
      return null;
    }
    if (!isUnchanged(task)) {
      return null;
    }
    Claim claim = claims.claim(Version.of(info), task.source(), task.doneSource());
    if (claim == null) {
      result.claimedByOthers++;
    }
    return claim;
  }

  /** Returns true if a file is as it was listed, which may have been long ago. */
  private boolean isUnchanged(Task task) throws IOException {
    FileInfo now;
    try {
      now = settings.sftp().lstat(settings.path(task.source()));
    } catch (NoSuchPathException e) {
      result.claimedByOthers++;
      return false;
    }
    boolean unchanged =
        now.isFile()
            && (!task.info().hasSize() || now.size() == task.info().size())
            && (!task.info().hasTimes() || now.modified().equals(task.info().modified()));
    if (!unchanged) {
      result.waiting++;
    }
    return unchanged;
  }

  private boolean process(Task task, Claim claim, Handling handling) throws IOException {
    FileInfo info = task.info();
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
      complete = handling.download(entry, info, file);
    } catch (SftpException | InterruptedIOException e) {
      throw e;
    } catch (IOException e) {
      release(claim); // this machine's disk is full, for example
      throw e;
    }
    if (!complete) {
      release(claim);
      result.waits(info);
      return false;
    }
    journal.note(InboxNotes.BEGIN, claim.id);
    try {
      journal.check(); // the end of the handler could not be recorded either
    } catch (FileSystemException e) {
      release(claim);
      throw e;
    }
    if (task.repeated()) {
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
      checkInterrupt();
      disposal.dispose(claim, info, failure);
      return;
    }
    remember(claim);
    journal.note(InboxNotes.END, claim.id);
    result.add(
        failure == null ? Kind.COPIED : Kind.FAILED, info.name(), info.path(), "", info, failure);
  }

  private void remember(Claim claim) {
    String how = claim.outcome == Claim.Outcome.FAILED ? InboxNotes.FAILED : InboxNotes.HANDLED;
    journal.note(InboxNotes.remember(claim.version, how));
  }

  private void release(Claim claim) throws IOException {
    if (settings.readsOnly()) {
      journal.note(InboxNotes.END, claim.id);
    } else {
      claims.release(claim);
    }
  }

  /** Reports a failure that concerns one file, and throws any other. */
  private void fail(String name, @Nullable FileInfo info, IOException failure) throws IOException {
    if (failure instanceof SftpException && !ServerErrors.isRefusal(failure)) {
      throw failure;
    }
    result.add(Kind.FAILED, name, settings.path(name), "", info, failure);
  }

  private void checkInterrupt() throws InterruptedIOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new InterruptedIOException("poll " + settings.folder() + ": interrupted");
    }
  }
}
