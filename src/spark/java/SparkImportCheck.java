import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.testing.TestSftpServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Runs {@link SparkImport} in Spark's local mode on the test server, and checks the files. */
public final class SparkImportCheck {
  private static final int FILES = 40;

  /** What Spark reflects on. */
  private static final List<String> OPENED =
      List.of(
          "java.io",
          "java.lang",
          "java.lang.invoke",
          "java.lang.reflect",
          "java.net",
          "java.nio",
          "java.util",
          "java.util.concurrent",
          "java.util.concurrent.atomic",
          "jdk.internal.ref",
          "sun.nio.ch",
          "sun.nio.cs",
          "sun.security.action",
          "sun.util.calendar");

  private SparkImportCheck() {}

  /** Exits with 0 if all files have arrived. */
  public static void main(String[] arguments) throws Exception {
    Path dir = Files.createTempDirectory("jsftp-spark-");
    Path target = dir.resolve("target");
    try (var server = TestSftpServer.start()) {
      Path source = Files.createDirectories(server.root().resolve("in"));
      for (int i = 0; i < FILES; i++) {
        Files.writeString(source.resolve(i + ".csv"), "content".repeat(i));
      }
      Files.copy(
          server.knownHosts(),
          Files.createDirectories(dir.resolve("home/.ssh")).resolve("known_hosts"));
      int status = run(server.options(), dir, target);
      if (status != 0) {
        System.exit(status);
      }
    }
    for (int i = 0; i < FILES; i++) {
      if (!Files.readString(target.resolve(i + ".csv")).equals("content".repeat(i))) {
        throw new IllegalStateException(target.resolve(i + ".csv") + " differs");
      }
    }
    System.out.println("all files are equal");
  }

  private static int run(ConnectionOptions options, Path dir, Path target)
      throws IOException, InterruptedException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    OPENED.forEach(name -> command.add("--add-opens=java.base/" + name + "=ALL-UNNAMED"));
    command.addAll(
        Stream.of(
                "-Djdk.reflect.useDirectMethodHandle=false",
                "-Dspark.master=local[2]",
                "-Dspark.ui.enabled=false",
                "-Dspark.driver.host=127.0.0.1",
                "-Dspark.driver.bindAddress=127.0.0.1",
                "-Duser.home=" + dir.resolve("home"),
                "-cp",
                System.getProperty("java.class.path"),
                "SparkImport",
                "/in/*.csv",
                target.toString(),
                "4")
            .toList());
    var builder = new ProcessBuilder(command).inheritIO();
    builder
        .environment()
        .putAll(
            Map.of(
                "SFTP_HOST", options.host(),
                "SFTP_PORT", String.valueOf(options.port()),
                "SFTP_USER", options.username(),
                "SFTP_PASSWORD", options.password().orElseThrow()));
    return builder.start().waitFor();
  }
}
