package io.github.jsftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.internal.options.OptionSources;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionOptionsTest {

  @Test
  void hasTheDefaultsOfSsh() {
    var options = ConnectionOptions.builder("files.example.com").build();

    assertThat(options.port()).isEqualTo(22);
    assertThat(options.username()).isEqualTo(System.getProperty("user.name"));
    assertThat(options.password()).isEmpty();
    assertThat(options.privateKeys()).isEmpty();
    assertThat(options.hostKeys()).isEqualTo(HostKeys.knownHosts());
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
            .privateKeyContent("text")
            .privateKey(Path.of("key"), "own")
            .passphrase("phrase")
            .agent(Path.of("socket"))
            .identitiesOnly(true)
            .certificate(Path.of("certificate"))
            .strictModes(true)
            .publicKeyAlgorithms("-ssh-ed25519")
            .hostKeys(HostKeys.acceptAnyInsecurely())
            .compression(true)
            .ciphers("aes256-ctr")
            .macs("hmac-sha2-256")
            .keyExchanges("curve25519-sha256")
            .hostKeyAlgorithms("ssh-ed25519")
            .defaultPath("dir")
            .connectTimeout(Duration.ofSeconds(1))
            .timeout(Duration.ofSeconds(2))
            .keepAlive(Duration.ZERO, 7)
            .jumpHost(ConnectionOptions.builder("gate").build())
            .allowProxyCommand(true)
            .addressFamily(AddressFamily.INET6)
            .bindAddress("::1")
            .banner(text -> {})
            .subsystem("other")
            .sftpServer("sftp-server")
            .log(Path.of("log"))
            .filenameCharset(StandardCharsets.ISO_8859_1)
            .maxRequests(1)
            .maxChannels(2)
            .maxSessions(3)
            .prompts(challenge -> null)
            .numberOfPasswordPrompts(1)
            .authentications("password", "publickey")
            .build();

    assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
    assertThat(options.toBuilder().build()).isEqualTo(options).hasSameHashCodeAs(options);
  }

  @Test
  void areEqualIfAllValuesAre() throws Exception {
    var options = ConnectionOptions.builder("h").username("me").password("secret").build();

    assertThat(options)
        .isEqualTo(ConnectionOptions.builder("h").username("me").password("secret").build())
        .isNotEqualTo(options.toBuilder().password("other").build())
        .isNotEqualTo(options.toBuilder().log(Path.of("log")).build())
        .isNotEqualTo(ConnectionOptions.builder("other").username("me").password("secret").build())
        .isNotEqualTo("me@h:22");
    var values = options.getClass().getDeclaredField("values");
    values.setAccessible(true);
    var all = values.getType().getDeclaredMethod("all");
    all.setAccessible(true);
    var notes = Set.of("origins", "keysOfFile", "routeOfFile");
    assertThat((List<?>) all.invoke(values.get(options)))
        .hasSameSizeAs(
            Stream.of(values.getType().getDeclaredFields())
                .filter(field -> !field.isSynthetic() && !notes.contains(field.getName()))
                .toList());
  }

  @Test
  void hasOneWayToTheServer() {
    var gate = ConnectionOptions.builder("gate").build();
    assertThatIllegalStateException()
        .isThrownBy(ConnectionOptions.builder("h").jumpHost(gate).proxy(Proxy.http("p", 80))::build)
        .withMessageStartingWith("only one of jumpHost, proxy and proxyCommand can be set");
    assertThatIllegalStateException()
        .isThrownBy(
            ConnectionOptions.builder("h").proxyCommand("nc").proxy(Proxy.http("p", 80))::build);
  }

  @Test
  void hasNoLoopOfJumpHosts() {
    var a = ConnectionOptions.builder("a").username("me").build();
    var b = ConnectionOptions.builder("b").username("me").jumpHost(a).build();
    var c = ConnectionOptions.builder("C").username("me").jumpHost(b).build();
    assertThat(c.jumpHost()).containsSame(b);
    for (var jump : List.of(a, b, c)) {
      assertThatIllegalStateException()
          .isThrownBy(ConnectionOptions.builder("A").username("me").jumpHost(jump)::build)
          .withMessage("the jump host me@a:22 is the target itself");
    }
    for (var other : List.of(c.toBuilder().port(23), c.toBuilder().username("you"))) {
      assertThat(other.jumpHost(c).build().jumpHost()).containsSame(c);
    }
  }

  @Test
  void waitsForAJumpHostAsLongAsItsOwnLimitSays() {
    var patient = ConnectionOptions.builder("gate").connectTimeout(Duration.ofMinutes(3)).build();
    var options = ConnectionOptions.builder("h").jumpHost(patient).build();
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofMinutes(3));
    assertThat(options.toBuilder().connectTimeout(Duration.ofSeconds(1)).build().connectTimeout())
        .isEqualTo(Duration.ofSeconds(1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a;b", "$(id)", "`id`", "a|b", "-oProxyCommand=x", "a&b", "a'b", "a\\b"})
  void keepsUnsafeNamesOutOfProxyCommands(String name) {
    assertThatIllegalStateException()
        .isThrownBy(ConnectionOptions.builder(name).proxyCommand("nc %h %p")::build)
        .withMessage("the host has characters that are unsafe in a proxyCommand");
    assertThatIllegalStateException()
        .isThrownBy(
            ConnectionOptions.builder("h").username(name).proxyCommand("ssh -l %r h")::build)
        .withMessage("the username has characters that are unsafe in a proxyCommand");
    assertThat(ConnectionOptions.builder(name).proxyCommand("nc fixed 22").build().host())
        .isEqualTo(name);
  }

  @Test
  void refusesInvalidCommands() {
    var builder = ConnectionOptions.builder("h");
    for (String text : List.of("", " ", "a\nb", "a\0b")) {
      assertThatIllegalArgumentException().isThrownBy(() -> builder.subsystem(text));
      assertThatIllegalArgumentException().isThrownBy(() -> builder.sftpServer(text));
    }
    for (String command : List.of("", " ", "a\nb", "nc %x", "nc %")) {
      assertThatIllegalArgumentException().isThrownBy(() -> builder.proxyCommand(command));
    }
  }

  @Test
  void hidesTheCredentialsOfProxies() {
    Proxy proxy = Proxy.socks5("::1", 1080).credentials("me", "secret");
    assertThat(proxy).hasToString("SOCKS5 proxy [::1]:1080");
    assertThat(proxy).isEqualTo(Proxy.socks5("[::1]", 1080).credentials("me", "secret"));
    assertThat(proxy).isNotEqualTo(Proxy.socks5("::1", 1080));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Proxy.http("p", 80).credentials("a:b", "secret"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> proxy.credentials("me", "s".repeat(256)))
        .withMessageNotContaining("sss");
    assertThatIllegalArgumentException().isThrownBy(() -> proxy.credentials("me", "a\r\nX: y"));
    assertThatIllegalArgumentException().isThrownBy(() -> Proxy.http("h", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> Proxy.http("", 80));
    assertThatIllegalArgumentException().isThrownBy(() -> Proxy.http("h:80", 80));
  }

  @Test
  void isIndependentOfLaterChangesOfTheBuilder() {
    var builder = ConnectionOptions.builder("h").privateKey(Path.of("one"));
    var options = builder.build();

    builder.privateKey(Path.of("two")).port(1);

    assertThat(options.privateKeys()).hasSize(1);
    assertThat(options.port()).isEqualTo(22);
  }

  @Test
  void givesAPersonTimeToAnswer() {
    var builder = ConnectionOptions.builder("h");
    assertThat(builder.build().connectTimeout()).isEqualTo(Duration.ofSeconds(30));
    builder.prompts(challenge -> null);
    assertThat(builder.build().connectTimeout()).isEqualTo(Duration.ofMinutes(2));
    builder.connectTimeout(Duration.ofSeconds(9));
    assertThat(builder.build().connectTimeout()).isEqualTo(Duration.ofSeconds(9));
  }

  @Test
  void takesTheLastOfASecretAndItsSupplier() {
    Supplier<char[]> supplier = () -> new char[0];
    var builder = ConnectionOptions.builder("h");
    var supplied =
        builder.password("one").passphrase("two").password(supplier).passphrase(supplier).build();
    assertThat(supplied.password()).isEmpty();
    assertThat(supplied.passphrase()).isEmpty();
    assertThat(supplied.passwordSupplier()).containsSame(supplier);
    assertThat(supplied.passphraseSupplier()).containsSame(supplier);
    var known = builder.password("one").passphrase("two").build();
    assertThat(known.password()).contains("one");
    assertThat(known.passphrase()).contains("two");
    assertThat(known.passwordSupplier()).isEmpty();
    assertThat(known.passphraseSupplier()).isEmpty();
  }

  @Test
  void refusesUnknownMethodsOfAuthentication() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.builder("h").authentications("public-key"))
        .withMessage(
            "authentications: publickey, password or keyboard-interactive, not \"public-key\"");
    assertThat(ConnectionOptions.builder("h").authentications("password").build().authentications())
        .containsExactly("password");
  }

  @Test
  void neverShowsASecret() {
    var options =
        ConnectionOptions.builder("h")
            .username("me")
            .password("hush")
            .privateKeyContent("PRIVATE")
            .privateKey(Path.of("file"), "quiet")
            .passphrase("quiet")
            .build();

    assertThat(options + " " + options.privateKeys())
        .isEqualTo("me@h:22 [a key given as text, file]")
        .doesNotContain("hush", "PRIVATE", "quiet");
  }

  @Test
  void writesIpv6AddressesInBrackets() {
    assertThat(ConnectionOptions.builder("[::1]").username("me").build().host()).isEqualTo("::1");
    assertThat(ConnectionOptions.builder("::1").username("me").build()).hasToString("me@[::1]:22");
  }

  @Test
  void acceptsAnIpv6AddressWithAZone() {
    assertThat(ConnectionOptions.builder("fe80::1%eth0").build().host()).isEqualTo("fe80::1%eth0");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a b", "host\n", "host\u009b"})
  void refusesInvalidHosts(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.builder(host))
        .withMessage("host must be a name or an address, without blanks and control characters");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "me@host",
        "host/dir",
        "me:hush@host",
        "me@hush@host:22",
        "sftp://me:hush@host",
        "sftp://me:hush@host:22/dir"
      })
  void pointsToTheUriReaderWithoutRepeatingThePassword(String host) {
    for (ThrowingCallable call :
        List.<ThrowingCallable>of(
            () -> ConnectionOptions.builder(host), () -> Connection.connect(host, "me", "x"))) {
      assertThatThrownBy(call)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "host must be a name or an address alone; ConnectionOptions.fromUri(..) reads"
                  + " sftp://user:password@host:port/dir");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"host:22", "192.0.2.1:22", "[::1]:22", "me:hush"})
  void pointsToThePortOption(String host) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.builder(host))
        .withMessage("host must be a name or an address alone; the port is set with port(..)");
  }

  @Test
  void namesTheOptionAndItsInvalidValue() {
    var builder = ConnectionOptions.builder("h");

    assertThatThrownBy(() -> builder.port(0)).hasMessage("port must be in 1 to 65535, not 0");
    assertThatThrownBy(() -> builder.port(65536)).hasMessageContaining("65536");
    assertThatThrownBy(() -> builder.maxRequests(0)).hasMessageContaining("maxRequests");
    assertThatThrownBy(() -> builder.maxChannels(65)).hasMessageContaining("maxChannels");
    assertThatThrownBy(() -> builder.maxSessions(0)).hasMessageContaining("maxSessions");
    assertThatThrownBy(() -> builder.maxSessions(17)).hasMessageContaining("maxSessions");
    assertThatThrownBy(() -> builder.timeout(Duration.ZERO)).hasMessageContaining("timeout");
    assertThatThrownBy(() -> builder.connectTimeout(Duration.ofDays(25)))
        .hasMessageContaining("connectTimeout");
    assertThatThrownBy(() -> builder.keepAlive(Duration.ofSeconds(-1)))
        .hasMessageContaining("keepAlive");
    assertThatThrownBy(() -> builder.username("")).hasMessageContaining("username");
    assertThatThrownBy(() -> builder.username("me\u001b[2J"))
        .hasMessage("username must not have control characters");
    assertThatThrownBy(() -> builder.defaultPath("")).hasMessageContaining("defaultPath");
    assertThatThrownBy(() -> builder.ciphers("a,,b"))
        .hasMessage("ciphers: no name of an algorithm: \"\"");
    assertThatThrownBy(() -> builder.macs("+")).hasMessage("macs: no name of an algorithm: \"+\"");
    assertThatThrownBy(() -> builder.ciphers("!a"))
        .hasMessage("ciphers: no name of an algorithm: \"!a\"");
    assertThatThrownBy(() -> builder.ciphers("+a", "-b"))
        .hasMessage("ciphers: one sign for all names, not also \"-b\"");
    assertThatThrownBy(() -> builder.ciphers("a", "+b"))
        .hasMessage("ciphers: one sign for all names, not also \"+b\"");
  }

  @Test
  void takesListsOfAlgorithmsAsOpenSshWritesThem() {
    var builder = ConnectionOptions.builder("h");
    assertThat(builder.ciphers("a, b", "c").build().ciphers()).containsExactly("a", "b", "c");
    assertThat(builder.ciphers("+a,b").build().ciphers()).containsExactly("+a", "b");
    assertThat(builder.ciphers("^a", "^b").build().ciphers()).containsExactly("^a", "b");
    assertThat(builder.ciphers().build().ciphers()).isEmpty();
  }

  @Test
  void readsAWholeUri() {
    var options = ConnectionOptions.fromUri("sftp://m%40e:s%3Aecret%2F+x@host:2222/a%20dir/b");

    assertThat(options.username()).isEqualTo("m@e");
    assertThat(options.password()).contains("s:ecret/+x");
    assertThat(options.host()).isEqualTo("host");
    assertThat(options.port()).isEqualTo(2222);
    assertThat(options.defaultPath()).contains("/a dir/b");
  }

  @Test
  void readsAUriWithAHostAlone() {
    var options = ConnectionOptions.fromUri("sftp://[::1]");

    assertThat(options.host()).isEqualTo("::1");
    assertThat(options.port()).isEqualTo(22);
    assertThat(options.defaultPath()).isEmpty();
  }

  @Test
  void resolvesATildeAgainstTheHomeDirectory() {
    assertThat(ConnectionOptions.fromUri("sftp://h/~/in").defaultPath()).contains("in");
    assertThat(ConnectionOptions.fromUri("sftp://h/~").defaultPath()).isEmpty();
    assertThat(ConnectionOptions.fromUri("sftp://h/").defaultPath()).contains("/");
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
        "sftp://me:hu sh@h",
        "sftp://me:hush@more@h",
        "sftp://me:hush#more@h",
        "sftp://me:hush?more@h",
        "sftp://me:hush/more@h",
        "sftp://me:hush:more@h:x",
        "sftp://me:hush@h\n"
      })
  void saysHowToEncodeAUriWithoutRepeatingIt(String uri) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.fromUri(uri))
        .withMessage(
            "not a URI of the form sftp://user:password@host:port/dir; in user, password and"
                + " directory write % as %25, @ as %40, : as %3A, / as %2F, ? as %3F, # as %23, and"
                + " a blank as %20")
        .withNoCause();
  }

  @ParameterizedTest
  @ValueSource(strings = {"hush%FF", "hush%", "hush%4", "hush%+1", "hush%zz", "%C3hush"})
  void refusesAPasswordThatIsNotPercentEncodedUtf8(String password) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.fromUri("sftp://me:" + password + "@h"))
        .withMessage("the password in the URI is not percent-encoded UTF-8; write % itself as %25")
        .withNoCause();
  }

  @Test
  void refusesControlCharactersInTheUserOfAUri() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.fromUri("sftp://me%0A%1B:hush@h"))
        .withMessage("username must not have control characters");
  }

  @Test
  void acceptsHostsThatJavaRefusesInAUri() {
    assertThat(ConnectionOptions.fromUri("sftp://my_service:22/in").host()).isEqualTo("my_service");
    assertThat(ConnectionOptions.fromUri("SFTP://[fe80::1%25eth0]:22").host())
        .isEqualTo("fe80::1%eth0");
    assertThat(ConnectionOptions.fromUri("sftp://me:%C3%BC%25ü@h").password()).contains("ü%ü");
    assertThat(ConnectionOptions.fromUri("sftp://me:a:b@h").password()).contains("a:b");
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
    assertThat(options.password()).contains("secret");
    assertThat(options.passphrase()).contains("phrase");
    assertThat(options.privateKeys()).hasToString("[~/key]");
    assertThat(options.ciphers()).containsExactly("aes256-ctr");
    assertThat(options.log()).isEmpty();
    assertThat(options.defaultPath()).contains("in");
    assertThat(options.hostKeys()).isEqualTo(HostKeys.knownHosts(Path.of("hosts")));
  }

  @Test
  void refusesUnknownKeywords() {
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("host", "h", "hots", "x")))
        .hasMessage(
            "unknown option: hots; known are host, username, password, private_key,"
                + " private_key_pass, port, ciphers, log, default_path, known_hosts");
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("username", "me")))
        .hasMessage("host is missing");
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("host", "h", "port", "ssh")))
        .hasMessageContaining("port must be a number");
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("host", "h", "password", 1)))
        .hasMessage("password must be a String, not a java.lang.Integer");
  }

  @Test
  void saysWhatIsWrongWithNulls() {
    Map<String, Object> keywords = new HashMap<>();
    keywords.put("host", "h");
    keywords.put(null, null);
    assertThat(ConnectionOptions.fromMap(keywords).host()).isEqualTo("h");
    keywords.put(null, "x");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ConnectionOptions.fromMap(keywords))
        .withMessageStartingWith("unknown option: null; known are host, ");
    keywords.remove(null);
    for (Object ciphers :
        List.of(new String[] {"aes256-ctr", null}, Arrays.asList("aes256-ctr", null))) {
      keywords.put("ciphers", ciphers);
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ConnectionOptions.fromMap(keywords))
          .withMessage("ciphers must be a String, not null");
    }
  }

  @Test
  void saysWhatToDoWithoutAPassword() {
    var builder = ConnectionOptions.builder("h");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.password((String) null))
        .withMessage("password is null; for none, omit the call");
    assertThatNullPointerException()
        .isThrownBy(() -> builder.passphrase((String) null))
        .withMessage("passphrase is null; for none, omit the call");
  }

  @Test
  void acceptsAPortOfAnyIntegerType() {
    for (Object port : List.of(2222, 2222L, (short) 2222, "2222")) {
      assertThat(ConnectionOptions.fromMap(Map.of("host", "h", "port", port)).port())
          .isEqualTo(2222);
    }
    assertThatThrownBy(() -> ConnectionOptions.fromMap(Map.of("host", "h", "port", 1L << 32)))
        .hasMessage("port must be a number from 1 to 65535, not \"4294967296\"");
  }

  @Test
  void distinguishesKeysFromPathsOfFiles() {
    String body =
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZWQyNTUxOQ==";
    String pem = "-----BEGIN OPENSSH PRIVATE KEY-----\n" + body;
    for (String key :
        List.of(
            pem,
            pem.replace('\n', ' '),
            pem.replace("\n", "\\n"),
            "PuTTY-User-Key-File-2: ssh-rsa\r\n",
            "half a key\n",
            body,
            Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8)))) {
      for (ConnectionOptions options :
          List.of(
              ConnectionOptions.fromMap(Map.of("host", "h", "private_key", key)),
              OptionSources.fromEnvironment(Map.of("SFTP_HOST", "h", "SFTP_KEY", key)))) {
        assertThat(options.privateKeys()).hasToString("[a key given as text]");
        assertThat(options.privateKeys().get(0).content()).contains(key);
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ConnectionOptions.builder("h").privateKey(Path.of(key)))
          .withMessage(
              "privateKey: the path is a key, not a file; give a key by privateKeyContent");
    }
    for (String file :
        List.of("id_rsa", "~/.ssh/id_rsa", "/home/" + "abcdefgh/".repeat(20) + "id", "C:\\new")) {
      assertThat(ConnectionOptions.fromMap(Map.of("host", "h", "private_key", file)).privateKeys())
          .hasToString("[" + file + "]");
    }
  }

  @Test
  void saysThatTheUserHasNoName() {
    String before = System.setProperty("user.name", "?");
    try {
      var builder = ConnectionOptions.builder("h");
      assertThatIllegalStateException()
          .isThrownBy(builder::build)
          .withMessage("username is not set, and the user who runs this program has no name");
      assertThat(builder.username("me").build()).hasToString("me@h:22");
    } finally {
      System.setProperty("user.name", before);
    }
  }

  @Test
  void treatsEmptyVariablesAsNotSet() {
    var options =
        OptionSources.fromEnvironment(
            Map.of(
                "SFTP_HOST", "h",
                "SFTP_PORT", "",
                "SFTP_USER", "",
                "SFTP_PASSWORD", "",
                "SFTP_KEY", ""));

    assertThat(options).hasToString(System.getProperty("user.name") + "@h:22");
    assertThat(options.password()).isEmpty();
    assertThat(options.privateKeys()).isEmpty();
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
    assertThat(options.password()).contains("secret");
    assertThat(options.privateKeys()).hasToString("[key]");
  }

  @Test
  void namesTheVariableOfAPortThatIsNone() {
    for (String port : List.of("70000", "0", "-1")) {
      assertThatIllegalArgumentException()
          .isThrownBy(
              () -> OptionSources.fromEnvironment(Map.of("SFTP_HOST", "h", "SFTP_PORT", port)))
          .withMessage("SFTP_PORT must be in 1 to 65535, not " + port);
    }
  }

  @Test
  void saysWhichVariableIsMissing() {
    assertThatIllegalStateException()
        .isThrownBy(() -> OptionSources.fromEnvironment(Map.of()))
        .withMessage("SFTP_HOST is not set");
    assertThatIllegalStateException()
        .isThrownBy(() -> OptionSources.fromEnvironment(Map.of("SFTP_HOST", "")))
        .withMessage("SFTP_HOST is not set");
  }

  @Test
  void takesAKeyInPlaceOfThePassword(@TempDir Path dir) {
    Path key = dir.resolve("key");

    assertThatThrownBy(() -> Connection.connect("127.0.0.1", "me", key))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(key.toString());
  }
}
