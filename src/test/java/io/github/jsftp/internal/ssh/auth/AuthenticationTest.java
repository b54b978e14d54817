package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Prompts;
import io.github.jsftp.internal.ssh.Ssh;
import io.github.jsftp.internal.ssh.log.ConnectionLog;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.testing.FailedConnects;
import io.github.jsftp.testing.FaultProxy;
import io.github.jsftp.testing.Keys;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.OpenSshServer;
import io.github.jsftp.testing.Users;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.server.auth.AsyncAuthException;
import org.apache.sshd.server.auth.keyboard.InteractiveChallenge;
import org.apache.sshd.server.auth.keyboard.KeyboardInteractiveAuthenticator;
import org.apache.sshd.server.auth.keyboard.UserAuthKeyboardInteractiveFactory;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.session.ServerSession;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AuthenticationTest {
  private static final String PASSPHRASE = "open sesame ü";

  @TempDir private static Path keys;
  private static MinaServer mina;
  private static OpenSshServer openSsh;
  private static ConnectionLog log;
  private static final List<String> passwords = new CopyOnWriteArrayList<>();

  @BeforeAll
  static void start() throws IOException {
    mina =
        MinaServer.start(
            server ->
                server.setPasswordAuthenticator(
                    (user, password, session) -> {
                      passwords.add(password);
                      return password.equals("secret");
                    }));
    openSsh = OpenSshServer.start(authorizedKeys());
    log = ConnectionLog.open(null, Ssh.failures(openSsh));
  }

  @AfterAll
  static void stop() {
    mina.close();
    openSsh.close();
  }

  @ParameterizedTest
  @CsvSource({
    "ed25519, RFC4716, true",
    "ecdsa, PEM, false",
    "rsa, RFC4716, false",
    "rsa, PKCS8, true"
  })
  void acceptsKeysAsFilesAndAsText(String type, String format, boolean encrypted) throws Exception {
    acceptsKey(type, format, encrypted);
  }

  @ParameterizedTest
  @CsvSource({
    "ed25519, RFC4716, false",
    "ecdsa, RFC4716, false",
    "ecdsa, RFC4716, true",
    "ecdsa, PEM, true",
    "ecdsa, PKCS8, false",
    "ecdsa, PKCS8, true",
    "rsa, RFC4716, true",
    "rsa, PEM, false",
    "rsa, PEM, true",
    "rsa, PKCS8, false"
  })
  @Tag("long")
  void acceptsKeysOfAllTypesAsFilesAndAsText(String type, String format, boolean encrypted)
      throws Exception {
    acceptsKey(type, format, encrypted);
  }

  private static void acceptsKey(String type, String format, boolean encrypted) throws Exception {
    Path key = generate(type, format, encrypted ? PASSPHRASE : "");
    authorize(key);
    var options = Ssh.options(openSsh).passphrase(PASSPHRASE).build();
    for (boolean text : new boolean[] {false, true}) {
      var builder =
          ConnectionOptions.builder(options.host())
              .port(options.port())
              .username(options.username())
              .passphrase(PASSPHRASE)
              .knownHosts(openSsh.knownHosts());
      if (text) {
        builder.privateKeyContent(Files.readString(key));
      } else {
        builder.privateKey(key);
      }
      Ssh.open(builder).close();
    }
  }

  @Test
  void acceptsAPassword() throws Exception {
    Ssh.open(withPassword("secret")).close();
  }

  @Test
  void answersAServerThatAsksForThePasswordInteractively() throws Exception {
    try (var server =
        MinaServer.start(
            it -> it.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE)))) {
      Ssh.open(withPassword(server, "secret")).close();
      assertThatThrownBy(() -> Ssh.open(withPassword(server, "wrong")))
          .isInstanceOf(AuthenticationException.class)
          .hasMessage(
              "connect: the server refused user me; tried keyboard-interactive; check the user's name"
                  + " and password [%s]",
              Ssh.peer(server));
    }
  }

  @Test
  void offersAWrongPasswordOnceByEachMethod() throws Exception {
    passwords.clear();
    assertThatThrownBy(() -> Ssh.open(withPassword("wrong")))
        .isInstanceOf(AuthenticationException.class)
        .hasNoCause()
        .hasMessageContaining("; tried password, keyboard-interactive; check the user's");
    assertThat(passwords).containsExactly("wrong", "wrong");
  }

  @Test
  void sendsThePasswordInteractivelyIfTheMethodPasswordRefusesIt() throws Exception {
    passwords.clear();
    var answers = new CopyOnWriteArrayList<String>();
    try (var server =
        MinaServer.start(
            it -> {
              refusesAllPasswords(it);
              asksFor("Password: ", answers, it);
            })) {
      Ssh.open(withPassword(server, "secret")).close();
      assertThat(passwords).containsExactly("secret");
      assertThat(answers).containsExactly("secret");
    }
  }

  @Test
  void reportsARefusedPasswordEvenIfTheServerThenDisconnects() throws Exception {
    passwords.clear();
    try (var server =
        MinaServer.start(
            it -> {
              refusesAllPasswords(it);
              asks(session -> session.close(true), "Password: ", new ArrayList<>(), it);
            })) {
      assertThatThrownBy(() -> Ssh.open(withPassword(server, "wrong")))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining("; tried password; the server allows");
    }
    assertThat(passwords).containsExactly("wrong");
  }

  private static void refusesAllPasswords(SshServer server) {
    server.setPasswordAuthenticator(
        (user, password, session) -> {
          passwords.add(password);
          return false;
        });
  }

  @Test
  void saysWhatWasTriedAndWhatTheServerAllows() throws Exception {
    try (var server =
        MinaServer.start(
            it -> it.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE)))) {
      AuthenticationException refused =
          catchThrowableOfType(
              AuthenticationException.class, () -> Ssh.open(withPassword(server, "wrong")));
      assertThat(refused)
          .hasMessage(
              "connect: the server refused user me; tried password; the server allows password;"
                  + " check the user's name and password [%s]",
              Ssh.peer(server));
      assertThat(refused.tried()).containsExactly("password");
      assertThat(refused.serverAllows()).containsExactly("password");
    }
  }

  @Test
  void doesNotSendThePasswordToOtherPrompts() throws Exception {
    var answers = new CopyOnWriteArrayList<String>();
    try (var server =
        MinaServer.start(
            it -> {
              it.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE));
              asksFor("Verification code:\u001b[31m ", answers, it);
            })) {
      AuthenticationException refused =
          catchThrowableOfType(
              AuthenticationException.class, () -> Ssh.open(withPassword(server, "secret")));
      assertThat(refused)
          .hasMessage(
              "connect: the server refused user me; tried nothing; keyboard-interactive asked"
                  + " 'Verification code:?[31m', which can't be answered; answer with prompts(..):"
                  + " Prompts.oneTimeCode(..) or Prompts.console() [%s]",
              Ssh.peer(server));
      assertThat(refused.tried()).isEmpty();
      assertThat(answers).isEmpty();
    }
  }

  @Test
  void sendsThePasswordDespiteAnotherPrompt() throws Exception {
    var answers = new CopyOnWriteArrayList<String>();
    try (var server = MinaServer.start(it -> asksFor("Verification code: ", answers, it))) {
      Ssh.open(withPassword(server, "secret")).close();
      assertThat(answers).isEmpty();
      assertThatThrownBy(() -> Ssh.open(withPassword(server, "wrong")))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(
              "; tried password; keyboard-interactive asked 'Verification code:'");
      assertThat(answers).isEmpty();
    }
  }

  @Test
  void sendsTheServerAReasonWithoutClassNames() throws Exception {
    var reason = new CompletableFuture<String>();
    try (var server =
        MinaServer.start(
            it -> {
              asksFor("Verification code: ", new ArrayList<>(), it);
              it.setUserAuthFactories(List.of(UserAuthKeyboardInteractiveFactory.INSTANCE));
              it.addSessionListener(
                  new SessionListener() {
                    @Override
                    public void sessionDisconnect(
                        Session session, int code, String text, String language, boolean ours) {
                      reason.complete(text);
                    }
                  });
            })) {
      assertThatThrownBy(() -> Ssh.open(withPassword(server, "secret")))
          .isInstanceOf(AuthenticationException.class);
      assertThat(reason.get(30, TimeUnit.SECONDS)).isEqualTo("no answer to what the server asks");
    }
  }

  @Test
  void quotesWhyAServerClosesTheConnectionWhileLoggingIn() throws Exception {
    try (var server =
        MinaServer.start(
            it -> {
              CoreModuleProperties.WELCOME_BANNER.set(it, "Hello everyone");
              it.setPasswordAuthenticator(
                  (user, password, session) -> {
                    closeSaying("Your account has\n expired.", session);
                    throw new AsyncAuthException();
                  });
            })) {
      AuthenticationException refused =
          catchThrowableOfType(
              AuthenticationException.class, () -> Ssh.open(withPassword(server, "secret")));
      assertThat(refused)
          .hasMessage(
              "connect: the server refused user me; it said 'Your account has expired.';"
                  + " tried password [%s]",
              Ssh.peer(server));
      assertThat(refused.tried()).containsExactly("password");
    }
  }

  /** Disconnects as sshd does when PAM denies an account. */
  private static void closeSaying(String reason, ServerSession session) {
    Buffer banner = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_BANNER);
    banner.putString(reason);
    banner.putString("");
    try {
      session.writePacket(banner).addListener(sent -> session.close(true));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void asksFor(String prompt, List<String> answers, SshServer server) {
    asks(session -> {}, prompt, answers, server);
  }

  private static void asks(
      Consumer<ServerSession> first, String prompt, List<String> answers, SshServer server) {
    server.setKeyboardInteractiveAuthenticator(
        new KeyboardInteractiveAuthenticator() {
          @Override
          public InteractiveChallenge generateChallenge(
              ServerSession session, String username, String lang, String subMethods) {
            first.accept(session);
            var challenge = new InteractiveChallenge();
            challenge.setInteractionName("");
            challenge.setInteractionInstruction("Your password and more");
            challenge.setLanguageTag("");
            challenge.addPrompt(prompt, false);
            return challenge;
          }

          @Override
          public boolean authenticate(
              ServerSession session, String username, List<String> responses) {
            answers.addAll(responses);
            return responses.equals(List.of("secret"));
          }
        });
  }

  @ParameterizedTest
  @CsvSource({
    "'Password: ', true",
    "'me@host''s password:', true",
    "'Enter your LDAP password', true",
    "'Passwort: ', true",
    "'One-time password (OATH) for me: ', false",
    "'Verification code: ', false",
    "'Password again: ', false",
    "'New password: ', false",
    "'PASSCODE: ', false",
    "'Username: ', false"
  })
  void answersHiddenPromptsForThePasswordOnly(String prompt, boolean answered) {
    assertThat(isAnswered(loginAnswers(), prompt, false)).isEqualTo(answered);
    assertThat(isAnswered(loginAnswers(), prompt, true)).isFalse();
  }

  @Test
  void readsTheInstructionIfAPromptHasNoWords() {
    var prompts = new String[] {": "};
    var hidden = new boolean[] {false};
    assertThat(loginAnswers().promptKeyboardInteractive("", "", "Enter password", prompts, hidden))
        .containsExactly("secret");
    LoginAnswers loginAnswers = loginAnswers();
    assertThatThrownBy(
            () -> loginAnswers.promptKeyboardInteractive("", "", "Enter code", prompts, hidden))
        .isInstanceOf(LoginAnswers.UnanswerablePromptException.class);
    assertThat(loginAnswers.unanswered()).containsExactly("'Enter code :'");
  }

  @Test
  void sendsNothingIfANewPasswordIsRequested() {
    LoginAnswers loginAnswers = loginAnswers();
    assertThat(isAnswered(loginAnswers, "Password: ", false)).isTrue();
    var prompts = new String[] {"New password: ", "Retype new password: "};
    assertThatThrownBy(
            () -> loginAnswers.promptKeyboardInteractive("", "", "", prompts, new boolean[2]))
        .isInstanceOf(LoginAnswers.UnanswerablePromptException.class);
    assertThat(loginAnswers.expired()).isTrue();
    assertThat(loginAnswers.unanswered())
        .containsExactly("'New password:'", "'Retype new password:'");
  }

  @Test
  void sendsThePasswordOnceIfItMustBeChanged() {
    LoginAnswers loginAnswers = loginAnswers();
    assertThat(isAnswered(loginAnswers, "Password: ", false)).isTrue();
    assertThat(isAnswered(loginAnswers, "You must change it.\nCurrent password: ", false))
        .isFalse();
    assertThat(loginAnswers.expired()).isTrue();
    assertThat(loginAnswers.unanswered())
        .containsExactly("'You must change it. Current password:'");
  }

  private static LoginAnswers loginAnswers() {
    return new LoginAnswers(withPassword("secret").build(), new JschLog(log));
  }

  private static boolean isAnswered(LoginAnswers loginAnswers, String prompt, boolean echo) {
    try {
      return loginAnswers.promptKeyboardInteractive(
                  "", "", "", new String[] {prompt}, new boolean[] {echo})
              .length
          == 1;
    } catch (LoginAnswers.UnanswerablePromptException e) {
      return false;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"publickey,password,publickey", "keyboard-interactive,publickey"})
  void usesAllMethodsThatAServerRequires(String methods) throws Exception {
    usesAllMethods(methods);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "publickey,publickey",
        "publickey,password",
        "password,publickey",
        "publickey,publickey,keyboard-interactive",
        "password,keyboard-interactive",
        "keyboard-interactive,password"
      })
  @Tag("long")
  void usesMethodsInAnyOrder(String methods) throws Exception {
    usesAllMethods(methods);
  }

  private static void usesAllMethods(String methods) throws Exception {
    var used = new CopyOnWriteArrayList<PublicKey>();
    try (var server =
        MinaServer.start(
            it -> {
              CoreModuleProperties.AUTH_METHODS.set(it, methods);
              it.setPublickeyAuthenticator(
                  (user, key, session) -> !used.contains(key) && used.add(key));
            })) {
      Ssh.open(
              withPassword(server, "secret")
                  .privateKey(generate("ecdsa", "RFC4716", ""))
                  .privateKey(generate("rsa", "RFC4716", "")))
          .close();
    }
  }

  @Test
  void sendsBothKeysThatAServerRequires() throws Exception {
    Path first = generate("rsa", "RFC4716", "");
    Path second = generate("ed25519", "RFC4716", "");
    Path wrong = generate("ecdsa", "RFC4716", "");
    Path authorized = keys.resolve("two_keys");
    Files.write(
        authorized,
        List.of(
            Files.readString(Path.of(first + ".pub")), Files.readString(Path.of(second + ".pub"))));
    try (var server =
        OpenSshServer.start(
            "AuthenticationMethods publickey,publickey", "AuthorizedKeysFile " + authorized)) {
      Ssh.open(withKeys(server, wrong, first, second)).close();
      assertThatThrownBy(() -> Ssh.open(withKeys(server, first)))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(
              "; tried publickey ("
                  + named(first)
                  + " accepted); the server allows publickey; give"
                  + " another key with privateKey(..) [");
    }
  }

  @Test
  void triesAllKeysThatTheServerAllows() throws Exception {
    Path right = generate("ed25519", "RFC4716", "");
    authorize(right);
    var some = new ArrayList<Path>();
    for (int i = 0; i < 7; i++) {
      some.add(generate(i == 1 ? "rsa" : "ecdsa", "RFC4716", ""));
    }
    some.add(right);
    try (var patient = OpenSshServer.start("MaxAuthTries 20", authorizedKeys())) {
      Ssh.open(withKeys(patient, some.toArray(Path[]::new))).close();
    }
    try (var strict = OpenSshServer.start("MaxAuthTries 2", authorizedKeys())) {
      Path rsa = some.get(1);
      Ssh.open(withKeys(strict, rsa, right)).close();
      Path ecdsa = some.get(0);
      assertThatThrownBy(() -> Ssh.open(withKeys(strict, ecdsa, rsa, right)))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining(
              "; tried publickey (%s, %s); not tried publickey (%s), since the server allows no more"
                  + " attempts; give the right key alone, with privateKey(..) [",
              named(ecdsa), named(rsa), named(right));
    }
  }

  @Test
  void namesOnlySomeOfManyKeysThatWereNotTried() throws Exception {
    var some = new ArrayList<Path>();
    for (int i = 0; i < 13; i++) {
      some.add(Keys.write(Keys.ecdsa(), keys.resolve("many" + i)));
    }
    try (var strict = OpenSshServer.start("MaxAuthTries 1", authorizedKeys())) {
      assertThatThrownBy(() -> Ssh.open(withKeys(strict, some.toArray(Path[]::new))))
          .isInstanceOf(AuthenticationException.class)
          .hasMessageContaining("; not tried publickey (" + some.get(1) + " SHA256:")
          .hasMessageContaining(", " + some.get(10) + " SHA256:")
          .hasMessageContaining(" and 2 others), since the server allows no more attempts;")
          .hasMessageNotContaining(some.get(11).toString());
    }
  }

  @Test
  void doesNotSayThatItLookedForKeysWhereItDidNot() {
    var nothing =
        ConnectionOptions.builder("127.0.0.1")
            .port(openSsh.port())
            .username(openSsh.username())
            .knownHosts(openSsh.knownHosts())
            .agent(false)
            .defaultKeys(false);
    assertThatThrownBy(() -> Ssh.open(nothing))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; nothing to log in with: no password given, no key given, and no ssh-agent used; the");
  }

  @Test
  void saysThatThereIsNothingToLogInWith() throws Exception {
    Path home = Files.createDirectory(keys.resolve("homeless"));
    String before = System.setProperty("user.home", home.toString());
    try {
      assertThatThrownBy(
              () ->
                  Ssh.open(
                      ConnectionOptions.builder("127.0.0.1")
                          .port(openSsh.port())
                          .username(openSsh.username())
                          .knownHosts(openSsh.knownHosts())))
          .isInstanceOf(AuthenticationException.class)
          .hasMessage(
              "connect: the server refused user %s; nothing to log in with: no password given, no"
                  + " key found in %3$s/id_ed25519, %3$s/id_ecdsa, %3$s/id_rsa, and SSH_AUTH_SOCK names"
                  + " no ssh-agent; the server allows publickey; give a key with privateKey(..) [%2$s]",
              openSsh.username(), Ssh.peer(openSsh), home.resolve(".ssh"));
    } finally {
      System.setProperty("user.home", before);
    }
  }

  private static String authorizedKeys() {
    return "AuthorizedKeysFile " + keys.resolve("authorized_keys");
  }

  private static ConnectionOptions.Builder withKeys(OpenSshServer server, Path... some) {
    var builder =
        ConnectionOptions.builder(server.host())
            .port(server.port())
            .username(server.username())
            .knownHosts(server.knownHosts());
    for (Path key : some) {
      builder.privateKey(key);
    }
    return builder;
  }

  @Test
  void namesTheKeysThatTheServerRefused() throws Exception {
    Path key = generate("ed25519", "RFC4716", "");
    Files.writeString(keys.resolve("authorized_keys"), "");
    assertThatThrownBy(() -> Ssh.open(withKey(key)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: the server refused user %1$s; tried publickey (%2$s); the server allows"
                + " publickey; add the public key to authorized_keys of %1$s [%3$s]",
            openSsh.username(), named(key), Ssh.peer(openSsh));
  }

  @Test
  void refusesAMissingKeyFile() {
    assertThatThrownBy(() -> Ssh.open(withKey(keys.resolve("missing"))))
        .isInstanceOf(NoSuchFileException.class)
        .hasMessageContaining(keys.resolve("missing").toString());
  }

  @Test
  void refusesAnUnreadableKeyFile() throws Exception {
    Path directory = Files.createDirectory(keys.resolve("directory"));
    assertThatThrownBy(() -> Ssh.open(withKey(directory)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: can't read private key %s (Is a directory) [%s]",
            directory, Ssh.peer(openSsh));
  }

  @Test
  void usesOtherKeysIfOneIsNone() throws Exception {
    Path right = generate("ed25519", "RFC4716", "");
    authorize(right);
    Path directory = Files.createDirectory(keys.resolve("folder"));
    Path text = Files.writeString(keys.resolve("no_key"), "hello\n");
    Ssh.open(withKey(directory).privateKey(text).privateKey(right)).close();
    Files.writeString(keys.resolve("authorized_keys"), "");
    assertThatThrownBy(() -> Ssh.open(withKey(text).privateKey(right)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; private key " + text + " is not in OpenSSH, PEM or PuTTY format;");
  }

  @Test
  void warnsOfAKeyFileThatOthersMayRead() throws Exception {
    Path key = generate("ed25519", "RFC4716", "");
    authorize(key);
    Path log = keys.resolve("access.log");
    String problem =
        "is accessible to other users (rw-r-----), and ssh would not use it; chmod 600 " + key;
    Ssh.open(withKey(key).strictModes(true).log(log)).close();
    assertThat(log).content().doesNotContain("WARNING");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r-----"));
    assertRefused(withKey(key).strictModes(true), key, problem);
    Ssh.open(withKey(key).log(log)).close();
    assertThat(log)
        .content()
        .containsOnlyOnce("WARNING")
        .contains("private key " + key + " " + problem);
    if (System.getProperty("user.name").equals("root")) { // who can give a file away
      Users.run("chown", "nobody", key.toString());
      Ssh.open(withKey(key).strictModes(true)).close(); // like ssh, with files of other users
    }
  }

  @Test
  void refusesFilesThatAreNotPrivateKeys() throws Exception {
    Path key = generate("rsa", "RFC4716", "");
    Path pub = Path.of(key + ".pub");
    assertThatThrownBy(() -> Ssh.open(withKey(pub)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: private key %s is a public key; the private one is needed, here or in an"
                + " ssh-agent [%s]",
            pub, Ssh.peer(openSsh));
    Path text = Files.writeString(keys.resolve("text"), "hello\n");
    Path empty = Files.createFile(keys.resolve("empty"));
    String whole = Files.readString(key);
    Path half = Files.writeString(keys.resolve("half"), whole.substring(0, whole.length() / 2));
    Path x509 = Files.writeString(keys.resolve("x509"), "-----BEGIN CERTIFICATE-----\nMIIB\n");
    Path store = keys.resolve("store.p12");
    Users.run(
        "sh",
        "-c",
        "cd "
            + keys
            + " && openssl req -x509 -newkey ed25519 -nodes -subj /CN=x -keyout k.pem -out c.pem 2>/dev/null"
            + " && openssl pkcs12 -export -inkey k.pem -in c.pem -passout pass:x -out store.p12");
    assertRefused(text, "is not in OpenSSH, PEM or PuTTY format");
    assertRefused(empty, "is empty");
    assertRefused(x509, "is an X.509 certificate; the private key is needed");
    assertRefused(
        store,
        "is in a binary format, such as PKCS#12 or DER; openssl pkcs12 -nocerts or openssl pkey"
            + " -inform DER writes it as PEM");
    assertThatThrownBy(() -> Ssh.open(withKey(half)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage("connect: private key %s is damaged or cut off [%s]", half, Ssh.peer(openSsh));
    assertThatThrownBy(() -> Ssh.open(withKeys(openSsh).privateKeyContent(whole.substring(0, 200))))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: private key given as text is damaged or cut off [%s]", Ssh.peer(openSsh));
  }

  @Test
  @Timeout(300)
  void doesNotWaitForAPipeInPlaceOfAKey() throws Exception {
    Path pipe = keys.resolve("pipe");
    Users.run("mkfifo", pipe.toString());
    assertThatThrownBy(() -> Ssh.open(withKey(pipe)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: can't read private key %s (not a regular file) [%s]",
            pipe, Ssh.peer(openSsh));
  }

  private static void assertRefused(Path key, String reason) {
    assertRefused(withKey(key), key, reason);
  }

  private static void assertRefused(ConnectionOptions.Builder options, Path key, String reason) {
    assertThatThrownBy(() -> Ssh.open(options))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage("connect: private key %s %s [%s]", key, reason, Ssh.peer(openSsh));
  }

  @ParameterizedTest
  @CsvSource({"ed25519, RFC4716", "rsa, PEM", "rsa, PKCS8", "ecdsa, PEM"})
  void refusesAWrongOrMissingPassphrase(String type, String format) throws Exception {
    Path key = generate(type, format, PASSPHRASE);
    assertThatThrownBy(() -> Ssh.open(withKey(key).passphrase("false friend")))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: private key %s can't be decrypted with the given passphrase [%s]",
            key, Ssh.peer(openSsh));
    assertThatThrownBy(() -> Ssh.open(withKey(key)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage(
            "connect: private key %s has a passphrase, and none is given [%s]",
            key, Ssh.peer(openSsh));
  }

  @Test
  void asksForThePassphraseInEachLogin() throws Exception {
    Path key = generate("ed25519", "RFC4716", "first");
    authorize(key);
    var passphrases = List.of("first", "second").iterator();
    try (Connection sftp =
        Connection.connect(
            withKey(key).passphrase(() -> passphrases.next().toCharArray()).build())) {
      run(List.of("ssh-keygen", "-q", "-p", "-P", "first", "-N", "second", "-f", key.toString()));
      openSsh.disconnectAll();
      assertThat(sftp.exists("/")).isTrue();
    }
    assertThat(passphrases.hasNext()).isFalse();
  }

  @Test
  void asksForNoPassphraseThatNoKeyNeeds() throws Exception {
    Path key = generate("ed25519", "RFC4716", "");
    authorize(key);
    Ssh.open(
            withKey(key)
                .passphrase(
                    () -> {
                      throw new AssertionError("nobody should ask");
                    }))
        .close();
  }

  @ParameterizedTest
  @CsvSource({"ed25519, RFC4716", "ecdsa, PEM"})
  void asksForThePassphraseOfAKeyThatTheServerAccepts(String type, String format) throws Exception {
    Path refused = generate(type, format, "another");
    Path key = generate(type, format, PASSPHRASE);
    authorize(key);
    var asked = new ArrayList<String>();
    var answers = List.of("typo", PASSPHRASE).iterator();
    try (Connection sftp =
        Connection.connect(
            withKeys(openSsh, refused, key)
                .prompts(
                    challenge -> {
                      asked.add(challenge.questions().get(0).text());
                      return List.of(answers.next());
                    })
                .build())) {
      openSsh.disconnectAll();
      assertThat(sftp.exists("/")).isTrue();
    }
    String question = "Enter passphrase for key '" + key + "': ";
    assertThat(asked).containsExactly(question, question);
  }

  @Test
  void skipsAKeyWhosePassphraseNobodyKnows() throws Exception {
    Path locked = generate("ed25519", "RFC4716", PASSPHRASE);
    Path key = generate("ed25519", "RFC4716", "");
    Files.writeString(
        keys.resolve("authorized_keys"),
        Files.readString(Path.of(locked + ".pub")) + Files.readString(Path.of(key + ".pub")));
    for (Prompts prompts :
        List.<Prompts>of(
            challenge -> null,
            challenge -> List.of(""),
            challenge -> List.of("wrong"),
            Prompts.oneTimeCode(() -> PASSPHRASE),
            Prompts.console())) {
      Ssh.open(withKeys(openSsh, locked, key).prompts(prompts)).close();
    }
    assertThatThrownBy(() -> Ssh.open(withKey(locked).prompts(challenge -> List.of("wrong"))))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; tried nothing; the server allows publickey; private key "
                + locked
                + " can't be decrypted with the given passphrase [");
    assertThatThrownBy(() -> Ssh.open(withKey(locked).prompts(Prompts.console())))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; private key "
                + locked
                + " has a passphrase, and prompts(..) failed: this process"
                + " has no terminal [");
  }

  @Test
  void saysWhyASupplierReturnsNothing() throws Exception {
    Path key = generate("ed25519", "RFC4716", PASSPHRASE);
    assertThatThrownBy(() -> Ssh.open(withKey(key).passphrase(() -> null)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessage("connect: passphrase(..) returned null [%s]", Ssh.peer(openSsh));
    Supplier<char[]> failing =
        () -> {
          throw new IllegalStateException("secret");
        };
    assertThatThrownBy(() -> Ssh.open(withKey(key).passphrase(failing)))
        .isInstanceOf(AuthenticationException.class)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessage(
            "connect: passphrase(..) failed: java.lang.IllegalStateException [%s]",
            Ssh.peer(openSsh));
    assertThatThrownBy(() -> Ssh.open(withPassword("").password(failing)))
        .isInstanceOf(AuthenticationException.class)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("password(..) failed: java.lang.IllegalStateException [");
    assertThatThrownBy(() -> Ssh.open(withPassword("").password(() -> null)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("password(..) returned null [");
  }

  @Test
  void interruptsASupplierWhenTheTimeIsOver() throws Exception {
    Path key = generate("ed25519", "RFC4716", PASSPHRASE);
    for (ConnectionOptions.Builder options :
        List.of(
            withKey(key).passphrase(AuthenticationTest::hang),
            withPassword("").password(AuthenticationTest::hang))) {
      interrupted = new CompletableFuture<>();
      Throwable failure =
          FailedConnects.timedOut(
              "connect: timed out after %d s while waiting for pass",
              limit -> Ssh.open(options.connectTimeout(limit)));
      assertThat(failure).message().containsPattern("for pass(phrase|word)[(]..[)]");
      interrupted.get(60, TimeUnit.SECONDS);
    }
  }

  private static CompletableFuture<Void> interrupted;

  private static char[] hang() {
    try {
      return new CompletableFuture<char[]>().get();
    } catch (InterruptedException e) {
      interrupted.complete(null);
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
    return new char[0];
  }

  @Test
  void asksForThePasswordInEachLogin() throws Exception {
    passwords.clear();
    var secrets = List.of("secret", "secret2").iterator();
    var right = List.of("secret", "secret2").iterator();
    try (var server =
            MinaServer.start(
                it ->
                    it.setPasswordAuthenticator(
                        (user, password, session) -> password.equals(right.next())));
        Connection sftp =
            Connection.connect(
                withPassword(server, "").password(() -> secrets.next().toCharArray()).build())) {
      server.disconnectAll();
      assertThat(sftp.exists("/")).isTrue();
      assertThat(secrets.hasNext()).isFalse();
    }
  }

  /**
   * About one wrong passphrase in 900 decrypts to what looks like the beginning of a key of
   * gigabytes.
   */
  @Test
  @Tag("long")
  void refusesAWrongPassphraseForAnyDecryptionResult() throws Exception {
    Path key = generate("rsa", "PEM", PASSPHRASE);
    for (int i = 0; i < 3_000; i++) {
      var options = withKey(key).passphrase("wrong" + i);
      assertThatThrownBy(() -> Ssh.open(options)).isInstanceOf(AuthenticationException.class);
    }
  }

  @Test
  void usesThePasswordIfTheKeysPassphraseIsMissing() throws Exception {
    Path key = generate("rsa", "RFC4716", PASSPHRASE);
    Ssh.open(withPassword("secret").privateKey(key)).close();
    assertThatThrownBy(() -> Ssh.open(withPassword("wrong").privateKey(key)))
        .hasMessageContaining("; private key " + key + " has a passphrase, and none is given; ");
  }

  @Test
  void decryptsEachKeyWithItsOwnPassphrase() throws Exception {
    Path first = generate("rsa", "RFC4716", PASSPHRASE);
    Path second = generate("ed25519", "RFC4716", "another");
    Path third = generate("ecdsa", "PEM", "a third");
    for (Path authorized : List.of(first, second, third)) {
      authorize(authorized);
      Ssh.open(
              ConnectionOptions.builder(openSsh.host())
                  .port(openSsh.port())
                  .username(openSsh.username())
                  .privateKey(first)
                  .privateKey(second, "another")
                  .privateKeyContent(Files.readString(third), "a third")
                  .passphrase(PASSPHRASE)
                  .knownHosts(openSsh.knownHosts()))
          .close();
    }
  }

  @Test
  void usesOtherCredentialsIfAKeyCannotBeDecrypted() throws Exception {
    Path locked = generate("rsa", "RFC4716", PASSPHRASE);
    Path right = generate("ed25519", "RFC4716", "");
    authorize(right);
    Ssh.open(withKey(locked).privateKey(right).passphrase("false friend")).close();
    Ssh.open(withPassword("secret").privateKey(locked, "false friend")).close();
    assertThatThrownBy(
            () -> Ssh.open(withPassword("wrong").privateKey(locked).passphrase("false friend")))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; tried ")
        .hasMessageContaining(
            "; private key " + locked + " can't be decrypted with the given passphrase; ");
  }

  @Test
  void triesTheDefaultKeysIfNothingIsGiven() throws Exception {
    Path home = Files.createDirectories(keys.resolve("home/.ssh")).getParent();
    Files.copy(generate("ed25519", "RFC4716", PASSPHRASE), home.resolve(".ssh/id_ed25519"));
    Path right = generate("rsa", "RFC4716", "");
    Files.copy(right, home.resolve(".ssh/id_rsa"));
    authorize(right);
    String before = System.setProperty("user.home", home.toString());
    try {
      Ssh.open(
              ConnectionOptions.builder("127.0.0.1")
                  .port(openSsh.port())
                  .username(openSsh.username())
                  .knownHosts(openSsh.knownHosts()))
          .close();
    } finally {
      System.setProperty("user.home", before);
    }
  }

  @Test
  void reportsAConnectionLostWhileLoggingIn() throws Exception {
    var attempts = new AtomicInteger();
    try (var server = MinaServer.start()) {
      try (var proxy = FaultProxy.to(server)) {
        server
            .unwrap()
            .setPasswordAuthenticator(
                (user, password, session) -> {
                  attempts.incrementAndGet();
                  proxy.cutNow(FaultProxy.Cut.FIN);
                  return true;
                });
        assertThatThrownBy(
                () ->
                    Ssh.open(
                        ConnectionOptions.builder("127.0.0.1")
                            .port(proxy.port())
                            .username("me")
                            .password("secret")
                            .hostKeys(io.github.jsftp.HostKeys.acceptAnyInsecurely())))
            .isExactlyInstanceOf(ConnectionException.class)
            .hasMessageContaining("connection lost while logging in: ")
            .hasMessageContaining("; a common cause is an account that has expired or may not log");
      }
    }
    assertThat(attempts).hasValue(1);
  }

  private static ConnectionOptions.Builder withPassword(String password) {
    return withPassword(mina, password);
  }

  private static ConnectionOptions.Builder withPassword(MinaServer server, String password) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username("me")
        .password(password)
        .knownHosts(server.knownHosts());
  }

  private static ConnectionOptions.Builder withKey(Path key) {
    return ConnectionOptions.builder(openSsh.host())
        .port(openSsh.port())
        .username(openSsh.username())
        .privateKey(key)
        .knownHosts(openSsh.knownHosts());
  }

  private static void authorize(Path key) throws IOException {
    Files.copy(
        Path.of(key + ".pub"),
        keys.resolve("authorized_keys"),
        java.nio.file.StandardCopyOption.REPLACE_EXISTING);
  }

  private static Path generate(String type, String format, String passphrase) throws Exception {
    Path file = Files.createTempDirectory(keys, "key").resolve("id_" + type);
    var command = new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-C", "test"));
    if (type.equals("rsa")) {
      command.addAll(List.of("-b", "2048")); // generated faster than the default
    }
    // One round, since the usual number takes 0.2 seconds each time.
    command.addAll(List.of("-m", format, "-a", "1", "-N", passphrase, "-f", file.toString()));
    run(command);
    return file;
  }

  private static String named(Path key) throws Exception {
    return key + " " + fingerprint(key);
  }

  private static String fingerprint(Path key) throws Exception {
    return run(List.of("ssh-keygen", "-l", "-f", key + ".pub")).split(" ", 3)[1];
  }

  private static String run(List<String> command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
