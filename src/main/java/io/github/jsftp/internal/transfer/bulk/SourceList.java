package io.github.jsftp.internal.transfer.bulk;

import io.github.jsftp.FileInfo;
import io.github.jsftp.internal.directory.TreeWalker.Kind;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.source.SourceTree;
import io.github.jsftp.internal.transfer.source.TreeEntry;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * A list of files to copy into one directory under their own names, seen as a tree of one level.
 * The order is the one given. Attributes are read ahead.
 *
 * @param <F> a path
 */
abstract class SourceList<F> implements SourceTree {
  private static final int LOOK_AHEAD = 256;

  private static final FileAttributes UNKNOWN =
      new FileAttributes(FileInfo.Type.DIRECTORY, -1, -1, null, null);

  private final TransferCall call;
  private final Map<String, F> files;
  private final Iterator<Map.Entry<String, F>> unread;
  private final ArrayDeque<Lookup> lookups = new ArrayDeque<>();
  private String failedAt = "";
  private boolean hasStarted;
  private boolean hasEnded;

  private record Lookup(String name, CompletableFuture<FileAttributes> attributes) {}

  /**
   * Creates a source.
   *
   * @param files the files by their names in the target directory, in the order of copying
   */
  SourceList(TransferCall call, Map<String, F> files) {
    this.call = call;
    this.files = files;
    unread = files.entrySet().iterator();
  }

  /** Reads the attributes of a file; fails for a directory. */
  abstract CompletableFuture<FileAttributes> attributes(F file);

  /** Returns the absolute path of a file as text with slashes. */
  abstract String absolute(F file);

  /** Returns the file of an entry. */
  final F at(TreeEntry entry) {
    F file = files.get(entry.relative());
    if (file == null) {
      throw new IllegalArgumentException("not an entry of the list: " + entry.relative());
    }
    return file;
  }

  @Override
  public final CompletableFuture<Optional<TreeEntry>> next() {
    if (!hasStarted) {
      hasStarted = true;
      return top(Kind.DIRECTORY);
    }
    while (lookups.size() < LOOK_AHEAD && unread.hasNext()) {
      var file = unread.next();
      lookups.add(new Lookup(file.getKey(), attributes(file.getValue())));
    }
    Lookup lookup = lookups.poll();
    if (lookup != null) {
      return call.recover(
          lookup.attributes.thenApply(found -> Optional.of(entry(lookup.name, found))),
          failure -> {
            failedAt = lookup.name;
            return CompletableFuture.failedFuture(failure);
          });
    }
    if (!hasEnded) {
      hasEnded = true;
      return top(Kind.DIRECTORY_END);
    }
    return CompletableFuture.completedFuture(Optional.empty());
  }

  private static CompletableFuture<Optional<TreeEntry>> top(Kind kind) {
    return CompletableFuture.completedFuture(
        Optional.of(new TreeEntry("", kind, UNKNOWN, 0, false)));
  }

  private static TreeEntry entry(String name, FileAttributes attributes) {
    Kind kind = attributes.isLink() ? Kind.LINK : attributes.isDevice() ? Kind.OTHER : Kind.FILE;
    return new TreeEntry(name, kind, attributes, 1, false);
  }

  @Override
  public final String failedAt() {
    return failedAt;
  }

  @Override
  public final String path(TreeEntry entry) {
    return entry.relative().isEmpty() ? "the list" : at(entry).toString();
  }

  @Override
  public final FileInfo info(TreeEntry entry) {
    return entry.attributes().info(entry.relative().isEmpty() ? "/" : absolute(at(entry)));
  }

  @Override
  public final void close() {}
}
