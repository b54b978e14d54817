package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionOptionsTest {

  @Test
  void guessesWhatIsNotGiven() {
    var options = ConnectionOptions.builder("files.example.com").build();

    assertThat(options.port()).isEqualTo(22);
    assertThat(options.username()).isEqualTo(System.getProperty("user.name"));
    assertThat(options.password()).isNull();
    assertThat(options.privateKeys()).isEmpty();
    assertThat(options.hostKeys().rule()).isEqualTo(HostKeys.Rule.KNOWN_HOSTS);
    assertThat(options.timeout()).isEqualTo(Duration.ofSeconds(60));
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.keepAlive()).isEqualTo(Duration.ofSeconds(30));
    assertThat(options.filenameCharset()).isEqualTo(StandardCharsets.UTF_8);
    assertThat(options.maxRequests()).isEqualTo(128);
    assertThat(options.maxChannels()).isEqualTo(8);
  }

  @Test
  void copiesEverythingIntoANewBuilder() {
    var options =
        ConnectionOptions.builder("h")
            .port(2222)
            .username("me")
            .password("secret")
            .privateKey(Path.of("key"))
            .privateKey("text")
            .passphrase("phrase")
            .hostKeys(HostKeys.acceptAnyInsecurely())
            .compression(true)
            .ciphers("aes256-ctr")
            .macs("hmac-sha2-256")
            .keyExchanges("curve25519-sha256")
            .hostKeyAlgorithms("ssh-ed25519")
            .defaultPath("dir")
            .connectTimeout(Duration.ofSeconds(1))
            .timeout(Duration.ofSeconds(2))
            .keepAlive(Duration.ZERO)
            .log(Path.of("log"))
            .filenameCharset(StandardCharsets.ISO_8859_1)
            .maxRequests(1)
            .maxChannels(2)
            .build();

    assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
  }

  @Test
  void staysAsItIsWhenTheBuilderGoesOn() {
    var builder = ConnectionOptions.builder("h").privateKey(Path.of("one"));
    var options = builder.build();

    builder.privateKey(Path.of("two")).port(1);

    assertThat(options.privateKeys()).hasSize(1);
    assertThat(options.port()).isEqualTo(22);
  }

  @Test
  void neverShowsASecret() {
    var options =
        ConnectionOptions.builder("h")
            .username("me")
            .password("hush")
            .privateKey("PRIVATE")
            .passphrase("quiet")
            .build();

    assertThat(options + " " + options.privateKeys())
        .isEqualTo("me@h:22 [a key given as text]")
        .doesNotContain("hush", "PRIVATE", "quiet");
  }

  @Test
  void writesIpv6AddressesInBrackets() {
    assertThat(ConnectionOptions.builder("[::1]").username("me").build().host()).isEqualTo("::1");
    assertThat(ConnectionOptions.builder("::1").username("me").build()).hasToString("me@[::1]:22");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "me@host", "host/dir", "host\n"})
  void refusesWhatIsNoHost(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.builder(host))
        .withMessageContaining("host");
  }

  @Test
  void namesTheOptionAndTheValueThatIsWrong() {
    var builder = ConnectionOptions.builder("h");

    assertThatThrownBy(() -> builder.port(0)).hasMessage("port must be in 1 to 65535, not 0");
    assertThatThrownBy(() -> builder.port(65536)).hasMessageContaining("65536");
    assertThatThrownBy(() -> builder.maxRequests(0)).hasMessageContaining("maxRequests");
    assertThatThrownBy(() -> builder.maxChannels(65)).hasMessageContaining("maxChannels");
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).hasMessageContaining("timeout");
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ofDays(25)))
        .hasMessageContaining("connectTimeout");
    assertThatThrownBy(() -> builder.keepAlive(Duration.ofSeconds(-1)))
        .hasMessageContaining("keepAlive");
    assertThatThrownBy(() -> builder.username("")).hasMessageContaining("username");
    assertThatThrownBy(() -> builder.defaultPath("")).hasMessageContaining("defaultPath");
    assertThatThrownBy(() -> builder.ciphers("a,b")).hasMessageContaining("ciphers");
  }

  @Test
  void readsAWholeUri() {
    var options = ConnectionOptions.fromUri("sftp://m%40e:s%3Aecret%2F+x@host:2222/a%20dir/b");

    assertThat(options.username()).isEqualTo("m@e");
    assertThat(options.password()).isEqualTo("s:ecret/+x");
    assertThat(options.host()).isEqualTo("host");
    assertThat(options.port()).isEqualTo(2222);
    assertThat(options.defaultPath()).isEqualTo("/a dir/b");
  }

  @Test
  void readsAUriWithAHostAlone() {
    var options = ConnectionOptions.fromUri("sftp://[::1]");

    assertThat(options.host()).isEqualTo("::1");
    assertThat(options.port()).isEqualTo(22);
    assertThat(options.defaultPath()).isNull();
  }

  @Test
  void takesADirectoryAfterTheTildeAsRelativeToTheHomeDirectory() {
    assertThat(ConnectionOptions.fromUri("sftp://h/~/in").defaultPath()).isEqualTo("in");
    assertThat(ConnectionOptions.fromUri("sftp://h/~").defaultPath()).isNull();
    assertThat(ConnectionOptions.fromUri("sftp://h/").defaultPath()).isEqualTo("/");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "host",
        "http://h",
        "sftp:h",
        "sftp://h?x",
        "sftp://me:hush@h#x",
        "sftp://me:hu sh@h"
      })
  void refusesWhatIsNoSftpUriWithoutRepeatingIt(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.fromUri(uri))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush", "hu sh"))
        .withNoCause();
  }

  @Test
  void readsTheKeywordsOfPysftp() {
    Map<String, Object> keywords = new HashMap<>();
    keywords.put("host", "h");
    keywords.put("username", "me");
    keywords.put("password", "secret");
    keywords.put("private_key", "~/key");
    keywords.put("private_key_pass", "phrase");
    keywords.put("port", 2222);
    keywords.put("ciphers", List.of("aes256-ctr"));
    keywords.put("log", null);
    keywords.put("default_path", "in");
    keywords.put("known_hosts", "hosts");

    var options = ConnectionOptions.fromMap(keywords);

    assertThat(options).hasToString("me@h:2222");
    assertThat(options.password()).isEqualTo("secret");
    assertThat(options.passphrase()).isEqualTo("phrase");
    assertThat(options.privateKeys()).hasToString("[~/key]");
    assertThat(options.ciphers()).containsExactly("aes256-ctr");
    assertThat(options.log()).isNull();
    assertThat(options.defaultPath()).isEqualTo("in");
    assertThat(options.hostKeys().files()).containsExactly(Path.of("hosts"));
  }

  @Test
  void refusesKeywordsThatItDoesNotKnow() {
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("host", "h", "hots", "x")))
        .hasMessage("unknown option: hots");
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("username", "me")))
        .hasMessage("host is missing");
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("host", "h", "port", "ssh")))
        .hasMessageContaining("port must be a number");
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("host", "h", "password", 1)))
        .hasMessage("password must be a String, not a java.lang.Integer");
  }

  @Test
  void readsTheEnvironment() {
    var options =
        OptionSources.fromEnvironment(
            Map.of(
                "SFTP_HOST", "h",
                "SFTP_PORT", "2222",
                "SFTP_USER", "me",
                "SFTP_PASSWORD", "secret",
                "SFTP_KEY", "key"));

    assertThat(options).hasToString("me@h:2222");
    assertThat(options.password()).isEqualTo("secret");
    assertThat(options.privateKeys()).hasToString("[key]");
  }

  @Test
  void saysWhichVariableIsMissing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> OptionSources.fromEnvironment(Map.of()))
        .withMessage("SFTP_HOST is not set");
  }
}
