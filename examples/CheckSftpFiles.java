///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//DEPS info.picocli:picocli:4.7.7
//JAVA 17

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileInfo;
import io.github.jsftp.Prompts;
import io.github.jsftp.TreeResult;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/**
 * Lists the files that a partner has got on a date, {@code /output/PARTNER/*_DATE*}, as {@code ls
 * -al} shows them, and downloads them if asked to.
 */
@Command(
    name = "CheckSftpFiles",
    mixinStandardHelpOptions = true,
    version = "CheckSftpFiles 0.9.0",
    description = "Lists the files /output/PARTNER/*_DATE* of an SFTP server.",
    footerHeading = "%nEnvironment:%n",
    footer = {
      "  SFTP_HOST                     the server",
      "  SFTP_PORT                     its port, if that is not 22",
      "  SFTP_USER                     the user, if not the one of this machine",
      "  SFTP_PASSWD or SFTP_PASSWORD  the password; without it, you are asked",
      "  SFTP_KEY                      a private key file"
    },
    exitCodeListHeading = "%nExit status:%n",
    exitCodeList = {
      "0:there are files",
      "1:there are none",
      "2:the arguments or the environment are wrong",
      "3:the server can't be reached, or refuses"
    })
public final class CheckSftpFiles implements Callable<Integer> {
  private static final int NO_FILES = 1;
  private static final int FAILED = 3;

  @Spec private CommandSpec spec;

  @Parameters(paramLabel = "PARTNER", description = "The partner, a folder in /output.")
  private String partner;

  @Option(
      names = "--date",
      paramLabel = "DATE",
      description = "The date in the names, as 2025-06-03 or 20250603. The default is today.")
  private LocalDate date = LocalDate.now(ZoneId.systemDefault());

  @Option(names = "--get", description = "Downloads the files.")
  private boolean get;

  @Option(
      names = "--dir",
      paramLabel = "DIR",
      description = "Where to, if not into the working directory.")
  private Path directory = Path.of("");

  private CheckSftpFiles() {}

  /** Exits with the status that {@code --help} tells. */
  public static void main(String[] arguments) {
    int status =
        new CommandLine(new CheckSftpFiles())
            .registerConverter(LocalDate.class, CheckSftpFiles::date)
            .setExecutionExceptionHandler(CheckSftpFiles::report)
            .execute(arguments);
    System.exit(status);
  }

  @Override
  public Integer call() throws IOException {
    if (partner.isBlank() || partner.contains("/") || partner.matches("\\.\\.?")) {
      throw new ParameterException(spec.commandLine(), "not the name of a partner: " + partner);
    }
    String folder = "/output/" + partner;
    try (var sftp = Connection.connect(options());
        var dir = sftp.cd(folder)) { // fails if the partner is unknown
      List<FileInfo> files =
          sftp.glob("*_" + date.format(DateTimeFormatter.BASIC_ISO_DATE) + "*").stream()
              .filter(file -> !file.isDir())
              .toList();
      files.forEach(System.out::println);
      if (files.isEmpty()) {
        System.err.println("no files of " + date + " in " + folder);
        return NO_FILES;
      }
      if (get) {
        // Ctrl-C leaves no temporary files.
        Runtime.getRuntime().addShutdownHook(new Thread(sftp::close));
        TreeResult downloaded = sftp.getAll(files, directory);
        System.out.println(downloaded.transferred() + " downloaded");
      }
      return 0;
    }
  }

  private ConnectionOptions options() {
    Map<String, String> environment = System.getenv();
    if (environment.getOrDefault("SFTP_HOST", "").isEmpty()) {
      throw new ParameterException(spec.commandLine(), "SFTP_HOST is not set");
    }
    ConnectionOptions given;
    try {
      given = ConnectionOptions.fromEnvironment();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), e.getMessage(), e);
    }
    var options = given.toBuilder();
    String password = environment.getOrDefault("SFTP_PASSWD", "");
    if (!password.isEmpty()) {
      options.password(password);
    } else if (given.password().isEmpty()) {
      options.prompts(Prompts.console()); // asks without echo
    }
    return options.build();
  }

  private static LocalDate date(String text) {
    try {
      return text.contains("-")
          ? LocalDate.parse(text)
          : LocalDate.parse(text, DateTimeFormatter.BASIC_ISO_DATE);
    } catch (DateTimeParseException e) {
      throw new TypeConversionException("not a date such as 2025-06-03 or 20250603: " + text);
    }
  }

  /** Prints the message of a failure, which tells all, without a stack trace. */
  private static int report(Exception failure, CommandLine command, CommandLine.ParseResult parsed)
      throws Exception {
    if (!(failure instanceof IOException)) {
      throw failure;
    }
    command.getErr().println(command.getCommandName() + ": " + failure.getMessage());
    return FAILED;
  }
}
