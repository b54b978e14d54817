package io.github.jsftp.internal.ssh;

import io.github.jsftp.CommandOptions;
import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Results;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.Charset;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a command has printed: held up to a limit, or written to the user's streams. */
final class PrintedText {
  private final ByteArrayOutputStream heldOutput = new ByteArrayOutputStream();
  private final ByteArrayOutputStream heldErrors = new ByteArrayOutputStream();
  private final @Nullable OutputStream stdout;
  private final @Nullable OutputStream stderr;
  private final int maxHeldBytes;
  private final Charset charset;
  private final Failures failures;

  PrintedText(CommandOptions options, Charset charset, Failures failures) {
    stdout = options.stdout().orElse(null);
    stderr = options.stderr().orElse(null);
    maxHeldBytes = options.maxHeldBytes();
    this.charset = charset;
    this.failures = failures;
  }

  /** Adds output. Throws what the user's streams throw, and if there is too much to be held. */
  void add(CommandOutput.Batch batch) throws IOException {
    long held =
        (stdout == null ? heldOutput.size() + (long) batch.stdout.length : 0)
            + (stderr == null ? heldErrors.size() + (long) batch.stderr.length : 0);
    if (held > maxHeldBytes) {
      String problem =
          String.format(
              Locale.ROOT,
              "the command was ended, as it printed over %,d bytes: raise maxHeldBytes(..), or pass"
                  + " stdout(..) a stream",
              maxHeldBytes);
      throw Results.NEW.sftpException(failures.details("execute", null, problem), null);
    }
    write(batch.stdout, stdout, heldOutput);
    write(batch.stderr, stderr, heldErrors);
  }

  private static void write(byte[] bytes, @Nullable OutputStream stream, OutputStream held)
      throws IOException {
    OutputStream out = stream == null ? held : stream;
    if (bytes.length > 0) {
      out.write(bytes);
      out.flush();
    }
  }

  String stdout() {
    return NameEncoding.text(heldOutput.toByteArray(), charset);
  }

  String stderr() {
    return NameEncoding.text(heldErrors.toByteArray(), charset);
  }
}
