package io.github.jsftp.internal.transfer.tree;

import io.github.jsftp.internal.path.SimilarNames;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.FileAttributes;
import io.github.jsftp.internal.transfer.context.OutcomeQueue.Slot;
import io.github.jsftp.internal.transfer.context.TransferCall;
import io.github.jsftp.internal.transfer.resume.PartNames;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The entries of the target that are not in the source. They are recorded during the copy and
 * deleted at its end.
 */
final class ExtraneousEntries {
  private final TransferCall call;
  private final EntryDeleter entryDeleter;
  private final FileSelection selection;
  private final List<Pattern> temporary;
  private final TreeMap<String, ExtraneousInDirectory> directories = new TreeMap<>();
  private final CompletableFuture<Void> done = new CompletableFuture<>();
  private int active;

  ExtraneousEntries(TransferCall call, EntryDeleter entryDeleter, FileSelection selection) {
    this.call = call;
    this.entryDeleter = entryDeleter;
    this.selection = selection;
    String pattern = call.options().temporaryName();
    temporary =
        List.of(
            TemporaryName.pattern(pattern, PartNames.SUFFIX_LENGTH),
            TemporaryName.pattern(pattern, TemporaryName.RANDOM_LETTERS));
  }

  /** Records the extraneous entries of a target directory. Returns true if there are any. */
  boolean find(TargetDirectory directory, Set<String> source, String relative) {
    if (!directory.entries().isComplete()) {
      return false;
    }
    Set<String> extraneous = new TreeSet<>(directory.entries().names());
    extraneous.removeAll(source);
    extraneous.removeIf(
        name ->
            isTemporary(name, source)
                || file(directory, name)
                    .filter(
                        found ->
                            !selection.accepts(
                                path(relative, name), () -> directory.info(name, found)))
                    .isPresent());
    if (!extraneous.isEmpty()) {
      keepSimilarNames(directory, extraneous, source, relative);
    }
    if (extraneous.isEmpty()) {
      return false;
    }
    directories.put(
        relative.replace('/', '\0'), // in the order of the tree
        new ExtraneousInDirectory(directory.retaining(extraneous), extraneous, relative));
    return true;
  }

  /** Deletes all recorded entries, several directories at a time. */
  CompletableFuture<Void> delete() {
    pump();
    return done;
  }

  private void pump() {
    while (!directories.isEmpty() && active < Math.max(1, call.store().maxInFlight() / 4)) {
      ExtraneousInDirectory next = directories.pollFirstEntry().getValue();
      Slot slot = call.outcomes().open();
      active++;
      call.step(
          done,
          entryDeleter.deleteAll(next.directory, next.names, next.relative, slot),
          UnaryOperator.identity(),
          cleared -> {
            active--;
            slot.close();
            pump();
          });
    }
    if (directories.isEmpty() && active == 0) {
      done.complete(null);
    }
  }

  /** Returns true if this may be the temporary file of a transfer to one of the source's names. */
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
   * Keeps entries whose names some file systems consider equal to a name of the source, since they
   * may be the file just written. If the source's name was in the listing as well, they are two
   * different entries.
   */
  private void keepSimilarNames(
      TargetDirectory directory, Set<String> extraneous, Set<String> source, String relative) {
    Map<String, String> byCommonName = new HashMap<>();
    source.stream()
        .filter(name -> !directory.entries().names().contains(name))
        .forEach(name -> byCommonName.put(SimilarNames.key(name), name));
    extraneous.removeIf(
        name -> {
          String similar = byCommonName.get(SimilarNames.key(name));
          if (similar != null) {
            call.warn(path(relative, name) + ": not deleted: may be the same as " + similar);
          }
          return similar != null;
        });
  }

  private static Optional<FileAttributes> file(TargetDirectory directory, String name) {
    var found = directory.find(name);
    return found.isDone()
        ? found.join().filter(attributes -> !attributes.isDirectory())
        : Optional.empty();
  }

  private static String path(String relative, String name) {
    return relative.isEmpty() ? name : relative + "/" + name;
  }

  /** The extraneous entries of one directory. */
  private record ExtraneousInDirectory(
      TargetDirectory directory, Set<String> names, String relative) {}
}
