package io.github.jsftp.internal.transfer;

import io.github.jsftp.FileInfo;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.NotADirectoryException;
import io.github.jsftp.internal.path.Glob;
import io.github.jsftp.internal.path.RemotePath;
import io.github.jsftp.internal.transfer.RemoteWalk.Entry;
import io.github.jsftp.internal.transfer.RemoteWalk.Kind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds what a pattern matches, part by part: a part without wildcards costs nothing, one with
 * wildcards a listing of each directory found so far, and from {@code **} on the tree is walked.
 */
final class GlobSearch {
  private static final int MOST_LISTINGS = 32;

  private final RemoteStore store;
  private final Loop loop;
  private final Lanes listings;
  private final Lanes questions;
  private final TreeMap<String, FileInfo> found = new TreeMap<>();

  GlobSearch(Errand errand) {
    store = errand.store();
    loop = errand.loop();
    listings = new Lanes(loop, () -> Math.min(MOST_LISTINGS, store.window() / 4));
    questions = new Lanes(loop, store::window);
  }

  /** Something that matches so far; of a literal name it is not known whether it is there. */
  private record Candidate(String path, @Nullable FileInfo info) {

    boolean mayBeDirectory() {
      return info == null || !info.isFile();
    }
  }

  /** Returns what matches, sorted by path. */
  List<FileInfo> find(String dir, String pattern) throws IOException {
    boolean isAbsolute = pattern.startsWith("/");
    try (var reader = new DirectoryReader(store, loop)) {
      for (List<String> parts : Glob.parts(pattern)) {
        find(reader, isAbsolute ? "/" : dir, parts.stream().filter(p -> !p.isEmpty()).toList());
      }
    }
    if (pattern.endsWith("/")) {
      found.values().removeIf(info -> !info.isDirectory());
    }
    return List.copyOf(found.values());
  }

  private void find(DirectoryReader reader, String start, List<String> parts) throws IOException {
    List<Candidate> candidates = List.of(new Candidate(start, null));
    for (int i = 0; i < parts.size() && !candidates.isEmpty(); i++) {
      String part = parts.get(i);
      if (Glob.crossesDirectories(part)) {
        List<String> rest = parts.subList(i, parts.size());
        for (Candidate top : candidates) {
          if (top.mayBeDirectory()) {
            walk(top.path, rest);
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
        .map(dir -> new Candidate(RemotePath.child(dir.path, name), null))
        .toList();
  }

  private List<Candidate> matching(DirectoryReader reader, List<Candidate> dirs, Glob glob)
      throws IOException {
    var asked = new ArrayList<CompletableFuture<List<Candidate>>>();
    for (Candidate dir : dirs) {
      if (dir.mayBeDirectory()) {
        asked.add(
            listings
                .send(() -> reader.read(dir.path))
                .thenApply(
                    entries ->
                        entries.stream()
                            .filter(entry -> glob.matches(entry.name()))
                            .map(entry -> new Candidate(entry.path(), entry))
                            .toList()));
      }
    }
    var matching = new ArrayList<Candidate>();
    for (CompletableFuture<List<Candidate>> one : asked) {
      try {
        matching.addAll(loop.run(one));
      } catch (NoSuchPathException | NotADirectoryException e) {
        // Nothing is in a directory that is not there.
      }
    }
    return matching;
  }

  private void walk(String top, List<String> parts) throws IOException {
    Glob glob = Glob.compile(String.join("/", parts));
    int above = RemotePath.child(top, "").length();
    Predicate<FileInfo> enters = directory -> glob.mayMatchBelow(directory.path().substring(above));
    try (var walk = new RemoteWalk(store, loop, top, false, enters)) {
      Entry entry = walk.take();
      while (entry != null) {
        boolean isNew = entry.depth() > 0 && entry.kind() != Kind.DIRECTORY_END;
        if (isNew && glob.matches(entry.relative())) {
          found.put(entry.info().path(), entry.info());
        }
        entry = walk.take();
      }
    } catch (NoSuchPathException | NotADirectoryException e) {
      if (!top.equals(e.path())) {
        throw e;
      }
    }
  }

  private void identify(List<Candidate> candidates) throws IOException {
    var asked = new ArrayList<CompletableFuture<FileInfo>>();
    for (Candidate candidate : candidates) {
      if (candidate.info != null) {
        found.put(candidate.path, candidate.info);
      } else {
        asked.add(questions.send(() -> store.lstat(candidate.path)));
      }
    }
    for (CompletableFuture<FileInfo> one : asked) {
      try {
        FileInfo info = loop.run(one);
        if (!Refusals.tellsNothing(info)) {
          found.put(info.path(), info);
        }
      } catch (NoSuchPathException | NotADirectoryException e) {
        // A name without wildcards matches only what is there.
      }
    }
  }
}
