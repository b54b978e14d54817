package io.github.jsftp.internal.inbox;

import io.github.jsftp.Connection;
import io.github.jsftp.FileInfo;
import io.github.jsftp.PathExistsException;
import java.io.IOException;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether files are complete. The clocks of this machine and of the server are never
 * compared: times between two looks are measured here, ages by the server's clock alone.
 */
final class Completeness {
  static final String PROBE = ".jsftp-clock";
  private static final int ATTEMPTS = 5;

  private final InboxSettings settings;
  private final InboxJournal journal;
  private final InboxFolder folder;
  private @Nullable Instant serverTime;

  Completeness(InboxSettings settings, InboxJournal journal, InboxFolder folder) {
    this.settings = settings;
    this.journal = journal;
    this.folder = folder;
  }

  /** Returns true if a file is complete; otherwise a later poll has to look again. */
  boolean test(FileInfo file) throws IOException {
    DoneName doneFile = settings.doneFile();
    if (doneFile != null && !folder.has(doneFile.of(file.name()))) {
      return false;
    }
    Duration unchangedFor = settings.unchangedFor();
    if (unchangedFor != null && !isUnchanged(file, unchangedFor)) {
      return false;
    }
    Duration age = settings.olderThan();
    return age == null || isOlder(file, age);
  }

  private boolean isUnchanged(FileInfo file, Duration duration) {
    Version now = Version.of(file);
    Instant time = settings.clock().get();
    InboxNotes.Look before = journal.notes().look(file.name());
    if (before == null || !before.version().equals(now) || before.at().isAfter(time)) {
      if (!duration.isZero()) {
        journal.note(InboxNotes.seen(new InboxNotes.Look(now, time)));
      }
      return duration.isZero();
    }
    return Duration.between(before.at(), time).compareTo(duration) >= 0;
  }

  /** Returns true if the server reports the file's time, and that is old enough. */
  private boolean isOlder(FileInfo file, Duration age) throws IOException {
    return file.hasTimes() && Duration.between(file.modified(), serverTime()).compareTo(age) >= 0;
  }

  /** Returns the server's time: that of an empty file, created for this purpose and removed. */
  private Instant serverTime() throws IOException {
    Instant known = serverTime;
    if (known == null) {
      known = askTime();
      serverTime = known;
    }
    return known;
  }

  private Instant askTime() throws IOException {
    Connection sftp = settings.sftp();
    String probe = settings.path(PROBE);
    for (int i = 1; ; i++) {
      sftp.removeIfExists(probe); // of a killed poll, or a link
      try (var file = sftp.open(probe, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
        return file.stat().modified();
      } catch (PathExistsException e) {
        if (i == ATTEMPTS) {
          throw e;
        }
      } finally {
        sftp.removeIfExists(probe);
      }
    }
  }
}
