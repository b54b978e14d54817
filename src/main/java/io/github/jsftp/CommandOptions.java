package io.github.jsftp;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The settings of a command, see {@link Connection#execute(String, CommandOptions)}. Immutable.
 * Safe to share between threads as far as the streams are.
 */
public final class CommandOptions {
  private static final int MAX_HELD_BYTES = 64 << 20;

  private final Builder values;

  private CommandOptions(Builder values) {
    this.values = values;
  }

  /** Returns the default options: no input, and all output is held in memory. */
  public static CommandOptions defaults() {
    return builder().build();
  }

  /** Returns a builder that starts with the defaults. */
  public static Builder builder() {
    return new Builder(null);
  }

  /** Returns a builder that starts with these options. */
  public Builder toBuilder() {
    return new Builder(values);
  }

  /** Returns the stream that the command reads, or empty if it has no input. */
  public Optional<InputStream> stdin() {
    byte[] text = values.text;
    return Optional.ofNullable(text == null ? values.stdin : new ByteArrayInputStream(text));
  }

  /** Returns the stream that gets the standard output, or empty if it is held in memory. */
  public Optional<OutputStream> stdout() {
    return Optional.ofNullable(values.stdout);
  }

  /** Returns the stream that gets the standard error output, or empty if it is held in memory. */
  public Optional<OutputStream> stderr() {
    return Optional.ofNullable(values.stderr);
  }

  /** Returns the longest time that the command may take; empty for no limit. */
  public Optional<Duration> timeLimit() {
    return Optional.ofNullable(values.timeLimit);
  }

  /** Returns the charset of the command and its output; empty for that of file names. */
  public Optional<Charset> charset() {
    return Optional.ofNullable(values.charset);
  }

  /** Returns the maximum number of bytes of output that are held in memory. */
  public int maxHeldBytes() {
    return values.maxHeldBytes;
  }

  /** Returns the options, without the text of the input. */
  @Override
  public String toString() {
    return "stdin="
        + (values.text == null ? values.stdin : values.text.length + " bytes")
        + ", stdout="
        + values.stdout
        + ", stderr="
        + values.stderr
        + ", timeLimit="
        + values.timeLimit
        + ", charset="
        + values.charset
        + ", maxHeldBytes="
        + values.maxHeldBytes;
  }

  /** A builder of {@link CommandOptions}. Not safe for use by several threads at once. */
  public static final class Builder {
    private @Nullable InputStream stdin;
    private byte @Nullable [] text;
    private @Nullable OutputStream stdout;
    private @Nullable OutputStream stderr;
    private @Nullable Duration timeLimit;
    private @Nullable Charset charset;
    private int maxHeldBytes = MAX_HELD_BYTES;

    private Builder(@Nullable Builder other) {
      if (other != null) {
        stdin = other.stdin;
        text = other.text;
        stdout = other.stdout;
        stderr = other.stderr;
        timeLimit = other.timeLimit;
        charset = other.charset;
        maxHeldBytes = other.maxHeldBytes;
      }
    }

    /**
     * Sets the stream that the command reads. It is read on a separate thread until the stream or
     * the command ends, and is not closed. If the command ends first, bytes that were read already
     * are lost. If reading throws, the command is ended, and the call throws that exception.
     * Replaces {@link #stdin(byte[])}. Default: the command has no input.
     */
    public Builder stdin(InputStream in) {
      stdin = Objects.requireNonNull(in, "stdin");
      text = null;
      return this;
    }

    /**
     * Sets the bytes that the command reads. They are copied. Replaces {@link #stdin(InputStream)}.
     * Default: the command has no input.
     */
    public Builder stdin(byte[] bytes) {
      stdin = null;
      text = bytes.clone();
      return this;
    }

    /**
     * Sets the stream that gets the standard output, instead of {@link CommandResult#stdout()}. It
     * is written by the calling thread, flushed at the end, and not closed. While it blocks, the
     * server has to wait, but other calls on the connection don't. If it throws, the command is
     * ended, and the call throws that exception. Default: the output is held in memory.
     */
    public Builder stdout(OutputStream out) {
      stdout = Objects.requireNonNull(out, "stdout");
      return this;
    }

    /**
     * Sets the stream that gets the standard error output, instead of {@link
     * CommandResult#stderr()}, as {@link #stdout} does for the standard output. Default: the output
     * is held in memory.
     */
    public Builder stderr(OutputStream out) {
      stderr = Objects.requireNonNull(out, "stderr");
      return this;
    }

    /**
     * Sets the longest time that the command may take, from its start. Then the command is ended,
     * and the call throws an {@link OperationTimeoutException}. A stream that blocks the calling
     * thread is not interrupted, so the call may take longer. Default: no limit while the server
     * responds.
     *
     * @throws IllegalArgumentException if the limit is not positive
     */
    public Builder timeLimit(Duration limit) {
      if (limit.isNegative() || limit.isZero()) {
        throw new IllegalArgumentException("timeLimit must be positive, not " + limit);
      }
      timeLimit = limit;
      return this;
    }

    /**
     * Sets the charset in which the command is sent and its output is decoded. Bytes of the output
     * that are invalid in it become unpaired surrogates, as in file names, so that a name can be
     * passed on to another method. Default: {@link ConnectionOptions#filenameCharset()}.
     */
    public Builder charset(Charset choice) {
      charset = Objects.requireNonNull(choice, "charset");
      return this;
    }

    /**
     * Sets the maximum number of bytes of output and error output that are held in memory together.
     * If the command prints more, it is ended, and the call throws an {@link SftpException}. What
     * goes to a stream does not count. Default: 64 MiB.
     *
     * @throws IllegalArgumentException if the number is negative
     */
    public Builder maxHeldBytes(int bytes) {
      if (bytes < 0) {
        throw new IllegalArgumentException("maxHeldBytes must not be negative: " + bytes);
      }
      maxHeldBytes = bytes;
      return this;
    }

    /** Returns the options. */
    public CommandOptions build() {
      return new CommandOptions(new Builder(this));
    }
  }
}
