///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//JAVA 17

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileOutcome;
import io.github.jsftp.OnError;
import io.github.jsftp.TransferOptions;
import io.github.jsftp.TreeResult;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;

/**
 * A job for cron: makes a local directory the same as a remote one, and prints what has changed. A
 * second run right after transfers nothing. Nothing is deleted if a file can't be copied.
 *
 * <p>The server is given by SFTP_HOST, SFTP_PORT, SFTP_USER, SFTP_PASSWORD and SFTP_KEY.
 */
public final class NightlyMirror {
  private static final String USAGE = "usage: NightlyMirror [--dry-run] REMOTE LOCAL";

  private NightlyMirror() {}

  /** Exits with 0 if both are the same, 1 after a failure, and 2 if the arguments are wrong. */
  public static void main(String[] arguments) {
    var paths = new ArrayList<>(Arrays.asList(arguments));
    boolean isDryRun = paths.remove("--dry-run");
    if (paths.size() != 2 || paths.get(0).startsWith("-") || paths.contains("")) {
      System.err.println(USAGE);
      System.exit(2);
    }
    var options =
        TransferOptions.builder()
            .existing(TransferOptions.Existing.UPDATE)
            .deleteExtraneous(true)
            .resume(true)
            .onError(OnError.CONTINUE)
            .dryRun(isDryRun)
            .onFile(NightlyMirror::print)
            .build();
    try (var sftp = Connection.connect(ConnectionOptions.fromEnvironment())) {
      TreeResult result = sftp.getR(paths.get(0), Path.of(paths.get(1)), options);
      result.warnings().forEach(System.err::println);
      System.out.printf(
          "%d copied, %d deleted, %d unchanged%s%n",
          result.transferred(),
          result.deleted(),
          result.skipped(),
          isDryRun ? " if it were not a dry run" : "");
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("NightlyMirror: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("NightlyMirror: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void print(FileOutcome outcome) {
    if (outcome.kind() != FileOutcome.Kind.SKIPPED) {
      System.out.println(outcome);
    }
  }
}
