package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.Await;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.directory.WalkedDirectory.Found;
import io.github.jsftp.internal.remote.Attributes;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;
import java.time.Instant;
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
 * Walks a remote tree, a directory before what is in it and names in order, while the directories
 * that come next are being listed. Holds the listings on the way from the top to the current entry
 * and a bounded number ahead of it. For use on one loop.
 *
 * <p>A failure comes in its place in the order. A consumer may go on after it: a directory that
 * can't be listed is then as good as empty.
 */
public final class DirectoryWalker implements AutoCloseable {
  private static final int MOST_DIRECTORIES_AHEAD = 32;
  private static final int MOST_ENTRIES_AHEAD = 50_000;

  private final RemoteStore store;
  private final EventLoop loop;
  private final String top;
  private final boolean followLinks;
  private final Predicate<FileInfo> enters;
  private final boolean keepsLines;
  private final DirectoryReader reader;
  private final RequestLimiter questions;
  private final ArrayDeque<WalkedDirectory> path = new ArrayDeque<>();
  private boolean begun;
  private int listing;
  private int entriesAhead;
  private String failedAt = "";

  /** What an entry is to a walk. */
  public enum Kind {
    /** A regular file, or a followed link to one. */
    FILE,
    /** A directory, or a followed link to one; what is in it follows. */
    DIRECTORY,
    /** The same directory once more, after all that is in it. */
    DIRECTORY_END,
    /** A device, a socket, a pipe, or what the server did not tell. */
    OTHER,
    /** A link, in a walk that does not follow them. */
    LINK,
    /** A link that leads nowhere, in a walk that follows them. */
    DANGLING_LINK,
    /** A directory that is one of those above it, by way of a link; it is not entered again. */
    LOOP
  }

  /**
   * An entry of the tree.
   *
   * @param relative its path below the top with / between names, empty for the top itself
   * @param info what it is: for a followed link its target, under the link's path
   * @param kind what to do with it
   * @param depth 0 for the top, 1 for what is directly in it
   */
  public record Entry(String relative, FileInfo info, Kind kind, int depth) {}

  /**
   * A directory as the server lists it.
   *
   * @param refused the failures of unsafe names
   */
  private record Listed(List<FileInfo> entries, Map<String, SftpException> refused) {}

  /** Prepares a walk. The top is followed if it is a link, whatever becomes of those below. */
  DirectoryWalker(RemoteStore store, EventLoop loop, String top, boolean followLinks) {
    this(store, loop, top, followLinks, directory -> true, new DirectoryReader(store, loop), false);
  }

  /**
   * Prepares a walk.
   *
   * @param enters which of the directories below the top to enter; the others have no end either
   * @param reader lists the directories, and is closed with the walk
   * @param keepsLines whether entries have their lines of the listing, which cost much memory
   */
  public DirectoryWalker(
      RemoteStore store,
      EventLoop loop,
      String top,
      boolean followLinks,
      Predicate<FileInfo> enters,
      DirectoryReader reader,
      boolean keepsLines) {
    this.store = store;
    this.loop = loop;
    this.top = top;
    this.enters = enters;
    this.keepsLines = keepsLines;
    this.followLinks = followLinks;
    this.reader = reader;
    this.questions = new RequestLimiter(loop, store::maxInFlight);
  }

  /**
   * Returns the next entry, first the top; null at the end. Complete already where the entry is
   * known. To be called again only when the one before has completed.
   */
  public CompletableFuture<@Nullable Entry> next() {
    if (!begun) {
      begun = true;
      return begin();
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
    if (current.next == current.found.size()) {
      path.pop();
      current.forget();
      return CompletableFuture.completedFuture(current.entry(Kind.DIRECTORY_END));
    }
    return emit(current, current.found.get(current.next++));
  }

  /** Returns the path below the top of what the last failure was about, empty for the top. */
  public String failedAt() {
    return failedAt;
  }

  /** Returns the next entry, null at the end, for a call that has nothing else to do meanwhile. */
  @Nullable Entry take() throws IOException {
    loop.runQueued();
    return loop.run(next());
  }

  /** Drops the listings in flight. */
  @Override
  public void close() {
    reader.close();
  }

  private CompletableFuture<@Nullable Entry> begin() {
    CompletableFuture<Listed> reading = read(top);
    CompletableFuture<String> real =
        followLinks ? LinkResolver.of(store, top) : CompletableFuture.completedFuture(top);
    return store
        .stat(top)
        .thenCombine(real, (info, realPath) -> new WalkedDirectory(info, realPath))
        .whenCompleteAsync((directory, failure) -> {}, loop)
        .thenApply(
            directory -> {
              if (!directory.info.isDirectory() && !isUntold(directory.info)) {
                throw new CompletionException(
                    new NotADirectoryException(store.details(top, "is not a directory"), null));
              }
              list(directory, reading);
              return enter(directory);
            });
  }

  private CompletableFuture<@Nullable Entry> emit(WalkedDirectory parent, Found found) {
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
            parent.whole(found.info()),
            found.kind(),
            parent.depth + 1));
  }

  private Entry enter(WalkedDirectory directory) {
    if (directory.isListed) {
      entriesAhead -= directory.found.size();
    }
    directory.isEntered = true;
    path.push(directory);
    list(directory);
    listAhead();
    return directory.entry(Kind.DIRECTORY);
  }

  /** Lists the directories that come next in the walk, as far as they are known. */
  private void listAhead() {
    int most = Math.max(1, Math.min(MOST_DIRECTORIES_AHEAD, store.maxInFlight() / 4));
    int left = most;
    for (WalkedDirectory directory : path) {
      left = listAhead(directory, most, left);
      if (left == 0) {
        return;
      }
    }
  }

  private int listAhead(WalkedDirectory parent, int most, int left) {
    int rest = left;
    for (int i = parent.nextDirectory; i < parent.directories.size() && rest > 0; i++) {
      if (listing >= most || entriesAhead >= MOST_ENTRIES_AHEAD) {
        return 0;
      }
      WalkedDirectory directory = parent.directories.get(i);
      list(directory);
      rest = listAhead(directory, most, rest - 1);
    }
    return rest;
  }

  private CompletableFuture<Listed> read(String dir) {
    var refused = new TreeMap<String, SftpException>();
    return reader
        .read(dir, entry -> true, this::shortened, refused::putAll)
        .thenApply(
            entries -> {
              entries.sort(Comparator.comparing(FileInfo::path));
              return new Listed(entries, refused);
            });
  }

  /** Returns what a walk holds of an entry: its name instead of its path. */
  private FileInfo shortened(FileInfo info) {
    return WalkedDirectory.with(info, info.name(), keepsLines ? info.longname() : null);
  }

  private CompletableFuture<?> list(WalkedDirectory directory) {
    CompletableFuture<?> listed = directory.listed;
    return listed != null ? listed : list(directory, read(directory.info.path()));
  }

  private CompletableFuture<?> list(WalkedDirectory directory, CompletableFuture<Listed> reading) {
    listing++;
    var listed = new CompletableFuture<WalkedDirectory>();
    directory.listed = listed;
    reading
        .thenCompose(read -> identify(directory, read))
        .whenComplete(
            (found, failure) -> {
              listing--;
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

  /** Finds out what entries are, failures first; one that is gone meanwhile is left out. */
  private CompletableFuture<List<Found>> identify(WalkedDirectory parent, Listed listed) {
    List<FileInfo> entries = listed.entries;
    @Nullable Found[] found = new @Nullable Found[entries.size()];
    var asked = new ArrayList<CompletableFuture<?>>();
    for (int i = 0; i < found.length; i++) {
      FileInfo info = entries.get(i);
      if (isUntold(info) || (followLinks && info.isLink())) {
        int at = i;
        asked.add(
            ask(parent, info)
                .handle((answer, failure) -> found[at] = identified(info, answer, failure)));
      } else {
        found[i] = told(parent, info);
      }
    }
    return CompletableFuture.allOf(asked.toArray(CompletableFuture<?>[]::new))
        .thenApply(
            done -> {
              var all = new ArrayList<Found>();
              listed.refused.forEach((name, failure) -> all.add(unsafe(name, failure)));
              Arrays.stream(found).filter(Objects::nonNull).forEach(all::add);
              return all;
            });
  }

  private CompletableFuture<Found> ask(WalkedDirectory parent, FileInfo info) {
    if (!isUntold(info)) {
      return follow(parent, info);
    }
    return questions
        .send(() -> store.lstat(parent.whole(info).path()))
        .thenApply(this::shortened)
        .thenCompose(
            answer ->
                followLinks && answer.isLink()
                    ? follow(parent, answer)
                    : CompletableFuture.completedFuture(told(parent, answer)));
  }

  private static Found unsafe(String name, SftpException failure) {
    Instant time = Attributes.UNKNOWN_TIME;
    var info = new FileInfo(name, FileInfo.Type.OTHER, -1, -1, -1, -1, time, time, null);
    return new Found(info, Kind.OTHER, null, failure);
  }

  private static @Nullable Found identified(
      FileInfo info, @Nullable Found answer, @Nullable Throwable failure) {
    Throwable cause = failure == null ? null : Await.cause(failure);
    return cause == null || cause instanceof NoSuchPathException
        ? answer
        : new Found(info, Kind.OTHER, null, cause);
  }

  private CompletableFuture<Found> follow(WalkedDirectory parent, FileInfo link) {
    return questions
        .send(() -> store.stat(parent.whole(link).path()))
        .thenCompose(
            target ->
                target.isDirectory() && enters.test(target)
                    ? questions
                        .send(() -> LinkResolver.of(store, parent.realChild(link)))
                        .thenApply(real -> directory(parent, shortened(target), real, true))
                    : CompletableFuture.completedFuture(told(parent, shortened(target))))
        .exceptionally(
            failure -> {
              if (ServerErrors.isDanglingLink(Await.cause(failure))) {
                return new Found(link, Kind.DANGLING_LINK, null, null);
              }
              throw new CompletionException(Await.cause(failure));
            });
  }

  private static boolean isUntold(FileInfo info) {
    return info.type() == FileInfo.Type.OTHER && info.mode() < 0;
  }

  private Found told(WalkedDirectory parent, FileInfo info) {
    return switch (info.type()) {
      case FILE -> new Found(info, Kind.FILE, null, null);
      case DIRECTORY ->
          enters.test(parent.whole(info))
              ? directory(parent, info, parent.realChild(info), parent.isBelowLink)
              : new Found(info, Kind.DIRECTORY, null, null);
      case LINK -> new Found(info, Kind.LINK, null, null);
      case OTHER -> new Found(info, Kind.OTHER, null, null);
    };
  }

  private static Found directory(
      WalkedDirectory parent, FileInfo info, String real, boolean isBelowLink) {
    if (isBelowLink && parent.isBelow(real)) {
      return new Found(info, Kind.LOOP, null, null);
    }
    return new Found(
        info, Kind.DIRECTORY, new WalkedDirectory(parent, info, real, isBelowLink), null);
  }
}
