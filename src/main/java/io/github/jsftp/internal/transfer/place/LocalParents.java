package io.github.jsftp.internal.transfer.place;

import io.github.jsftp.TransferOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The parent directories of a local target. */
public final class LocalParents {
  private LocalParents() {}

  /**
   * Checks that the directory of a target exists, or can be created if the options demand it.
   *
   * @throws NoSuchFileException if not
   */
  public static void check(Path target, TransferOptions options) throws NoSuchFileException {
    Path parent = parent(target);
    while (options.createParents() && parent != null && Files.notExists(parent)) {
      parent = parent.getParent();
    }
    if (parent != null && !Files.isDirectory(parent)) {
      String problem = Files.exists(parent) ? "is not a directory" : "no such local directory";
      throw new NoSuchFileException(parent.toString(), null, problem);
    }
  }

  /** Creates the missing parents of a target if the options demand it. */
  public static void create(Path target, TransferOptions options) throws IOException {
    Path parent = parent(target);
    if (options.createParents() && parent != null && !Files.isDirectory(parent)) {
      Files.createDirectories(parent);
    }
  }

  private static @Nullable Path parent(Path target) {
    return target.toAbsolutePath().getParent();
  }
}
