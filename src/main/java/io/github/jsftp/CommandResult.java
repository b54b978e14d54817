package io.github.jsftp;

import io.github.jsftp.internal.path.Printable;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** The output and the exit status of a command. Immutable and safe to share between threads. */
public final class CommandResult {
  private final String stdout;
  private final String stderr;
  private final OptionalInt exitStatus;
  private final @Nullable String signal;

  CommandResult(String stdout, String stderr, OptionalInt exitStatus, @Nullable String signal) {
    this.stdout = stdout;
    this.stderr = stderr;
    this.exitStatus = exitStatus;
    this.signal = signal;
  }

  /**
   * Returns the standard output, decoded as {@link CommandOptions.Builder#charset} describes; empty
   * if a stream got it.
   */
  public String stdout() {
    return stdout;
  }

  /**
   * Returns the standard error output, decoded as {@link CommandOptions.Builder#charset} describes;
   * empty if a stream got it.
   */
  public String stderr() {
    return stderr;
  }

  /** Returns the lines of standard output, without line terminators. The list is unmodifiable. */
  public List<String> lines() {
    return stdout.lines().toList();
  }

  /**
   * Returns the exit status, by convention 0 for success. A shell returns 127 if the command does
   * not exist. Empty if the command was killed by a signal, or if the server sent no status.
   */
  public OptionalInt exitStatus() {
    return exitStatus;
  }

  /** Returns true if the exit status is 0. */
  public boolean succeeded() {
    return exitStatus.equals(OptionalInt.of(0));
  }

  /** Returns the signal that killed the command, without SIG, such as "KILL"; empty if none did. */
  public Optional<String> signal() {
    return Optional.ofNullable(signal);
  }

  /** Returns true if the other one has the same output, exit status and signal. */
  @Override
  public boolean equals(@Nullable Object object) {
    return object instanceof CommandResult other
        && stdout.equals(other.stdout)
        && stderr.equals(other.stderr)
        && exitStatus.equals(other.exitStatus)
        && Objects.equals(signal, other.signal);
  }

  @Override
  public int hashCode() {
    return Objects.hash(stdout, stderr, exitStatus, signal);
  }

  /** Returns exit status or signal, and the sizes of both outputs. */
  @Override
  public String toString() {
    String how =
        signal != null
            ? "signal " + Printable.of(signal)
            : exitStatus.isPresent() ? "exit status " + exitStatus.getAsInt() : "no exit status";
    return how + ", output of " + stdout.length() + " and " + stderr.length() + " characters";
  }
}
