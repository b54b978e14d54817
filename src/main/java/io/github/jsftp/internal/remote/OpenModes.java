package io.github.jsftp.internal.remote;

import io.github.jsftp.internal.remote.RemoteStore.OpenFlag;
import java.nio.file.OpenOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * The modes in which a remote file is opened.
 *
 * @param flags the flags that are sent to the server
 */
public record OpenModes(Set<OpenFlag> flags) {

  /**
   * Converts options as {@link java.nio.file.Files#newByteChannel} does. Without READ, WRITE or
   * APPEND the file is opened for reading.
   *
   * @throws IllegalArgumentException if options contradict each other
   * @throws UnsupportedOperationException if a remote file does not support an option
   */
  public static OpenModes of(OpenOption... options) {
    var wanted = EnumSet.noneOf(StandardOpenOption.class);
    for (OpenOption option : options) {
      Objects.requireNonNull(option, "option");
      if (!(option instanceof StandardOpenOption standard)) {
        throw new UnsupportedOperationException(option + " is not supported");
      }
      wanted.add(standard);
    }
    boolean append = wanted.contains(StandardOpenOption.APPEND);
    if (append && wanted.contains(StandardOpenOption.READ)) {
      throw new IllegalArgumentException("APPEND and READ can't be combined");
    }
    if (append && wanted.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
      throw new IllegalArgumentException("APPEND and TRUNCATE_EXISTING can't be combined");
    }
    boolean write = append || wanted.contains(StandardOpenOption.WRITE);
    var flags = EnumSet.noneOf(OpenFlag.class);
    if (!write) {
      flags.add(OpenFlag.READ);
    }
    for (StandardOpenOption option : wanted) {
      add(option, write, flags);
    }
    return new OpenModes(Set.copyOf(flags));
  }

  /**
   * Converts options as {@link java.nio.file.Files#newOutputStream} does. Without an option the
   * file is created or emptied.
   *
   * @throws IllegalArgumentException if READ is given, or options contradict each other
   * @throws UnsupportedOperationException if a remote file does not support an option
   */
  public static OpenModes ofOutput(OpenOption... options) {
    if (options.length == 0) {
      return of(
          StandardOpenOption.WRITE,
          StandardOpenOption.CREATE,
          StandardOpenOption.TRUNCATE_EXISTING);
    }
    List<OpenOption> all = new ArrayList<>(Arrays.asList(options));
    if (all.contains(StandardOpenOption.READ)) {
      throw new IllegalArgumentException("a stream that writes can't be opened with READ");
    }
    all.add(StandardOpenOption.WRITE);
    return of(all.toArray(OpenOption[]::new));
  }

  /** Returns true if the file can be read. */
  public boolean readable() {
    return flags.contains(OpenFlag.READ);
  }

  /** Returns true if the file can be written. */
  public boolean writable() {
    return flags.contains(OpenFlag.WRITE);
  }

  /** Returns true if all writes go to the end of the file. */
  public boolean appends() {
    return flags.contains(OpenFlag.APPEND);
  }

  private static void add(StandardOpenOption option, boolean write, Set<OpenFlag> flags) {
    switch (option) {
      case READ -> flags.add(OpenFlag.READ);
      case WRITE -> flags.add(OpenFlag.WRITE);
      case APPEND -> {
        flags.add(OpenFlag.WRITE);
        flags.add(OpenFlag.APPEND);
      }
      case CREATE -> {
        if (write) {
          flags.add(OpenFlag.CREATE);
        }
      }
      case CREATE_NEW -> {
        if (write) {
          flags.add(OpenFlag.CREATE);
          flags.add(OpenFlag.EXCLUSIVE);
        }
      }
      case TRUNCATE_EXISTING -> {
        if (write) {
          flags.add(OpenFlag.TRUNCATE);
        }
      }
      default -> throw new UnsupportedOperationException(option + " is not supported");
    }
  }
}
