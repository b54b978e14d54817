import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Inbox;
import io.github.jsftp.InboxReport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;

/**
 * A job for cron: takes all complete files of a folder on the server, each once, into a local
 * directory, and archives them on the server. It fails if a file could not be processed.
 *
 * <p>The server is given by SFTP_HOST, SFTP_PORT, SFTP_USER, SFTP_PASSWORD and SFTP_KEY.
 */
public final class PollInbox {
  private PollInbox() {}

  /**
   * Polls once.
   *
   * @param args the folder on the server, a glob for names, the local directory, and how many
   *     seconds a file must have been unchanged
   */
  public static void main(String[] args) throws Exception {
    Path target = Files.createDirectories(Path.of(args[2]));
    InboxReport report;
    try (var sftp = Connection.connect(ConnectionOptions.fromEnvironment())) {
      report =
          Inbox.of(sftp, args[0])
              .names(args[1])
              .unchangedFor(Duration.ofSeconds(Long.parseLong(args[3])))
              .handler(
                  (info, file) ->
                      Files.move(
                          file,
                          target.resolve(file.getFileName()),
                          StandardCopyOption.REPLACE_EXISTING))
              .archive("done/{date:yyyy-MM}")
              .temporaryDirectory(target)
              .build()
              .poll();
    }
    report.outcomes().forEach(System.out::println);
    report.warnings().forEach(System.err::println);
    System.out.println(report);
    if (report.failed() > 0) {
      System.exit(1);
    }
  }
}
