package io.github.jsftp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.github.jsftp.internal.options.OptionSources;
import io.github.jsftp.internal.results.Details;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.ReservedPort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URLEncoder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.session.ServerSession;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** No message, log entry, stack trace or toString contains a secret. */
class SecretsTest {
  /** Contains characters that are special in URIs, maps and shells. */
  private static final String PASSWORD = "Zq7xPassword@#/?%:";

  private static final String PASSPHRASE = "Zq7xPassphrase";

  /** A part of all the secrets above that must not appear in any text. */
  private static final String MARK = "Zq7x";

  private static final Logger LOGGER = Logger.getLogger("io.github.jsftp");

  @TempDir private Path folder;
  private final StringWriter told = new StringWriter();
  private final PrintWriter out = new PrintWriter(told);
  private final Handler handler = new Told();
  private String key;
  private String locked;

  private final class Told extends Handler {
    @Override
    public void publish(LogRecord entry) {
      synchronized (out) {
        out.println(entry.getLoggerName() + " " + entry.getMessage());
        out.println(Arrays.toString(entry.getParameters()));
        if (entry.getThrown() != null) {
          entry.getThrown().printStackTrace(out);
        }
      }
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  @BeforeEach
  void listen() throws Exception {
    handler.setLevel(Level.ALL);
    LOGGER.setLevel(Level.ALL);
    LOGGER.addHandler(handler);
    LOGGER.setUseParentHandlers(false);
    key = generate("key", "");
    locked = generate("locked", PASSPHRASE);
  }

  @AfterEach
  void stopListening() {
    LOGGER.removeHandler(handler);
    LOGGER.setLevel(null);
    LOGGER.setUseParentHandlers(true);
  }

  @Test
  void doNotAppearInTextsAboutOptions() {
    String encoded = URLEncoder.encode(PASSWORD, UTF_8);
    for (String host :
        List.of(
            "me:" + PASSWORD + "@host",
            MARK + "@host",
            "sftp://me:" + encoded + "@host",
            "me:" + MARK,
            MARK + " host")) {
      fails(() -> Connection.connect(host, "me", PASSWORD));
      fails(() -> ConnectionOptions.fromMap(Map.of("host", host)));
      fails(() -> OptionSources.fromEnvironment(Map.of("SFTP_HOST", host)));
    }
    for (String uri :
        List.of(
            "sftp://me:" + PASSWORD + "@host",
            "sftp://me:" + encoded + "@host?x",
            "sftp://me:" + encoded + "%FF@host",
            "sftp://me%0A:" + encoded + "@host",
            "sftp://me:" + encoded + "@host:99999",
            "sftp://me:" + encoded + "@",
            "http://me:" + encoded + "@host",
            "me:" + encoded + "@host")) {
      fails(() -> ConnectionOptions.fromUri(uri));
    }
    tell(ConnectionOptions.fromUri("sftp://me:" + encoded + "@host/dir"));

    Map<String, Object> map = new HashMap<>(Map.of("host", "h", "username", "me"));
    for (String name : List.of("password", "private_key_pass", "private_key")) {
      for (Object value : List.of(PASSWORD.toCharArray(), List.of(PASSWORD), Map.of(MARK, 1))) {
        map.put(name, value);
        fails(() -> ConnectionOptions.fromMap(map));
      }
      map.remove(name);
    }
    for (String text : keys()) {
      tell(ConnectionOptions.fromMap(Map.of("host", "h", "private_key", text)));
      tell(OptionSources.fromEnvironment(Map.of("SFTP_HOST", "h", "SFTP_KEY", text)));
      fails(() -> ConnectionOptions.builder("h").privateKey(Path.of(text)));
    }
    assertNothingSecret();
  }

  @Test
  void doNotAppearInTextsAboutConnections() throws Exception {
    try (var server = MinaServer.start(it -> it.setPasswordAuthenticator(this::isPassword));
        var asking =
            MinaServer.start(
                it -> {
                  it.setPasswordAuthenticator(this::isPassword);
                  it.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE));
                });
        var passwordOnly =
            MinaServer.start(
                it -> it.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE)))) {
      works(options(server).password(PASSWORD));
      works(options(asking).password(PASSWORD));
      works(options(asking).prompts(challenge -> List.of(PASSWORD)));
      works(options(server).password(PASSWORD::toCharArray));
      works(options(server).prompts(challenge -> List.of(PASSWORD)));
      works(options(server).password(PASSWORD).privateKeyContent(locked, "wrong " + MARK));
      for (MinaServer each : List.of(server, asking, passwordOnly)) {
        refused(options(each).password("wrong " + PASSWORD));
        refused(options(each).prompts(challenge -> List.of("wrong " + MARK)));
        refused(options(each).password("wrong " + PASSWORD).prompts(challenge -> null));
        refused(options(each).password("x").prompts(challenge -> List.of(MARK, MARK)));
        refused(options(each).privateKeyContent(key));
        refused(options(each).privateKeyContent(locked).passphrase(PASSPHRASE));
        refused(options(each).privateKeyContent(locked, "wrong " + MARK).password("wrong " + MARK));
      }
      for (String text : keys()) {
        refused(options(server).privateKeyContent(text).passphrase("wrong " + MARK));
      }
      refused(options(server).password(PASSWORD).knownHosts(folder.resolve("none")));
      refused(options(server).password(PASSWORD).ciphers("aes256-cbc"));
      refused(options(server).password(PASSWORD).defaultPath("/missing"));
      refused(options(server).password(PASSWORD).log(folder));
    }
    try (var closed = ReservedPort.any()) {
      refused(
          ConnectionOptions.builder("127.0.0.1")
              .port(closed.port())
              .username("me")
              .password(PASSWORD)
              .privateKeyContent(key));
    }
    assertNothingSecret();
  }

  private boolean isPassword(String user, String password, ServerSession session) {
    return password.equals(PASSWORD);
  }

  /** Returns keys as users paste them, intact and damaged. */
  private List<String> keys() {
    var keys = new ArrayList<String>();
    for (String text : List.of(key, locked)) {
      keys.add(text);
      keys.add(text.replace("\n", "\\n"));
      keys.add(text.replace('\n', ' '));
      keys.add(text.substring(0, text.length() / 2));
      keys.add(text.substring(text.indexOf('\n') + 1));
      keys.add(text.replace("-----END", "-----ENDE"));
      keys.add(text.replace("\n-----END", "#\n-----END"));
      keys.add(text.replace("b3Bl", "b3Bm"));
      keys.add(Base64.getEncoder().encodeToString(text.getBytes(UTF_8)));
    }
    return keys;
  }

  private ConnectionOptions.Builder options(MinaServer server) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username("me")
        .knownHosts(server.knownHosts())
        .log(folder.resolve("log"));
  }

  private void works(ConnectionOptions.Builder builder) throws IOException {
    ConnectionOptions options = builder.build();
    tell(options);
    try (var sftp = Connection.connect(options)) {
      tell(sftp);
      tell(sftp.offeredAlgorithms());
      tell(sftp.negotiated());
      tell(sftp.remoteServerKey());
      tell(sftp.cd());
      tell(sftp.stat("/"));
    }
  }

  private void refused(ConnectionOptions.Builder builder) {
    ConnectionOptions options = builder.build();
    tell(options);
    fails(() -> Connection.connect(options).close());
  }

  private void fails(ThrowingCallable call) {
    Throwable thrown = catchThrowable(call);
    assertThat(thrown).isInstanceOf(Exception.class);
    synchronized (out) {
      thrown.printStackTrace(out);
    }
    if (thrown instanceof AuthenticationException refused) {
      tell(refused.attempts());
      tell(refused.tried());
      tell(refused.serverAllows());
    }
    if (thrown instanceof SftpException failure) {
      tell(Details.of(failure));
    }
  }

  private void tell(Object object) {
    synchronized (out) {
      out.println(object);
      if (object instanceof ConnectionOptions options) {
        out.println(options.privateKeys());
        out.println(options.hostKeys());
      }
    }
  }

  private void assertNothingSecret() {
    String all;
    synchronized (out) {
      all = told.toString() + logged();
    }
    assertThat(all).contains("me@");
    assertThat(all).doesNotContain(MARK);
    for (String text : keys()) {
      for (String piece : text.split("[^A-Za-z0-9+/=]+|(?<=\\G.{24})", -1)) {
        // Shorter parts and the labels are ordinary words.
        if (piece.length() == 24) {
          assertThat(all).doesNotContain(piece);
        }
      }
    }
  }

  private String logged() {
    Path log = folder.resolve("log");
    try {
      return Files.exists(log) ? Files.readString(log) : "";
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private String generate(String name, String passphrase) throws Exception {
    Path file = folder.resolve(name);
    var command =
        List.of("ssh-keygen", "-q", "-t", "ed25519", "-a", "1", "-C", "", "-N", passphrase, "-f");
    var whole = new ArrayList<>(command);
    whole.add(file.toString());
    Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return Files.readString(file);
  }
}
