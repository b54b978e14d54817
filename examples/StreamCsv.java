///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//JAVA 17

import static java.nio.charset.StandardCharsets.UTF_8;

import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;

/**
 * Adds up a column of a CSV file on the server, line by line and without a local copy. A file whose
 * name ends in {@code .gz} is decompressed on the way. The memory needed does not grow with the
 * file. Values must not contain commas; a library for CSV reads the same stream.
 *
 * <p>The server is given by SFTP_HOST, SFTP_PORT, SFTP_USER, SFTP_PASSWORD and SFTP_KEY.
 */
public final class StreamCsv {
  private StreamCsv() {}

  /** Exits with 0, or 1 after a failure, or 2 if the arguments are wrong. */
  public static void main(String[] arguments) {
    if (arguments.length != 2) {
      System.err.println("usage: StreamCsv FILE COLUMN");
      System.exit(2);
    }
    String path = arguments[0];
    String column = arguments[1];
    try (var sftp = Connection.connect(ConnectionOptions.fromEnvironment());
        InputStream file = sftp.newInputStream(path);
        InputStream content = path.endsWith(".gz") ? new GZIPInputStream(file) : file;
        var lines = new BufferedReader(new InputStreamReader(content, UTF_8))) {
      System.out.println(path + ": " + total(lines, column));
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("StreamCsv: " + e.getMessage());
      System.exit(2);
    } catch (IOException e) {
      System.err.println("StreamCsv: " + e.getMessage());
      System.exit(1);
    }
  }

  private static String total(BufferedReader lines, String column) throws IOException {
    String header = lines.readLine();
    int index = header == null ? -1 : Arrays.asList(header.split(",")).indexOf(column);
    if (index < 0) {
      throw new IOException("there is no column " + column);
    }
    long rows = 0;
    BigDecimal sum = BigDecimal.ZERO;
    for (String line = lines.readLine(); line != null; line = lines.readLine()) {
      rows++;
      try {
        sum = sum.add(new BigDecimal(line.split(",", -1)[index].strip()));
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new IOException("line " + (rows + 1) + " has no number in " + column, e);
      }
    }
    return rows + " rows, " + column + " " + sum;
  }
}
