package io.github.jsftp.internal.ssh.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.AddressFamily;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.HostKeys;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.OpenSshServer;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The addresses to connect to and from, with a real sshd that has several. */
@LeakCheck
@Timeout(300)
class AddressesTest {
  @TempDir private Path dir;
  private static OpenSshServer server;
  private static boolean hasIpv6;
  private static Optional<String> linkLocal;

  @BeforeAll
  static void start() throws IOException {
    hasIpv6 = canListen("::1");
    linkLocal =
        NetworkInterface.networkInterfaces()
            .flatMap(NetworkInterface::inetAddresses)
            .filter(address -> address instanceof Inet6Address && address.isLinkLocalAddress())
            .map(InetAddress::getHostAddress)
            .filter(AddressesTest::canListen)
            .findFirst();
    String more = hasIpv6 ? "ListenAddress ::1" : "ListenAddress 127.0.0.2";
    server =
        linkLocal.isPresent()
            ? OpenSshServer.start(more, "ListenAddress " + linkLocal.get())
            : OpenSshServer.start(more);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static boolean canListen(String address) {
    try (var listener = new ServerSocket(0, 1, InetAddress.getByName(address));
        var socket = new Socket(listener.getInetAddress(), listener.getLocalPort())) {
      return socket.isConnected();
    } catch (IOException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"::1", "[::1]", "0:0:0:0:0:0:0:1"})
  void mayBeIpv6(String host) throws IOException {
    assumeTrue(hasIpv6, "no IPv6");
    assertThat(connection(options(host))).startsWith("::1 ");
  }

  @Test
  void mayHaveAZone() throws IOException {
    assumeTrue(linkLocal.isPresent(), "no link-local address");
    Path known = dir.resolve("known_hosts");
    var options = options(linkLocal.get()).hostKeys(HostKeys.acceptNew(known));
    assertThat(connection(options)).startsWith("fe80:");
    String zone = linkLocal.get().substring(linkLocal.get().indexOf('%'));
    assertThat(known).content().startsWith("[fe80:").contains(zone + "]:" + server.port() + " ");
    assertThat(connection(options.hostKeys(HostKeys.knownHosts(known)))).startsWith("fe80:");
  }

  @ParameterizedTest
  @CsvSource({"::1, INET", "127.0.0.1, INET6"})
  void areOfOneFamily(String host, AddressFamily family) throws IOException {
    AddressFamily other = family == AddressFamily.INET ? AddressFamily.INET6 : AddressFamily.INET;
    assertThatThrownBy(() -> connection(options(host).addressFamily(family)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith("connect: %s has no address of the family %s [", host, family);
    assumeTrue(hasIpv6, "no IPv6");
    assertThat(connection(options(host).addressFamily(other))).startsWith(host + " ");
  }

  @Test
  @EnabledOnOs(value = OS.LINUX, disabledReason = "elsewhere loopback has one address")
  void areBound() throws IOException {
    assertThat(connection(options("127.0.0.1").bindAddress("127.0.0.3"))).startsWith("127.0.0.3 ");
  }

  @Test
  void areNamedIfTheyCannotBeBound() {
    assertThatThrownBy(() -> connection(options("127.0.0.1").bindAddress("192.0.2.1")))
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith("connect: can't use the bind address 192.0.2.1: ");
    assertThatThrownBy(() -> connection(options("127.0.0.1").bindAddress("name.invalid")))
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith("connect: can't use the bind address name.invalid: unknown host [");
    assertThatThrownBy(() -> connection(options("127.0.0.1").bindAddress("::1")))
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith(
            "connect: can't use the bind address ::1: it is of another family than /127.0.0.1");
  }

  /** Connects, and returns the client's address and port, and the server's. */
  private static String connection(ConnectionOptions.Builder options) throws IOException {
    try (Connection sftp = Connection.connect(options.build())) {
      return sftp.execute("echo $SSH_CONNECTION").stdout();
    }
  }

  private static ConnectionOptions.Builder options(String host) {
    return ConnectionOptions.builder(host)
        .port(server.port())
        .username(server.username())
        .privateKey(server.privateKey())
        .hostKeys(HostKeys.acceptAnyInsecurely());
  }
}
