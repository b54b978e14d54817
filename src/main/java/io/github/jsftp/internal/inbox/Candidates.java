package io.github.jsftp.internal.inbox;

import io.github.jsftp.FileInfo;
import io.github.jsftp.SftpException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the files to handle in one pass: those that an earlier poll has not finished, those that
 * other pollers have abandoned, and those that are complete.
 */
final class Candidates {
  private final InboxSettings settings;
  private final InboxJournal journal;
  private final InboxNotes notes;
  private final PollResult result;
  private final InboxFolder folder;
  private final Completeness completeness;
  private final Claims claims;
  private final Disposal disposal;
  private final List<Candidate> found = new ArrayList<>();
  private final Set<String> interrupted = new HashSet<>();
  private final Set<String> ownClaims = new HashSet<>();

  Candidates(
      InboxSettings settings,
      InboxJournal journal,
      PollResult result,
      Claims claims,
      Disposal disposal)
      throws IOException {
    this.settings = settings;
    this.journal = journal;
    this.result = result;
    this.claims = claims;
    this.disposal = disposal;
    notes = journal.notes();
    folder = InboxFolder.list(settings);
    completeness = new Completeness(settings, journal, folder);
  }

  /** Returns the files to handle, unfinished ones first; ends what only has to be archived. */
  List<Candidate> find() throws IOException {
    resumeClaims();
    takeOverClaims();
    chooseFiles();
    found.sort(
        Comparator.comparing((Candidate candidate) -> candidate.claim() == null)
            .thenComparing(Candidate::info, settings.order()));
    return found;
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
          journal.note(InboxNotes.remember(claim));
        } else if (claim.begun) {
          interrupted.add(claim.name);
        }
        journal.note(InboxNotes.END, claim.id);
      } else if (claim.outcome != Claim.Outcome.NONE) {
        try {
          disposal.resume(claim, entry);
        } catch (SftpException e) {
          result.warnOfHandler(claim);
          result.fail(claim.name, settings.path(claim.name), null, e);
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
      found.add(new Candidate(info, claim.entry(), null, claim, repeated));
    } else if (hasDone && source != null && claims.rename(claim, true)) {
      FileInfo info = settings.named(source, claim.name);
      found.add(new Candidate(info, claim.entry(), null, claim, !claim.source.equals(claim.name)));
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
      found.add(new Candidate(info, claim.text(), folder.has(done) ? done : null, null, true));
    } else {
      result.claimedByOthers++;
    }
  }

  /** Takes over a done file whose poller was killed before it claimed the file itself. */
  private void takeOverDone(String name, ClaimName done) {
    FileInfo file = folder.get(name);
    if (file != null) {
      found.add(new Candidate(file, name, done.text(), null, false));
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
        found.add(new Candidate(file, file.name(), done, null, interrupted.contains(file.name())));
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
}
