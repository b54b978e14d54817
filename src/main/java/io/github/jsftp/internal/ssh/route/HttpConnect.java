package io.github.jsftp.internal.ssh.route;

import io.github.jsftp.Proxy;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The CONNECT request to an HTTP proxy, and the proxy's response. */
final class HttpConnect {
  /** Bytes; about as much as web servers accept. */
  private static final int MAX_HEADER = 32 * 1024;

  private static final Pattern STATUS_LINE =
      Pattern.compile("HTTP/\\d(?:\\.\\d)? (\\d{3})(?: .*)?");
  private static final int CREDENTIALS_REQUIRED = 407;

  private final Proxy proxy;
  private final ByteStream stream;

  HttpConnect(Proxy proxy, ByteStream stream) {
    this.proxy = proxy;
    this.stream = stream;
  }

  /** Makes the proxy connect to a host. Reads no byte beyond the proxy's response. */
  void request(String host, int port) throws IOException {
    String target = Printable.hostAndPort(host, port);
    var text = new StringBuilder("CONNECT " + target + " HTTP/1.1\r\nHost: " + target + "\r\n");
    if (proxy.username().isPresent()) {
      String credentials = proxy.username().orElseThrow() + ":" + proxy.password().orElse("");
      text.append("Proxy-Authorization: Basic ")
          .append(Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)))
          .append("\r\n");
    }
    stream.output().write(text.append("\r\n").toString().getBytes(StandardCharsets.UTF_8));
    List<String> header = header().lines().toList();
    Matcher status = STATUS_LINE.matcher(header.get(0));
    if (!status.matches()) {
      throw notHttp(header.get(0));
    }
    int code = Integer.parseInt(status.group(1));
    String quoted = Wording.quoted(header.get(0));
    if (code == CREDENTIALS_REQUIRED) {
      throw RouteException.refused(credentialsRequired(header));
    } else if (code < 200 || code > 299) {
      throw new RouteException(
          "the " + proxy + " does not connect to " + target + ": it said " + quoted, null);
    }
  }

  private String credentialsRequired(List<String> header) {
    String schemes =
        header.stream()
            .filter(line -> line.toLowerCase(Locale.ROOT).startsWith("proxy-authenticate:"))
            .map(line -> line.substring(line.indexOf(':') + 1).strip().split("[ ,]", 2)[0])
            .distinct()
            .collect(Collectors.joining(", "));
    if (!schemes.isEmpty() && !schemes.toLowerCase(Locale.ROOT).contains("basic")) {
      return "the "
          + proxy
          + " wants a login by "
          + Wording.quoted(schemes)
          + ", but only Basic is supported";
    }
    return proxy.username().isEmpty()
        ? "the " + proxy + " wants credentials; set them with Proxy.credentials(..)"
        : "the " + proxy + " refused user " + proxy.username().orElseThrow();
  }

  private String header() throws IOException {
    InputStream in = stream.input();
    var header = new ByteArrayOutputStream();
    int lineLength = -1; // of the current line; blank lines before the first are no end
    while (true) {
      int c = in.read();
      if (c < 0 || header.size() == MAX_HEADER) {
        throw header.size() == 0
            ? new RouteException("the " + proxy + " closed the connection without an answer", null)
            : notHttp(header.toString(StandardCharsets.ISO_8859_1));
      }
      if (c == '\n') {
        if (lineLength == 0) {
          return header.toString(StandardCharsets.ISO_8859_1);
        }
        header.write(c);
        lineLength = 0;
      } else if (c != '\r') {
        header.write(c);
        lineLength = Math.max(lineLength, 0) + 1;
      }
      if (header.size() == 5 && !header.toString(StandardCharsets.ISO_8859_1).equals("HTTP/")) {
        throw notHttp(header + available(in));
      }
    }
  }

  /** Returns the rest of the first line, as far as it has been received. */
  private static String available(InputStream in) throws IOException {
    return new String(in.readNBytes(Math.min(in.available(), 200)), StandardCharsets.ISO_8859_1)
        .lines()
        .findFirst()
        .orElse("");
  }

  private RouteException notHttp(String said) {
    String line = said.lines().findFirst().orElse("");
    return new RouteException(
        "the peer at "
            + proxy.toString().substring(proxy.toString().lastIndexOf(' ') + 1)
            + " is not an HTTP proxy: it said "
            + Wording.quoted(line),
        null);
  }
}
