package io.github.jsftp.internal.directory;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.PermissionDeniedException;
import io.github.jsftp.SftpException;
import io.github.jsftp.internal.async.EventLoop;
import io.github.jsftp.internal.async.RequestLimiter;
import io.github.jsftp.internal.directory.TreeWalker.Entry;
import io.github.jsftp.internal.directory.TreeWalker.Kind;
import io.github.jsftp.internal.path.Glob;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.reconnect.RemoteCall;
import io.github.jsftp.internal.remote.RemoteStore;
import io.github.jsftp.internal.remote.ServerErrors;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the entries that match a glob pattern, one part of the pattern after the other. A literal
 * part needs no request. A part with wildcards needs a listing of each directory found so far. From
 * a part {@code **} on, the tree is walked.
 */
final class GlobSearch {
  private static final int MAX_LISTINGS = 32;

  private final RemoteStore store;
  private final EventLoop loop;
  private final RequestLimiter listings;
  private final RequestLimiter queries;
  private final TreeMap<String, FileInfo> found = new TreeMap<>();

  GlobSearch(RemoteCall call) {
    store = call.store();
    loop = call.loop();
    listings = new RequestLimiter(loop, () -> Math.min(MAX_LISTINGS, store.maxInFlight() / 4));
    queries = new RequestLimiter(loop, store::maxInFlight);
  }

  /**
   * A path that matches the parts so far.
   *
   * @param info its attributes, or null for a literal name, which may not exist
   * @param isFound whether the path or one of its parents was found through a wildcard
   */
  private record Candidate(String path, @Nullable FileInfo info, boolean isFound) {

    boolean mayBeDirectory() {
      return info == null || !info.isFile();
    }
  }

  /** Returns the matching entries, sorted by path. */
  List<FileInfo> find(String dir, String pattern) throws IOException {
    boolean isAbsolute = pattern.startsWith("/");
    try (var reader = new DirectoryReader(store, loop)) {
      for (List<String> parts : Glob.parts(pattern)) {
        find(reader, isAbsolute ? "/" : dir, parts.stream().filter(p -> !p.isEmpty()).toList());
      }
    }
    if (pattern.endsWith("/")) {
      found.values().removeIf(info -> !info.isDir());
    }
    return List.copyOf(found.values());
  }

  private void find(DirectoryReader reader, String start, List<String> parts) throws IOException {
    List<Candidate> candidates = List.of(new Candidate(start, null, false));
    for (int i = 0; i < parts.size() && !candidates.isEmpty(); i++) {
      String part = parts.get(i);
      if (Glob.crossesDirectories(part)) {
        List<String> rest = parts.subList(i, parts.size());
        for (Candidate top : candidates) {
          if (top.mayBeDirectory()) {
            walk(top, rest);
          }
        }
        return;
      }
      candidates =
          Glob.hasWildcards(part)
              ? matching(reader, candidates, Glob.compile(part))
              : named(candidates, Glob.unescape(part));
    }
    identify(candidates);
  }

  private static List<Candidate> named(List<Candidate> dirs, String name) {
    return dirs.stream()
        .filter(Candidate::mayBeDirectory)
        .map(dir -> new Candidate(RemotePath.child(dir.path, name), null, dir.isFound))
        .toList();
  }

  private List<Candidate> matching(DirectoryReader reader, List<Candidate> candidates, Glob glob)
      throws IOException {
    List<Candidate> dirs = candidates.stream().filter(Candidate::mayBeDirectory).toList();
    Predicate<FileInfo> isMatch = entry -> glob.matches(entry.name());
    return responses(
            dirs,
            dir ->
                listings.send(
                    () ->
                        reader.read(
                            dir.path, isMatch, entry -> new Candidate(entry.path(), entry, true))))
        .stream()
        .flatMap(List::stream)
        .toList();
  }

  private void walk(Candidate top, List<String> parts) throws IOException {
    Glob glob = Glob.compile(String.join("/", parts));
    int above = RemotePath.child(top.path, "").length();
    Predicate<FileInfo> enters = directory -> glob.mayMatchBelow(directory.path().substring(above));
    try (var walk =
        new TreeWalker(
            store, loop, top.path, false, enters, new DirectoryReader(store, loop), true)) {
      boolean ended = false;
      while (!ended) {
        try {
          Entry entry = walk.take();
          ended = entry == null;
          if (entry != null && isMatch(entry, glob)) {
            found.put(entry.info().path(), entry.info());
          }
        } catch (SftpException e) {
          if (!meansNoMatch(e, top.isFound || !walk.failedAt().isEmpty())) {
            throw e;
          }
        }
      }
    }
  }

  private static boolean isMatch(Entry entry, Glob glob) {
    return entry.depth() > 0
        && entry.kind() != Kind.DIRECTORY_END
        && glob.matches(entry.relative());
  }

  private void identify(List<Candidate> candidates) throws IOException {
    candidates.stream()
        .filter(candidate -> candidate.info != null)
        .forEach(candidate -> found.put(candidate.path, candidate.info));
    List<Candidate> unknown =
        candidates.stream().filter(candidate -> candidate.info == null).toList();
    for (FileInfo info : responses(unknown, named -> queries.send(() -> store.lstat(named.path)))) {
      if (!ServerErrors.hasNoAttributes(info)) {
        found.put(info.path(), info);
      }
    }
  }

  /**
   * Sends a request for each candidate, all at the same time, and returns the successful responses.
   */
  private <T> List<T> responses(
      List<Candidate> candidates, Function<Candidate, CompletableFuture<T>> request)
      throws IOException {
    List<CompletableFuture<T>> pending = candidates.stream().map(request).toList();
    var responses = new ArrayList<T>();
    for (int i = 0; i < pending.size(); i++) {
      try {
        responses.add(loop.run(pending.get(i)));
      } catch (SftpException e) {
        if (!meansNoMatch(e, candidates.get(i).isFound)) {
          throw e;
        }
      }
    }
    return responses;
  }

  /**
   * Returns true if a failure means that nothing matches. As in a shell, unreadable directories are
   * skipped where the pattern reaches them through a wildcard.
   */
  private static boolean meansNoMatch(SftpException failure, boolean isFound) {
    return failure instanceof NoSuchPathException
        || failure instanceof NotADirectoryException
        || (isFound && failure instanceof PermissionDeniedException);
  }
}
