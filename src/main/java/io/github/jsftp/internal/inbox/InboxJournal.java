package io.github.jsftp.internal.inbox;

import io.github.jsftp.internal.local.LocalErrors;
import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.path.Printable;
import java.io.Closeable;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The local file in which an inbox records each step before or right after it takes effect, so that
 * a later poll can continue where a killed one ended. Each line is one step, and its fields are
 * separated by tabs. While a poll runs, it holds a lock on a second file beside it; the lock ends
 * with the process.
 *
 * <p>Written through a stream, since an interrupt would close a {@link FileChannel}.
 */
final class InboxJournal implements Closeable {
  private static final String HEADER = "jsftp-inbox-1";
  private static final int MIN_LINES_TO_COMPACT = 1000;

  /**
   * The lock files in use in this JVM. Another descriptor of such a file must not be closed, since
   * POSIX would drop the lock.
   */
  private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

  private final Path file;
  private final Path lockFile;
  private final FileOutputStream lock;
  private final InboxNotes notes;
  private FileOutputStream out;
  private @Nullable IOException failure;

  private InboxJournal(Path file, Path lockFile, FileOutputStream lock, String folder)
      throws IOException {
    this.file = file;
    this.lockFile = lockFile;
    this.lock = lock;
    notes = new InboxNotes();
    int lines = Files.exists(file) ? read(folder) : 0;
    if (lines == 0 || lines > MIN_LINES_TO_COMPACT + 2 * notes.lines().size()) {
      compact(folder);
    }
    out = new FileOutputStream(file.toFile(), true);
  }

  /**
   * Opens a journal, which is created if it does not exist.
   *
   * @return the journal, or null if another poll is using it
   * @throws FileSystemException if it belongs to another folder or is damaged
   */
  static @Nullable InboxJournal open(Path path, String folder) throws IOException {
    try {
      return openFile(withoutLinks(path.toAbsolutePath()), folder);
    } catch (FileSystemException e) {
      throw LocalErrors.describe(e);
    }
  }

  private static @Nullable InboxJournal openFile(Path file, String folder) throws IOException {
    Path lockFile = file.resolveSibling(file.getFileName() + ".lock");
    if (!IN_USE.add(lockFile)) {
      return null;
    }
    InboxJournal journal = null;
    try {
      journal = locked(file, lockFile, folder);
      return journal;
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw unusable(file, "can't be opened", e);
    } finally {
      if (journal == null) {
        IN_USE.remove(lockFile);
      }
    }
  }

  /**
   * Creates the directory of a file, and follows links. The file is replaced at times, which must
   * not replace a link to it, and a file with two names needs one lock.
   */
  private static Path withoutLinks(Path file) throws IOException {
    Path dir = file.getParent();
    if (dir == null || Files.isDirectory(file)) {
      throw new FileSystemException(file.toString(), null, "is not a file");
    }
    LocalFiles.createDirectories(dir);
    if (Files.isSymbolicLink(file)) {
      Files.newOutputStream(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND).close();
      return file.toRealPath();
    }
    return dir.toRealPath().resolve(file.getFileName());
  }

  private static @Nullable InboxJournal locked(Path file, Path lockFile, String folder)
      throws IOException {
    var stream = new FileOutputStream(lockFile.toFile(), true);
    InboxJournal journal = null;
    try {
      FileLock held = stream.getChannel().tryLock();
      if (held != null) {
        journal = new InboxJournal(file, lockFile, stream, folder);
      }
      return journal;
    } catch (OverlappingFileLockException e) {
      return null; // held by this class in another class loader
    } finally {
      if (journal == null) {
        stream.close();
      }
    }
  }

  InboxNotes notes() {
    return notes;
  }

  /** Records a step. If this fails, {@link #check} throws, and later steps are not written. */
  void note(String... fields) {
    notes.apply(fields);
    if (failure == null) {
      try {
        out.write(line(fields).getBytes(StandardCharsets.UTF_8));
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  /** Records a step, and waits until it would survive a power failure. */
  void noteDurably(String... fields) {
    note(fields);
    if (failure == null) {
      try {
        out.getFD().sync();
      } catch (IOException e) {
        failure = e;
      }
    }
  }

  /**
   * Checks that all steps have been written.
   *
   * @throws FileSystemException if one was not, for example because the disk is full
   */
  void check() throws FileSystemException {
    IOException cause = failure;
    if (cause != null) {
      throw unusable(file, "can't be written", cause);
    }
  }

  private static FileSystemException unusable(Path file, String problem, IOException cause) {
    String reason = "the journal " + problem + ": " + cause.getMessage();
    var failed = new FileSystemException(file.toString(), null, reason);
    failed.initCause(cause);
    return failed;
  }

  @Override
  public void close() throws IOException {
    try {
      out.close();
    } finally {
      try {
        lock.close();
      } finally {
        IN_USE.remove(lockFile);
      }
    }
  }

  /** Reads the lines; an incomplete last one, which was being written at a kill, is dropped. */
  private int read(String folder) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    String header = line(HEADER, folder);
    if (end == 0 && header.startsWith(new String(bytes, StandardCharsets.UTF_8))) {
      return 0;
    }
    String[] lines =
        new String(bytes, 0, Math.max(end - 1, 0), StandardCharsets.UTF_8).split("\n", -1);
    checkHeader(lines[0] + "\n", header);
    for (int i = 1; i < lines.length; i++) {
      try {
        notes.apply(fields(lines[i]));
      } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
        throw new FileSystemException(
            file.toString(),
            null,
            "line "
                + (i + 1)
                + " of this journal is damaged; restore the file, or move it away to start over");
      }
    }
    if (end < bytes.length) {
      try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(end);
      }
    }
    return lines.length;
  }

  private void checkHeader(String line, String wanted) throws FileSystemException {
    String start = HEADER + "\t";
    if (!line.startsWith(start)) {
      throw new FileSystemException(file.toString(), null, "is not the journal of an inbox");
    }
    if (!line.equals(wanted)) {
      throw new FileSystemException(
          file.toString(),
          null,
          "is the journal of the inbox "
              + Printable.of(line.substring(start.length()).strip())
              + ", not of "
              + Printable.of(wanted.substring(start.length()).strip())
              + "; each inbox needs its own");
    }
  }

  /** Replaces the file by one without the lines that no longer matter. */
  private void compact(String folder) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    try (var stream = new FileOutputStream(next.toFile())) {
      var text = new StringBuilder(line(HEADER, folder));
      for (String[] fields : notes.lines()) {
        text.append(line(fields));
      }
      stream.write(text.toString().getBytes(StandardCharsets.UTF_8));
      stream.getFD().sync();
    }
    try {
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException e) {
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static String line(String... fields) {
    return Arrays.stream(fields).map(InboxJournal::escaped).collect(Collectors.joining("\t"))
        + "\n";
  }

  private static String[] fields(String line) {
    return Arrays.stream(line.split("\t", -1)).map(InboxJournal::unescaped).toArray(String[]::new);
  }

  /** Escapes what would end a field or a line, and what UTF-8 can't express. */
  private static String escaped(String text) {
    var escaped = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < ' ' || c == '%' || Character.isSurrogate(c)) {
        escaped.append(String.format(Locale.ROOT, "%%%04x", (int) c));
      } else {
        escaped.append(c);
      }
    }
    return escaped.toString();
  }

  private static String unescaped(String text) {
    var plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '%') {
        plain.append((char) Integer.parseInt(text.substring(i + 1, i + 5), 16));
        i += 4;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }
}
