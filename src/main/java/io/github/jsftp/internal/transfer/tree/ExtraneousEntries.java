package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.resume.PartNames;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is in the target but not in the source. It is taken down while the tree is copied, and
 * deleted at the end.
 */
final class ExtraneousEntries {
  private final TransferCall call;
  private final EntryDeleter entryDeleter;
  private final Predicate<String> wanted;
  private final List<Pattern> temporary;
  private final ArrayDeque<Part> parts = new ArrayDeque<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private int active;

  ExtraneousEntries(TransferCall call, EntryDeleter entryDeleter, Predicate<String> wanted) {
    this.call = call;
    this.entryDeleter = entryDeleter;
    this.wanted = wanted;
    String pattern = call.options().temporaryName();
    temporary =
        List.of(
            TemporaryName.pattern(pattern, PartNames.SUFFIX_LENGTH),
            TemporaryName.pattern(pattern, TemporaryName.RANDOM_LETTERS));
  }

  /**
   * Takes down what is in a directory of the target and not among the names of the source; says
   * whether there is anything.
   */
  boolean find(TargetDirectory targetDirectory, Set<String> source, String relative) {
    if (!targetDirectory.found().isComplete()) {
      return false;
    }
    Set<String> extraneous = new TreeSet<>(targetDirectory.found().names());
    extraneous.removeAll(source);
    extraneous.removeIf(
        name ->
            isTemporary(name, source)
                || (isFile(targetDirectory, name) && !wanted.test(path(relative, name))));
    if (!extraneous.isEmpty()) {
      spareTwins(targetDirectory, extraneous, source, relative);
    }
    if (extraneous.isEmpty()) {
      return false;
    }
    parts.add(new Part(targetDirectory.with(extraneous), extraneous, relative));
    return true;
  }

  /** Deletes it all, several directories at a time. */
  CompletableFuture<Void> delete() {
    pump();
    return done;
  }

  private void pump() {
    while (!parts.isEmpty() && active < Math.max(1, call.store().maxInFlight() / 4)) {
      Part part = parts.remove();
      active++;
      call.step(
          done,
          entryDeleter.clear(part.targetDirectory, part.names, part.relative),
          UnaryOperator.identity(),
          cleared -> {
            active--;
            pump();
          });
    }
    if (parts.isEmpty() && active == 0) {
      done.complete(null);
    }
  }

  /** Says whether it may be the temporary file of a transfer to one of the source's names. */
  private boolean isTemporary(String name, Set<String> source) {
    return temporary.stream().anyMatch(pattern -> isTemporary(pattern, name, source));
  }

  private static boolean isTemporary(Pattern pattern, String name, Set<String> source) {
    Matcher matcher = pattern.matcher(name);
    if (!matcher.matches() || matcher.groupCount() == 0) {
      return false;
    }
    String target = matcher.group(1);
    return source.contains(target)
        || (TemporaryName.mayBeTruncated(name)
            && source.stream().anyMatch(n -> n.startsWith(target)));
  }

  /**
   * Spares names that differ from one of the source only in what some file systems ignore: there
   * they are the file just written. Where both were there before, they are two.
   */
  private void spareTwins(
      TargetDirectory targetDirectory,
      Set<String> extraneous,
      Set<String> source,
      String relative) {
    Map<String, String> folded = new HashMap<>();
    source.stream()
        .filter(name -> !targetDirectory.found().names().contains(name))
        .forEach(name -> folded.put(SimilarNames.key(name), name));
    extraneous.removeIf(
        name -> {
          String twin = folded.get(SimilarNames.key(name));
          if (twin != null) {
            call.warn(path(relative, name) + ": not deleted: may be the same as " + twin);
          }
          return twin != null;
        });
  }

  private static boolean isFile(TargetDirectory targetDirectory, String name) {
    var found = targetDirectory.find(name);
    return found.isDone()
        && found.join().filter(entryAttributes -> !entryAttributes.isDirectory()).isPresent();
  }

  private static String path(String relative, String name) {
    return relative.isEmpty() ? name : relative + "/" + name;
  }

  /** What is extraneous in one directory. */
  private record Part(TargetDirectory targetDirectory, Set<String> names, String relative) {}
}
