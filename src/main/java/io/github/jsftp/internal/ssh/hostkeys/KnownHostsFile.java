package io.github.jsftp.internal.ssh.hostkeys;

import io.github.jsftp.HostKeyException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
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
 * Reads known_hosts files and adds to them, next to other threads and programs that do. A program
 * locks the file while it judges a key once more and adds it. POSIX drops that lock when any
 * descriptor of the file is closed in the same process, so no other thread reads meanwhile.
 */
final class KnownHostsFile {
  private static final ReadWriteLock HERE = new ReentrantReadWriteLock();
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(10);
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(10);

  private KnownHostsFile() {}

  /** Judges a key anew: null if it is good, an UNKNOWN refusal if it is to be added. */
  @FunctionalInterface
  interface Judgement {
    @Nullable IOException judge(KnownHosts known);
  }

  /** Reads what files say about hosts; those that do not exist count as empty. */
  static KnownHosts read(List<Path> files, List<String> hosts) throws IOException {
    var known = new KnownHosts(hosts);
    HERE.readLock().lock();
    try {
      for (Path file : files) {
        try (var in = new BufferedInputStream(Files.newInputStream(file))) {
          known.read(in, file);
        } catch (NoSuchFileException e) {
          // As good as empty.
        }
      }
    } finally {
      HERE.readLock().unlock();
    }
    return known;
  }

  /**
   * Appends a line unless the host has become known meanwhile; creates the file and its directory,
   * for the user alone, if need be.
   *
   * @return what the judgement then says; null if the line was added
   */
  static @Nullable IOException append(Path file, List<String> hosts, Judgement again, String line)
      throws IOException {
    HERE.writeLock().lock();
    try (FileChannel channel = open(file);
        FileLock lock = lock(channel, file)) {
      var known = new KnownHosts(hosts);
      known.read(new BufferedInputStream(Channels.newInputStream(channel)), file);
      IOException problem = again.judge(known);
      if (problem instanceof HostKeyException refused
          && refused.reason() == HostKeyException.Reason.UNKNOWN
          && lock.isValid()) {
        Files.writeString(
            file,
            (endsWithNewline(channel) ? "" : "\n") + line + "\n",
            StandardCharsets.UTF_8,
            StandardOpenOption.APPEND);
        return null;
      }
      return problem;
    } finally {
      HERE.writeLock().unlock();
    }
  }

  private static FileChannel open(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    boolean posix = file.getFileSystem().supportedFileAttributeViews().contains("posix");
    if (directory != null && !Files.isDirectory(directory)) {
      Files.createDirectories(directory, forUserAlone(posix, "rwx------"));
    }
    return FileChannel.open(
        file,
        Set.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE),
        forUserAlone(posix, "rw-------"));
  }

  /** Locks behind the end, since on Windows nobody else could read what is locked. */
  private static FileLock lock(FileChannel channel, Path file) throws IOException {
    long start = System.nanoTime();
    while (System.nanoTime() - start < PATIENCE) {
      try {
        FileLock lock = channel.tryLock(Long.MAX_VALUE - 1, 1, false);
        if (lock != null) {
          return lock;
        }
      } catch (OverlappingFileLockException e) {
        // Another copy of this class in the same JVM has it.
      }
      LockSupport.parkNanos(PAUSE);
    }
    throw new FileSystemException(file.toString(), null, "another program has locked it");
  }

  private static FileAttribute<?>[] forUserAlone(boolean posix, String permissions) {
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
