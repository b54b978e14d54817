package io.github.jsftp.internal.ssh;

import io.github.jsftp.HostKeyException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Adds to a known_hosts file, next to whoever else does. */
final class KnownHostsFile {
  /** Threads of one JVM can't wait for each other with a file lock. */
  private static final ReentrantLock HERE = new ReentrantLock();

  private KnownHostsFile() {}

  /** Judges a key anew: null if it is good, an UNKNOWN refusal if it is to be added. */
  @FunctionalInterface
  interface Judgement {
    @Nullable IOException judge() throws IOException;
  }

  /**
   * Appends a line unless the host has become known meanwhile; creates the file and its directory,
   * for the user alone, if need be.
   *
   * @return what the judgement then says; null if the line was added
   */
  static @Nullable IOException append(Path file, Judgement again, String line) throws IOException {
    HERE.lock();
    try (FileChannel channel = open(file);
        FileLock lock = channel.lock()) {
      IOException problem = again.judge();
      if (problem instanceof HostKeyException refused
          && refused.reason() == HostKeyException.Reason.UNKNOWN
          && lock.isValid()) {
        String text = (endsWithNewline(channel) ? "" : "\n") + line + "\n";
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        long end = channel.size();
        while (bytes.hasRemaining()) {
          end += channel.write(bytes, end);
        }
        return null;
      }
      return problem;
    } finally {
      HERE.unlock();
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
