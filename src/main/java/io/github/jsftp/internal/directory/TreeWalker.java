package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.directory.WalkedDirectory.WalkedEntry;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import io.github.jsftp.internal.results.Results;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Walks a remote tree, directories before their content and names in order, and lists the next
 * directories ahead. Holds the listings from the root to the current entry and a bounded number
 * ahead of it. For use on one event loop.
 *
 * <p>If an entry fails, {@code next()} fails in its place. The walk can continue after it: a
 * directory that can't be listed then counts as empty.
 */
public final class TreeWalker implements AutoCloseable {
  private static final int MAX_DIRECTORIES_AHEAD = 32;
  private static final int MAX_ENTRIES_AHEAD = 50_000;

  private final RemoteStore store;
  private final EventLoop loop;
  private final String top;
  private final boolean followLinks;
  private final Predicate<FileInfo> enters;
  private final boolean keepsLongnames;
  private final DirectoryReader reader;
  private final RequestLimiter queries;
  private final ArrayDeque<WalkedDirectory> path = new ArrayDeque<>();
  private boolean hasStarted;
  private int activeListings;
  private int entriesAhead;
  private String failedAt = "";

  /** The role of an entry in a walk. */
  public enum Kind {
    /** A regular file, or a followed link to one. */
    FILE,
    /** A directory, or a followed link to one. Its content follows. */
    DIRECTORY,
    /** The same directory again, after its content. */
    DIRECTORY_END,
    /** A device, a socket, a pipe, or an entry of unknown type. */
    OTHER,
    /** A symbolic link, in a walk that does not follow links. */
    LINK,
    /** A dangling link, in a walk that follows links. */
    DANGLING_LINK,
    /** A link to a directory that contains it; not entered. */
    LOOP
  }

  /**
   * An entry of the tree.
   *
   * @param relative the path relative to the root, with / as the separator; empty for the root
   *     itself
   * @param info the attributes; for a followed link, those of its target under the path of the link
   * @param kind the role of the entry
   * @param depth 0 for the root, 1 for its entries
   * @param isBelowLink whether a name in the path, other than the root, is a followed link to a
   *     directory
   */
  public record Entry(String relative, FileInfo info, Kind kind, int depth, boolean isBelowLink) {}

  /**
   * A sorted listing.
   *
   * @param refused the failures of unsafe names
   */
  private record Listing(List<FileInfo> entries, Map<String, SftpException> refused) {}

  /** Prepares a walk. The root is followed if it is a link, whether or not other links are. */
  TreeWalker(RemoteStore store, EventLoop loop, String top, boolean followLinks) {
    this(store, loop, top, followLinks, directory -> true, new DirectoryReader(store, loop), false);
  }

  /**
   * Prepares a walk.
   *
   * @param enters selects the directories to enter; the others have no {@link Kind#DIRECTORY_END}
   * @param reader lists the directories, and is closed with the walk
   * @param keepsLongnames whether entries keep their {@link FileInfo#longname}, which costs much
   *     memory
   */
  public TreeWalker(
      RemoteStore store,
      EventLoop loop,
      String top,
      boolean followLinks,
      Predicate<FileInfo> enters,
      DirectoryReader reader,
      boolean keepsLongnames) {
    this.store = store;
    this.loop = loop;
    this.top = top;
    this.enters = enters;
    this.keepsLongnames = keepsLongnames;
    this.followLinks = followLinks;
    this.reader = reader;
    this.queries = new RequestLimiter(loop, store::maxInFlight);
  }

  /**
   * Returns the next entry, the root first; null at the end. The result is complete at once if the
   * entry is known. Call it again only after the previous result has completed.
   */
  public CompletableFuture<@Nullable Entry> next() {
    if (!hasStarted) {
      hasStarted = true;
      return start();
    }
    WalkedDirectory current = path.peek();
    if (current == null) {
      return CompletableFuture.completedFuture(null);
    }
    if (!current.isListed) {
      return list(current).thenCompose(listed -> next());
    }
    if (current.failure != null) {
      Throwable failure = current.failure;
      current.failure = null;
      failedAt = current.relative;
      return CompletableFuture.failedFuture(failure);
    }
    if (current.next == current.entries.size()) {
      path.pop();
      current.clear();
      return CompletableFuture.completedFuture(current.entry(Kind.DIRECTORY_END));
    }
    return emit(current, current.entries.get(current.next++));
  }

  /** Returns the path of the last failure relative to the root, empty for the root. */
  public String failedAt() {
    return failedAt;
  }

  /** Waits for the next entry and returns it; null at the end. */
  @Nullable Entry take() throws IOException {
    loop.runQueued();
    return loop.run(next());
  }

  /** Cancels the listings in flight. */
  @Override
  public void close() {
    reader.close();
  }

  private CompletableFuture<@Nullable Entry> start() {
    CompletableFuture<Listing> reading = read(top);
    CompletableFuture<String> real =
        followLinks ? LinkResolver.of(store, top) : CompletableFuture.completedFuture(top);
    return store
        .stat(top)
        .thenCombine(real, (info, realPath) -> new WalkedDirectory(info, realPath))
        .whenCompleteAsync((directory, failure) -> {}, loop)
        .thenApply(
            directory -> {
              if (!directory.info.isDir() && !hasNoType(directory.info)) {
                throw new CompletionException(
                    Results.NEW.notADirectoryException(
                        store.details(top, "is not a directory"), null));
              }
              list(directory, reading);
              return enter(directory);
            });
  }

  private CompletableFuture<@Nullable Entry> emit(WalkedDirectory parent, WalkedEntry found) {
    if (found.failure() != null) {
      failedAt = parent.below(found.info());
      return CompletableFuture.failedFuture(found.failure());
    }
    if (found.directory() != null) {
      parent.nextDirectory++;
      return CompletableFuture.completedFuture(enter(found.directory()));
    }
    return CompletableFuture.completedFuture(
        new Entry(
            parent.below(found.info()),
            parent.withPath(found.info()),
            found.kind(),
            parent.depth + 1,
            parent.isBelowLink));
  }

  private Entry enter(WalkedDirectory directory) {
    if (directory.isListed) {
      entriesAhead -= directory.entries.size();
    }
    directory.isEntered = true;
    path.push(directory);
    list(directory);
    listAhead();
    return directory.entry(Kind.DIRECTORY);
  }

  /** Lists the known directories that come next in the walk. */
  private void listAhead() {
    int limit = Math.max(1, Math.min(MAX_DIRECTORIES_AHEAD, store.maxInFlight() / 4));
    int remaining = limit;
    for (WalkedDirectory directory : path) {
      remaining = listAhead(directory, limit, remaining);
      if (remaining == 0) {
        return;
      }
    }
  }

  private int listAhead(WalkedDirectory parent, int limit, int remaining) {
    int rest = remaining;
    for (int i = parent.nextDirectory; i < parent.directories.size() && rest > 0; i++) {
      if (activeListings >= limit || entriesAhead >= MAX_ENTRIES_AHEAD) {
        return 0;
      }
      WalkedDirectory directory = parent.directories.get(i);
      list(directory);
      rest = listAhead(directory, limit, rest - 1);
    }
    return rest;
  }

  private CompletableFuture<Listing> read(String dir) {
    var refused = new TreeMap<String, SftpException>();
    return reader
        .read(dir, entry -> true, this::withNameOnly, refused::putAll)
        .thenApply(
            entries -> {
              entries.sort(Comparator.comparing(FileInfo::path));
              return new Listing(entries, refused);
            });
  }

  /** Returns the part of an entry that a walk holds in memory: the name instead of the path. */
  private FileInfo withNameOnly(FileInfo info) {
    return WalkedDirectory.copyOf(
        info, info.name(), keepsLongnames ? info.longname().orElse(null) : null);
  }

  private CompletableFuture<?> list(WalkedDirectory directory) {
    CompletableFuture<?> listed = directory.listed;
    return listed != null ? listed : list(directory, read(directory.info.path()));
  }

  private CompletableFuture<?> list(WalkedDirectory directory, CompletableFuture<Listing> reading) {
    activeListings++;
    var listed = new CompletableFuture<WalkedDirectory>();
    directory.listed = listed;
    reading
        .thenCompose(read -> identify(directory, read))
        .whenComplete(
            (found, failure) -> {
              activeListings--;
              if (failure == null) {
                directory.fill(found);
                entriesAhead += directory.isEntered ? 0 : found.size();
              } else {
                directory.failure = Await.cause(failure);
              }
              directory.isListed = true;
              listAhead();
              listed.complete(directory);
            });
    return listed;
  }

  /** Determines the kinds of entries, failures first; entries deleted meanwhile are left out. */
  private CompletableFuture<List<WalkedEntry>> identify(WalkedDirectory parent, Listing listing) {
    List<FileInfo> entries = listing.entries;
    @Nullable WalkedEntry[] found = new @Nullable WalkedEntry[entries.size()];
    var pending = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < found.length; i++) {
      FileInfo info = entries.get(i);
      if (hasNoType(info) || (followLinks && info.isLink())) {
        int at = i;
        pending.add(
            query(parent, info)
                .handle((answer, failure) -> found[at] = resultOf(info, answer, failure)));
      } else {
        found[i] = toEntry(parent, info);
      }
    }
    return CompletableFuture.allOf(pending.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              var all = new ArrayList<WalkedEntry>();
              listing.refused.forEach((name, failure) -> all.add(unsafe(name, failure)));
              Arrays.stream(found).filter(Objects::nonNull).forEach(all::add);
              return all;
            });
  }

  private CompletableFuture<WalkedEntry> query(WalkedDirectory parent, FileInfo info) {
    if (!hasNoType(info)) {
      return follow(parent, info);
    }
    return queries
        .send(() -> store.lstat(parent.withPath(info).path()))
        .thenApply(this::withNameOnly)
        .thenCompose(
            answer ->
                followLinks && answer.isLink()
                    ? follow(parent, answer)
                    : CompletableFuture.completedFuture(toEntry(parent, answer)));
  }

  private static WalkedEntry unsafe(String name, SftpException failure) {
    var info = Results.NEW.fileInfo(name, FileInfo.Type.OTHER, -1, -1, -1, -1, null, null, null);
    return new WalkedEntry(info, Kind.OTHER, null, failure);
  }

  private static @Nullable WalkedEntry resultOf(
      FileInfo info, @Nullable WalkedEntry answer, @Nullable Throwable failure) {
    Throwable cause = failure == null ? null : Await.cause(failure);
    return cause == null || cause instanceof NoSuchPathException
        ? answer
        : new WalkedEntry(info, Kind.OTHER, null, cause);
  }

  private CompletableFuture<WalkedEntry> follow(WalkedDirectory parent, FileInfo link) {
    return queries
        .send(() -> store.stat(parent.withPath(link).path()))
        .thenCompose(
            target ->
                target.isDir() && enters.test(target)
                    ? queries
                        .send(() -> LinkResolver.of(store, parent.realChild(link)))
                        .thenApply(real -> enterable(parent, withNameOnly(target), real, true))
                    : CompletableFuture.completedFuture(toEntry(parent, withNameOnly(target))))
        .exceptionally(
            failure -> {
              if (ServerErrors.isDanglingLink(Await.cause(failure))) {
                return new WalkedEntry(link, Kind.DANGLING_LINK, null, null);
              }
              throw new CompletionException(Await.cause(failure));
            });
  }

  private static boolean hasNoType(FileInfo info) {
    return info.type() == FileInfo.Type.OTHER && !info.hasMode();
  }

  private WalkedEntry toEntry(WalkedDirectory parent, FileInfo info) {
    return switch (info.type()) {
      case FILE -> new WalkedEntry(info, Kind.FILE, null, null);
      case DIRECTORY ->
          enters.test(parent.withPath(info))
              ? enterable(parent, info, parent.realChild(info), parent.isBelowLink)
              : new WalkedEntry(info, Kind.DIRECTORY, null, null);
      case LINK -> new WalkedEntry(info, Kind.LINK, null, null);
      case OTHER -> new WalkedEntry(info, Kind.OTHER, null, null);
    };
  }

  private static WalkedEntry enterable(
      WalkedDirectory parent, FileInfo info, String real, boolean isBelowLink) {
    if (isBelowLink && parent.isBelow(real)) {
      return new WalkedEntry(info, Kind.LOOP, null, null);
    }
    return new WalkedEntry(
        info, Kind.DIRECTORY, new WalkedDirectory(parent, info, real, isBelowLink), null);
  }
}
