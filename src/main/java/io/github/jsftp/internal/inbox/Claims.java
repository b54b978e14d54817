package io.github.jsftp.internal.inbox;

import io.github.jsftp.Connection;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Claims files by renaming them, and releases them. The done file is renamed first and comes back
 * last, so that nobody else sees a file as complete that is being claimed.
 */
final class Claims {
  private final InboxSettings settings;
  private final InboxJournal journal;
  private final Connection sftp;

  Claims(InboxSettings settings, InboxJournal journal) {
    this.settings = settings;
    this.journal = journal;
    sftp = settings.sftp();
  }

  /**
   * Claims a file.
   *
   * @param source the entry to rename: the file itself, or an abandoned claim of it
   * @param doneSource its done file, or null
   * @return the claim, or null if another one has claimed or removed the file
   * @throws SftpException if the server refuses to rename it
   */
  @Nullable Claim claim(Version version, String source, @Nullable String doneSource)
      throws IOException {
    Claim claim = begin(version, source, doneSource);
    journal.check();
    return rename(claim, false) ? claim : null;
  }

  /** Records a claim without renaming anything. */
  Claim begin(Version version, String source, @Nullable String doneSource) {
    String id = ClaimName.newId();
    journal.note(InboxNotes.claimed(new Claim(id, source, doneSource, version)));
    return journal.notes().claim(id);
  }

  /**
   * Renames the files of a claim.
   *
   * @param doneIsClaimed whether the done file has been renamed already
   * @return false if one of them is gone
   */
  boolean rename(Claim claim, boolean doneIsClaimed) throws IOException {
    String doneSource = claim.doneSource;
    boolean hasDone = doneIsClaimed;
    try {
      if (doneSource != null && !hasDone) {
        sftp.replace(settings.path(doneSource), settings.path(doneEntry(claim)));
        hasDone = true;
      }
      sftp.replace(settings.path(claim.source), settings.path(claim.entry()));
      return true;
    } catch (NoSuchPathException e) {
      if (hasDone) {
        restoreDone(claim);
      }
      journal.note(InboxNotes.END, claim.id);
      return false;
    } catch (SftpException e) {
      if (ServerErrors.isRefusal(e)) {
        if (hasDone) {
          restoreDone(claim);
        }
        journal.note(InboxNotes.END, claim.id);
      }
      throw e;
    }
  }

  /**
   * Gives a file its name back, unless there is a new file with that name. In that case it stays
   * claimed.
   */
  void release(Claim claim) throws IOException {
    try {
      sftp.rename(settings.path(claim.entry()), settings.path(claim.name));
    } catch (SftpException e) {
      if (!ServerErrors.isRefusal(e)) {
        throw e;
      }
      return;
    }
    restoreDone(claim);
    journal.note(InboxNotes.END, claim.id);
  }

  /** Gives the done file of a claim its name back, if it is there and the name is free. */
  void restoreDone(Claim claim) throws IOException {
    DoneName doneFile = settings.doneFile();
    if (doneFile == null) {
      return;
    }
    try {
      sftp.rename(settings.path(doneEntry(claim)), settings.path(doneFile.of(claim.name)));
    } catch (SftpException e) {
      if (!ServerErrors.isRefusal(e)) {
        throw e;
      }
    }
  }

  /** Returns the name that the done file has while it is claimed; empty if there is none. */
  String doneEntry(Claim claim) {
    DoneName doneFile = settings.doneFile();
    return doneFile == null ? "" : new ClaimName(doneFile.of(claim.name), claim.id).text();
  }
}
