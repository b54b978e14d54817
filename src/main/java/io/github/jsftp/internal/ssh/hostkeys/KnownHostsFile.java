package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.internal.ssh.support.SshDirectory;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Reads and extends known_hosts files, concurrently with other threads and programs. A file is
 * locked while a key is checked once more and added. POSIX drops the lock as soon as the process
 * closes any descriptor of the file, so other threads do not read meanwhile.
 */
final class KnownHostsFile {
  private static final ReadWriteLock IN_THIS_JVM = new ReentrantReadWriteLock();
  private static final long LOCK_TIMEOUT = TimeUnit.SECONDS.toNanos(10);
  private static final long POLL_INTERVAL = TimeUnit.MILLISECONDS.toNanos(10);

  private KnownHostsFile() {}

  /**
   * Checks a key again, with the current content of the file. Returns null if the key is accepted,
   * or a refusal. If that is due to an unknown host, the key is added.
   */
  @FunctionalInterface
  interface Recheck {
    @Nullable IOException check(KnownHosts known);
  }

  /**
   * Reads the entries for hosts from files; missing files count as empty.
   *
   * @throws FileSystemException if a file can't be read; it names the file
   */
  static KnownHosts read(List<Path> files, List<String> hosts) throws FileSystemException {
    var known = new KnownHosts(hosts);
    IN_THIS_JVM.readLock().lock();
    try {
      for (Path file : files) {
        try (var in = new BufferedInputStream(SshDirectory.open(file))) {
          known.read(in, file);
        } catch (NoSuchFileException e) {
          // A missing file counts as empty.
        } catch (IOException e) {
          throw naming(file, e);
        }
      }
    } finally {
      IN_THIS_JVM.readLock().unlock();
    }
    return known;
  }

  /**
   * Appends a line unless the host has become known meanwhile. Creates the file and its directory
   * if they are missing, accessible to their owner only.
   *
   * @return the result of the recheck; null if the key is accepted or the line was added
   * @throws FileSystemException if the file can't be used; it names the file
   */
  static @Nullable IOException append(Path file, List<String> hosts, Recheck recheck, String line)
      throws FileSystemException {
    IN_THIS_JVM.writeLock().lock();
    try (FileChannel channel = open(file);
        FileLock lock = lock(channel, file)) {
      var known = new KnownHosts(hosts);
      known.read(new BufferedInputStream(Channels.newInputStream(channel)), file);
      IOException problem = recheck.check(known);
      if (HostKeyCheck.isNew(problem) && lock.isValid()) {
        Files.writeString(
            file,
            (endsWithNewline(channel) ? "" : "\n") + line + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.APPEND);
        return null;
      }
      return problem;
    } catch (IOException e) {
      throw naming(file, e);
    } finally {
      IN_THIS_JVM.writeLock().unlock();
    }
  }

  /** Returns the failure as one that names the file, as there may be several files. */
  static FileSystemException naming(Path file, IOException failure) {
    if (failure instanceof FileSystemException known && file.toString().equals(known.getFile())) {
      return known;
    }
    var named = new FileSystemException(file.toString(), null, SshDirectory.reason(failure));
    named.initCause(failure);
    return named;
  }

  private static FileChannel open(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (directory != null && !Files.isDirectory(directory)) {
      try {
        Files.createDirectories(directory, ownerOnly(posix, "rwx------"));
      } catch (IOException e) {
        String why =
            e instanceof FileAlreadyExistsException inTheWay
                ? inTheWay.getFile() + " is no directory"
                : SshDirectory.reason(e);
        throw new IOException(
            "the directory " + directory + " can't be created: " + why + "; create it first", e);
      }
    }
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        ownerOnly(posix, "rw-------"));
  }

  /**
   * Locks a byte far behind the end of the file, since on Windows nobody else can read locked
   * bytes.
   */
  private static FileLock lock(FileChannel channel, Path file) throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < LOCK_TIMEOUT) {
      try {
        FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // Another class loader's copy of this class in this JVM holds the lock.
      }
      LockSupport.parkNanos(POLL_INTERVAL);
    }
    throw new FileSystemException(file.toString(), null, "another program has locked it");
  }

  private static FileAttribute<?>[] ownerOnly(boolean posix, String permissions) {
    return posix
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean endsWithNewline(FileChannel channel) throws IOException {
    if (channel.size() == 0) {
      return true;
    }
    ByteBuffer last = ByteBuffer.allocate(1);
    channel.read(last, channel.size() - 1);
    return last.get(0) == '\n';
  }
}
