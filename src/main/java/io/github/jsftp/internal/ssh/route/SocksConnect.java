package io.github.jsftp.internal.ssh.route;

import io.github.jsftp.Proxy;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The requests to a SOCKS proxy, and its responses. Reads no byte beyond them. */
final class SocksConnect {
  private static final int MAX_TEXT = 255;
  private static final int NO_LOGIN = 0;
  private static final int LOGIN = 2;
  private static final int NO_METHOD = 0xff;
  private static final int CONNECT = 1;
  private static final int IPV4 = 1;
  private static final int NAME = 3;
  private static final int IPV6 = 4;
  private static final int GRANTED_4 = 90;

  private static final Pattern LITERAL_IPV4 = Pattern.compile("\\d+\\.\\d+\\.\\d+\\.\\d+");

  /** The reply codes of RFC 1928. */
  private static final List<String> REPLIES =
      List.of(
          "",
          "general failure",
          "not allowed by its rules",
          "network unreachable",
          "host unreachable",
          "connection refused",
          "time to live expired",
          "command not supported",
          "type of address not supported");

  private final Proxy proxy;
  private final ByteStream stream;

  SocksConnect(Proxy proxy, ByteStream stream) {
    this.proxy = proxy;
    this.stream = stream;
  }

  /** Makes a proxy of version 5 connect to a host, as RFC 1928 describes. */
  void request5(String host, int port) throws IOException {
    boolean hasLogin = proxy.username().isPresent();
    send(hasLogin ? new byte[] {5, 2, NO_LOGIN, LOGIN} : new byte[] {5, 1, NO_LOGIN});
    byte[] choice = receive(2, 5);
    switch (choice[1] & 0xff) {
      case NO_LOGIN -> {}
      case LOGIN -> logIn();
      case NO_METHOD ->
          throw RouteException.refused(
              hasLogin
                  ? "the " + proxy + " wants a login by another method than user and password"
                  : "the " + proxy + " wants credentials; set them with Proxy.credentials(..)");
      default -> throw notSocks(choice);
    }
    var request = new ByteArrayOutputStream();
    request.writeBytes(new byte[] {5, CONNECT, 0});
    writeAddress(request, host);
    writePort(request, port);
    send(request.toByteArray());
    byte[] reply = receive(4, 5);
    int code = reply[1] & 0xff;
    if (code != 0) {
      throw failed(host, port, code < REPLIES.size() ? REPLIES.get(code) : "code " + code);
    }
    int length =
        switch (reply[3]) {
          case IPV4 -> 4;
          case IPV6 -> 16;
          case NAME -> receive(1, -1)[0] & 0xff;
          default -> throw notSocks(reply);
        };
    receive(length + 2, -1);
  }

  private void logIn() throws IOException {
    if (proxy.username().isEmpty()) {
      throw RouteException.refused(
          "the " + proxy + " wants credentials; set them with Proxy.credentials(..)");
    }
    var login = new ByteArrayOutputStream();
    login.write(1);
    writeText(login, proxy.username().orElseThrow());
    writeText(login, proxy.password().orElse(""));
    send(login.toByteArray());
    if (receive(2, 1)[1] != 0) {
      throw RouteException.refused("the " + proxy + " refused user " + proxy.username().orElse(""));
    }
  }

  /** Makes a proxy of version 4a connect to a host. */
  void request4(String host, int port) throws IOException {
    byte[] address = literal(host);
    if (address != null && address.length != 4) {
      throw failed(host, port, "version 4 of SOCKS has no IPv6");
    }
    var request = new ByteArrayOutputStream();
    request.writeBytes(new byte[] {4, CONNECT});
    writePort(request, port);
    request.writeBytes(address != null ? address : new byte[] {0, 0, 0, 1});
    if (proxy.username().isPresent()) {
      request.writeBytes(proxy.username().orElseThrow().getBytes(StandardCharsets.UTF_8));
    }
    request.write(0);
    if (address == null) {
      request.writeBytes(host.getBytes(StandardCharsets.UTF_8));
      request.write(0);
    }
    send(request.toByteArray());
    byte[] reply = receive(8, 0);
    if (reply[1] != GRANTED_4) {
      throw failed(host, port, "code " + (reply[1] & 0xff));
    }
  }

  private void writeAddress(ByteArrayOutputStream request, String host) throws IOException {
    byte[] address = literal(host);
    if (address == null) {
      request.write(NAME);
      writeText(request, host);
    } else {
      request.write(address.length == 4 ? IPV4 : IPV6);
      request.writeBytes(address);
    }
  }

  /** Returns the bytes of an address, or null for a name. */
  private static byte @Nullable [] literal(String host) throws IOException {
    return host.indexOf(':') >= 0 || LITERAL_IPV4.matcher(host).matches()
        ? InetAddress.getByName(host).getAddress()
        : null;
  }

  private void writeText(ByteArrayOutputStream request, @Nullable String text)
      throws RouteException {
    byte[] bytes = String.valueOf(text).getBytes(StandardCharsets.UTF_8);
    if (bytes.length > MAX_TEXT) {
      throw new RouteException("a name is too long for the " + proxy, null);
    }
    request.write(bytes.length);
    request.writeBytes(bytes);
  }

  private static void writePort(ByteArrayOutputStream request, int port) {
    request.write(port >> 8);
    request.write(port);
  }

  private void send(byte[] request) throws IOException {
    stream.output().write(request);
  }

  /**
   * Reads a response.
   *
   * @param first the value of the first byte, or -1 for any
   */
  private byte[] receive(int length, int first) throws IOException {
    byte[] answer = stream.input().readNBytes(length);
    if (answer.length > 0 && first >= 0 && answer[0] != first) {
      throw notSocks(answer);
    }
    if (answer.length < length) {
      throw new EOFException("it closed the connection");
    }
    return answer;
  }

  private RouteException failed(String host, int port, String why) {
    String target = Printable.hostAndPort(host, port);
    return new RouteException("the " + proxy + " does not connect to " + target + ": " + why, null);
  }

  private RouteException notSocks(byte[] answer) throws IOException {
    var said = new ByteArrayOutputStream();
    said.writeBytes(answer);
    said.writeBytes(stream.input().readNBytes(Math.min(stream.input().available(), 200)));
    String line = said.toString(StandardCharsets.ISO_8859_1).lines().findFirst().orElse("");
    String kind = proxy.toString().substring(0, proxy.toString().indexOf(' '));
    return new RouteException(
        "the peer at "
            + proxy.toString().substring(proxy.toString().lastIndexOf(' ') + 1)
            + " is not a "
            + kind
            + " proxy: it said "
            + Wording.quoted(line),
        null);
  }
}
