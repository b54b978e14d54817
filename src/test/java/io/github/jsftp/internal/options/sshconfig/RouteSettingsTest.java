package io.github.jsftp.internal.options.sshconfig;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.AddressFamily;
import io.github.jsftp.ConnectionOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RouteSettingsTest {
  @TempDir private Path dir;

  @Test
  void hopsHaveTheirOwnSettings() throws IOException {
    ConnectionOptions options =
        read(
            "Host web",
            "User me",
            "ProxyJump a,you@b:2022,ssh://c",
            "Host a",
            "HostName a.example.com",
            "Port 2021",
            "ProxyJump first",
            "Host b",
            "User ignored",
            "ProxyJump ignored",
            "Host c",
            "ProxyCommand ignored",
            "Host first",
            "ProxyCommand nc %h %p");
    assertThat(chain(options))
        .containsExactly(
            "me@web:22",
            currentUser() + "@c:22",
            "you@b:2022",
            currentUser() + "@a.example.com:2021",
            currentUser() + "@first:22");
    assertThat(options.proxyCommand()).isEmpty();
    ConnectionOptions first = options;
    while (first.jumpHost().isPresent()) {
      first = first.jumpHost().orElseThrow();
    }
    assertThat(first.proxyCommand()).contains("nc %h %p");
    assertThat(first.allowProxyCommand()).isFalse();
  }

  @Test
  void tokensInHopsAreThoseOfTheTarget() throws IOException {
    assertThat(chain(read("Host web", "User me", "ProxyJump %r@gw-%n-%p", "Port 7")))
        .containsExactly("me@web:7", "me@gw-web-7:22");
  }

  @Test
  void commandOfNoneIsDirect() throws IOException {
    ConnectionOptions options = read("ProxyCommand none", "ProxyJump gw", "ProxyCommand nc");
    assertThat(options.jumpHost()).isEmpty();
    assertThat(options.proxyCommand()).isEmpty();
  }

  @Test
  void jumpOfNoneIsDirectUnlessACommandFollows() throws IOException {
    ConnectionOptions direct = read("ProxyJump none", "ProxyJump gw");
    assertThat(direct.jumpHost()).isEmpty();
    assertThat(direct.proxyCommand()).isEmpty();
    ConnectionOptions command = read("ProxyJump none", "ProxyJump gw", "ProxyCommand nc");
    assertThat(command.jumpHost()).isEmpty();
    assertThat(command.proxyCommand()).contains("nc");
    assertThat(read("ProxyJump none", "ProxyCommand none", "ProxyCommand nc").proxyCommand())
        .isEmpty();
  }

  @Test
  void wayThatLeadsBackIsRefused() throws IOException {
    assertThatThrownBy(() -> read("Host *", "ProxyJump gw"))
        .isInstanceOf(IOException.class)
        .hasMessage(
            dir.resolve("config")
                + ":2: proxyjump: the way to "
                + currentUser()
                + "@gw:22 leads through itself; exclude the jump host from this block, as in Host *"
                + " !gw");
    assertThatThrownBy(() -> read("Host web b", "ProxyJump a", "Host a", "ProxyJump b"))
        .hasMessageContaining("leads through itself");
    assertThatThrownBy(() -> read("Host *", "ProxyJump x%n"))
        .hasMessage(
            dir.resolve("config") + ":2: proxyjump: more than 16 jump hosts need each other");
    assertThat(chain(read("Host * !gw", "ProxyJump gw"))).hasSize(2);
  }

  @Test
  void commandKeepsWhatTheOptionsKnow() throws IOException {
    ConnectionOptions options =
        read(
            "Host web",
            "HostName web.example.com",
            "HostKeyAlias cluster",
            "ProxyCommand \"my nc\" '%h' %p %r %% %n %k $HOME ${HOME} # %h");
    assertThat(options.proxyCommand())
        .contains("\"my nc\" '%h' %p %r %% web cluster $HOME ${HOME} # %h");
  }

  @Test
  void commandHasFewerTokensThanPaths() {
    assertThatThrownBy(() -> read("ProxyCommand nc %u"))
        .hasMessage(
            dir.resolve("config") + ":1: unknown token %u in \"nc %u\"; write % itself as %%");
  }

  @Test
  void descriptorIsNotTakenOver() throws IOException {
    assertThatThrownBy(() -> read("ProxyCommand nc", "ProxyUseFdpass yes"))
        .hasMessageStartingWith(dir.resolve("config") + ":2: proxyusefdpass: ");
    assertThat(read("ProxyUseFdpass yes").proxyCommand()).isEmpty();
  }

  @Test
  void routeThatIsSetAfterwardsWins() throws IOException {
    ConnectionOptions gate = ConnectionOptions.builder("gate").build();
    ConnectionOptions command = read("ProxyCommand nc");
    assertThat(command.toBuilder().jumpHost(gate).build().proxyCommand()).isEmpty();
    ConnectionOptions jump = read("Host web", "ProxyJump gw");
    assertThat(jump.toBuilder().proxyCommand("nc").build().jumpHost()).isEmpty();
    assertThat(jump.toBuilder().jumpHost(gate).build().jumpHost()).containsSame(gate);
    assertThatThrownBy(
            () -> jump.toBuilder().jumpHost(gate).build().toBuilder().proxyCommand("nc").build())
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void namesThatAShellCouldInterpretAreRefused() throws IOException {
    Path file = dir.resolve("config");
    assertThatThrownBy(() -> read("HostName \"a b\""))
        .isInstanceOf(IOException.class)
        .hasMessage(
            file
                + ":1: hostname: host must be a name or an address, without blanks and control"
                + " characters");
    assertThatThrownBy(() -> read("HostName $(id)", "ProxyCommand nc %h %p"))
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("can't use the configuration for $(id): the host has characters");
  }

  @Test
  void addressesAreChosen() throws IOException {
    ConnectionOptions options = read("AddressFamily inet6", "BindAddress ::1");
    assertThat(options.addressFamily()).isEqualTo(AddressFamily.INET6);
    assertThat(options.bindAddress()).contains("::1");
    assertThatThrownBy(() -> read("BindAddress a/b"))
        .hasMessageStartingWith(dir.resolve("config") + ":1: bindaddress: host must be");
  }

  @Test
  void timesAreTakenOver() throws IOException {
    ConnectionOptions standard = ConnectionOptions.builder("web").build();
    ConnectionOptions none = read("ConnectTimeout 0", "ServerAliveCountMax 5");
    assertThat(none.connectTimeout()).isEqualTo(standard.connectTimeout());
    assertThat(none.keepAlive()).isEqualTo(standard.keepAlive());
    assertThat(none.keepAliveCount()).isEqualTo(standard.keepAliveCount());
    ConnectionOptions some =
        read("ConnectTimeout 1m", "ServerAliveInterval 7", "ServerAliveCountMax 5");
    assertThat(some.connectTimeout()).isEqualTo(Duration.ofMinutes(1));
    assertThat(some.keepAlive()).isEqualTo(Duration.ofSeconds(7));
    assertThat(some.keepAliveCount()).isEqualTo(5);
    assertThat(read("ServerAliveInterval 7", "ServerAliveCountMax 0").keepAliveCount())
        .isEqualTo(1000);
    assertThat(read("ServerAliveInterval 0").keepAlive()).isZero();
    assertThatThrownBy(() -> read("ConnectTimeout 5w"))
        .hasMessageStartingWith(dir.resolve("config") + ":1: connecttimeout: connectTimeout must");
  }

  @Test
  void connectionThatTheFileRefusesIsRefused() {
    assertThatThrownBy(() -> read("RefuseConnection Use the new server instead."))
        .isInstanceOf(IOException.class)
        .hasMessage(dir.resolve("config") + ":1: refuseconnection: Use the new server instead.");
  }

  private static String currentUser() {
    return System.getProperty("user.name");
  }

  private static List<String> chain(ConnectionOptions options) {
    var chain = new ArrayList<String>();
    for (ConnectionOptions each = options; each != null; each = each.jumpHost().orElse(null)) {
      chain.add(each.toString());
    }
    return chain;
  }

  private ConnectionOptions read(String... lines) throws IOException {
    Path file = Files.write(dir.resolve("config"), List.of(lines));
    return ConnectionOptions.fromSshConfig("web", file);
  }
}
