///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//DEPS org.apache.spark:spark-core_2.13:4.2.0
//JAVA 17

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.FileInfo;
import io.github.jsftp.HostKeys;
import io.github.jsftp.TransferOptions;
import java.io.IOException;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;

/**
 * Downloads the files of a listing with Apache Spark: the driver lists them, and each task
 * downloads its share over a connection of its own into a directory that all executors share.
 *
 * <p>What is sent to the executors has no secret. Each reads SFTP_PASSWORD or SFTP_KEY from its own
 * environment. The driver checks the host key against {@code ~/.ssh/known_hosts}; the executors
 * accept that key only.
 */
public final class SparkImport {
  private SparkImport() {}

  /** What an executor needs to connect, but for the secret. */
  private record Server(String host, int port, String username, String fingerprint)
      implements Serializable {

    ConnectionOptions options() {
      var options =
          ConnectionOptions.builder(host)
              .port(port)
              .username(username)
              .hostKeys(HostKeys.fingerprint(fingerprint));
      String password = System.getenv("SFTP_PASSWORD");
      if (password != null) {
        options.password(password);
      }
      String key = System.getenv("SFTP_KEY");
      if (key != null) {
        options.privateKey(Path.of(key));
      }
      return options.build();
    }
  }

  /** Exits with 0, 1 after a failure, and 2 if the arguments are wrong. */
  public static void main(String[] arguments) {
    if (arguments.length != 3 || !arguments[2].matches("[1-9]\\d{0,2}")) {
      System.err.println("usage: SparkImport GLOB DIR TASKS");
      System.exit(2);
    }
    try {
      run(
          ConnectionOptions.fromEnvironment(),
          arguments[0],
          arguments[1],
          Integer.parseInt(arguments[2]));
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("SparkImport: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("SparkImport: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void run(ConnectionOptions options, String glob, String directory, int tasks)
      throws IOException {
    Server server;
    List<FileInfo> files;
    try (var sftp = Connection.connect(options)) {
      files = sftp.glob(glob);
      server =
          new Server(
              options.host(),
              options.port(),
              options.username(),
              sftp.remoteServerKey().fingerprint());
    }
    // Spark's master comes from spark-submit, or from -Dspark.master=local[2].
    try (var spark = new JavaSparkContext(new SparkConf().setAppName("SparkImport"))) {
      List<ArrayList<FileInfo>> shares = shares(files, tasks);
      long copied =
          spark
              .parallelize(shares, shares.size())
              .map(share -> download(server, share, directory))
              .fold(0L, Long::sum);
      System.out.println(
          files.size() + " files in " + shares.size() + " tasks, " + copied + " downloaded");
    }
  }

  /** Runs on an executor. A task that is tried again skips what it has downloaded before. */
  private static long download(Server server, List<FileInfo> share, String directory)
      throws IOException {
    var options = TransferOptions.builder().existing(TransferOptions.Existing.UPDATE).build();
    try (var sftp = Connection.connect(server.options())) {
      return sftp.getAll(share, Path.of(directory), options).transferred();
    }
  }

  /** Deals the files out, big ones first, so that the shares are about equal. */
  private static List<ArrayList<FileInfo>> shares(List<FileInfo> files, int tasks) {
    var shares = new ArrayList<ArrayList<FileInfo>>();
    List<FileInfo> sorted =
        files.stream().sorted(Comparator.comparingLong(FileInfo::size).reversed()).toList();
    for (int i = 0; i < sorted.size(); i++) {
      if (i < tasks) {
        shares.add(new ArrayList<>());
      }
      shares.get(i % tasks).add(sorted.get(i));
    }
    return shares;
  }
}
