package io.github.jsftp.internal.transfer.resume;

import io.github.jsftp.internal.local.LocalFiles;
import io.github.jsftp.internal.local.LocalNames;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part files that earlier calls have left beside a local target. Part files in use are locked;
 * locked ones are neither resumed nor deleted. The methods access the disk.
 */
public final class LocalParts {
  private static final LinkOption NO_LINKS = LinkOption.NOFOLLOW_LINKS;

  /**
   * The part files in use by this JVM, by file key. POSIX drops a lock when the process closes any
   * descriptor of the file, so another transfer must not even open them.
   */
  private static final Map<Object, FileChannel> IN_USE = new HashMap<>();

  private final Path target;
  private final PartNames names;
  private final List<Path> found;

  /** A part file to resume, open and locked. */
  public record LocalPart(Path path, FileChannel channel) {}

  private LocalParts(Path target, PartNames names, List<Path> found) {
    this.target = target;
    this.names = names;
    this.found = found;
  }

  /**
   * Finds the part files beside a target.
   *
   * @param listed the names of all part files in the directory, null to list the directory
   */
  public static LocalParts find(Path target, PartNames names, @Nullable Set<String> listed)
      throws FileSystemException {
    var found = new ArrayList<Path>();
    if (listed != null) {
      for (String name : listed) {
        if (names.isLeftover(name)) {
          found.add(LocalNames.sibling(target, name));
        }
      }
      return new LocalParts(target, names, found);
    }
    Path parent = target.toAbsolutePath().getParent();
    try (var paths =
        Files.newDirectoryStream(
            parent == null ? target : parent, path -> names.isLeftover(LocalNames.name(path)))) {
      paths.forEach(found::add);
    } catch (DirectoryIteratorException | IOException e) {
      // A directory that can't be listed may still allow new files.
    }
    return new LocalParts(target, names, found);
  }

  /**
   * Opens and locks the longest usable part of the same source. If there is none, deletes the
   * unusable parts and returns null, so that many short attempts leave a single part file.
   */
  public @Nullable LocalPart open(Resumption resumption) throws IOException {
    var same = new ArrayList<Path>();
    for (Path path : found) {
      if (names.isSameSource(LocalNames.name(path))) {
        same.add(path);
      }
    }
    List<Path> longestFirst =
        same.stream().sorted(Comparator.comparingLong(LocalParts::length).reversed()).toList();
    for (Path path : longestFirst) {
      if (resumption.usableBytes(length(path)) > 0 && LocalFiles.isExclusivelyOurs(path)) {
        LocalPart localPart = open(path, resumption);
        if (localPart != null) {
          return localPart;
        }
      }
    }
    remove(same);
    return null;
  }

  /** Returns the path for a new part file. */
  public Path createPath() throws FileSystemException {
    return LocalNames.sibling(target, names.create());
  }

  /** Deletes the part files that were found, unless they are locked. */
  public void removeLeftovers() {
    remove(found);
  }

  private static void remove(List<Path> parts) {
    for (Path path : parts) {
      try {
        if (Files.isSymbolicLink(path)) {
          Files.delete(path);
        } else if (length(path) >= 0) {
          removeUnlessLocked(path);
        }
      } catch (IOException e) {
        // The next call to this target finds it again.
      }
    }
  }

  private static void removeUnlessLocked(Path path) throws IOException {
    synchronized (IN_USE) {
      if (isInUse(key(path))) {
        return;
      }
      try (var channel = FileChannel.open(path, StandardOpenOption.WRITE, NO_LINKS)) {
        if (lock(path, channel)) {
          Files.delete(path);
        }
      }
    }
  }

  /**
   * Locks a part file until the channel is closed. Returns false if it is locked already. The
   * locked byte lies beyond all content, since on Windows a lock prevents reads and writes.
   */
  public static boolean lock(Path path, FileChannel channel) {
    synchronized (IN_USE) {
      try {
        Object key = key(path);
        if (isInUse(key) || channel.tryLock(Long.MAX_VALUE - 1, 1, false) == null) {
          return false;
        }
        IN_USE.put(key, channel);
        return true;
      } catch (OverlappingFileLockException | IOException e) {
        return false;
      }
    }
  }

  private static boolean isInUse(Object key) {
    IN_USE.values().removeIf(channel -> !channel.isOpen());
    return IN_USE.containsKey(key);
  }

  /** Returns the file key, the same for all paths of a file; the path if there is no file key. */
  private static Object key(Path path) throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class, NO_LINKS).fileKey();
    return key == null ? path.toAbsolutePath().normalize() : key;
  }

  private static @Nullable LocalPart open(Path path, Resumption resumption) throws IOException {
    synchronized (IN_USE) {
      FileChannel channel;
      try {
        if (isInUse(key(path))) {
          return null;
        }
        channel =
            FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE, NO_LINKS);
      } catch (IOException e) {
        return null;
      }
      if (lock(path, channel) && resumption.usableBytes(channel.size()) > 0) {
        return new LocalPart(path, channel);
      }
      channel.close();
      return null;
    }
  }

  /** Returns the length of a regular file, -1 for anything else. */
  private static long length(Path path) {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class, NO_LINKS);
      return attributes.isRegularFile() ? attributes.size() : -1;
    } catch (IOException e) {
      return -1;
    }
  }
}
