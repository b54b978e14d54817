///usr/bin/env jbang "$0" "$@" ; exit $?
//DEPS io.github.jsftp:jsftp:0.9.0
//JAVA 17

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.NoSuchPathException;
import io.github.jsftp.RemotePaths;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A web server that offers a folder of the SFTP server as a ZIP file. The file is made while it is
 * sent: nothing is stored here, and memory does not grow with the folder. All requests share one
 * connection, which reconnects by itself.
 *
 * <p>The server is given by SFTP_HOST, SFTP_PORT, SFTP_USER, SFTP_PASSWORD and SFTP_KEY.
 */
public final class ZipDownload {
  private ZipDownload() {}

  /** Serves until it is stopped. Exits with 1 after a failure, and 2 if the arguments are wrong. */
  public static void main(String[] arguments) {
    if (arguments.length != 2 || !arguments[1].matches("\\d{1,5}")) {
      System.err.println("usage: ZipDownload FOLDER PORT");
      System.exit(2);
    }
    String folder = arguments[0];
    int port = Integer.parseInt(arguments[1]);
    ExecutorService threads = Executors.newFixedThreadPool(4);
    try (var sftp = Connection.connect(ConnectionOptions.fromEnvironment())) {
      var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      var server = HttpServer.create(address, 0);
      server.setExecutor(threads);
      server.createContext("/folder.zip", exchange -> send(sftp, folder, exchange));
      server.start();
      System.out.println("http://localhost:" + server.getAddress().getPort() + "/folder.zip");
      Thread.currentThread().join(); // until the program is stopped
    } catch (IllegalArgumentException | IllegalStateException e) {
      System.err.println("ZipDownload: " + e.getMessage());
      System.exit(2);
    } catch (IOException | InterruptedException e) {
      System.err.println("ZipDownload: " + e.getMessage());
      System.exit(1);
    }
  }

  private static void send(Connection sftp, String folder, HttpExchange exchange)
      throws IOException {
    try {
      sftp.stat(folder);
    } catch (IOException e) {
      System.err.println(e.getMessage());
      exchange.sendResponseHeaders(e instanceof NoSuchPathException ? 404 : 502, -1);
      exchange.close();
      return;
    }
    exchange.getResponseHeaders().set("Content-Type", "application/zip");
    exchange.sendResponseHeaders(200, 0);
    try {
      var zip = new ZipOutputStream(exchange.getResponseBody());
      sftp.readTree(
          folder,
          (file, content) -> {
            var entry = new ZipEntry(RemotePaths.relativize(folder, file.path()));
            entry.setTime(file.modified().toEpochMilli());
            zip.putNextEntry(entry);
            content.transferTo(zip);
          });
      zip.close();
      exchange.close();
    } catch (IOException e) {
      System.err.println(e.getMessage());
      throw e; // cuts the connection, so that the browser reports an incomplete file
    }
  }
}
