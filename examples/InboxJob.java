///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//JAVA 17

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Inbox;
import io.github.jsftp.InboxReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * A job for cron: takes all complete files of a folder on the server, each once, into a local
 * directory, and archives them on the server. Several machines may run it on the same folder.
 *
 * <p>The server is given by SFTP_HOST, SFTP_PORT, SFTP_USER, SFTP_PASSWORD and SFTP_KEY.
 */
public final class InboxJob {
  private static final String USAGE =
      """
      usage: InboxJob FOLDER NAMES DIR SECONDS
        FOLDER   the folder on the server
        NAMES    which files, such as '*.csv'
        DIR      the local directory
        SECONDS  how long a file must have been unchanged to be complete""";

  private InboxJob() {}

  /**
   * Polls once. Exits with 0 if all files were processed, 1 after a failure, and 2 if the arguments
   * are wrong.
   */
  public static void main(String[] arguments) {
    if (arguments.length != 4 || !arguments[3].matches("\\d{1,6}")) {
      System.err.println(USAGE);
      System.exit(2);
    }
    try (var sftp = Connection.connect(ConnectionOptions.fromEnvironment())) {
      Path target = Path.of(arguments[2]);
      if (Files.exists(target) && !Files.isDirectory(target)) {
        throw new IllegalArgumentException("not a directory: " + target);
      }
      Files.createDirectories(target);
      InboxReport report =
          Inbox.of(sftp, arguments[0])
              .names(arguments[1])
              .unchangedFor(Duration.ofSeconds(Long.parseLong(arguments[3])))
              .handler(
                  (info, file) ->
                      Files.move(
                          file, target.resolve(info.name()), StandardCopyOption.REPLACE_EXISTING))
              .archive("done/{date:yyyy-MM}")
              .temporaryDirectory(target)
              .build()
              .poll();
      report.outcomes().forEach(System.out::println);
      report.warnings().forEach(System.err::println);
      System.out.println(report);
      System.exit(report.failed() > 0 ? 1 : 0);
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("InboxJob: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("InboxJob: " + e.getMessage());
      System.exit(1);
    }
  }
}
