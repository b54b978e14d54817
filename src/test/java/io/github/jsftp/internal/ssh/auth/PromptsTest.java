package io.github.jsftp.internal.ssh.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.github.jsftp.AuthenticationException;
import io.github.jsftp.AuthenticationException.Answer;
import io.github.jsftp.Connection;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Prompts;
import io.github.jsftp.Prompts.Challenge;
import io.github.jsftp.Prompts.Question;
import io.github.jsftp.testing.ChildJvm;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.FailedConnects;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.ScriptedPrompts;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.channel.Channel;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.util.buffer.Buffer;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.server.auth.AbstractUserAuth;
import org.apache.sshd.server.auth.UserAuth;
import org.apache.sshd.server.auth.UserAuthFactory;
import org.apache.sshd.server.auth.password.PasswordAuthenticator;
import org.apache.sshd.server.auth.password.PasswordChangeRequiredException;
import org.apache.sshd.server.auth.password.UserAuthPasswordFactory;
import org.apache.sshd.server.channel.ChannelSessionFactory;
import org.apache.sshd.server.forward.AcceptAllForwardingFilter;
import org.apache.sshd.server.session.ServerSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(300)
@LeakCheck
class PromptsTest {
  private final ScriptedPrompts script = new ScriptedPrompts();
  private final List<String> shown = new CopyOnWriteArrayList<>();
  private final List<Challenge> challenges = new CopyOnWriteArrayList<>();
  private final List<MinaServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(MinaServer::close);
  }

  @Test
  void answerSeveralRoundsAndShowMessages() throws IOException {
    script
        .message("Welcome", "Read\nthis")
        .hidden("Password: ", "secret")
        .round("Second", "Two more", List.of("Code: ", "Colour: "), true, List.of("123", "blue"))
        .message("", "Last login: yesterday");
    connect(asking().prompts(answering("secret", "123", "blue")));
    assertThat(shown)
        .containsExactly(
            "Welcome|Read\nthis|",
            "||Password: hidden",
            "Second|Two more|Code: echo, Colour: echo",
            "|Last login: yesterday|");
    assertThat(challenges.get(0).destination()).isEqualTo("me@127.0.0.1:" + port());
  }

  @Test
  void areAskedOnlyForWhatThePasswordDoesNotAnswer() throws IOException {
    script
        .round("", "", List.of("Password: ", "Code: "), false, List.of("secret", "123"))
        .hidden("Password: ", "other");
    connect(asking().password("secret").prompts(answering("123", "other")));
    assertThat(shown).containsExactly("||Code: hidden", "||Password: hidden");
  }

  @Test
  void neverSeeControlCharacters() throws IOException {
    script.round("a\u001b[2J", "b\u0007\nc\u202e", List.of("d\r\n: "), false, List.of("secret"));
    connect(asking().prompts(answering("secret")));
    assertThat(shown).containsExactly("a?[2J|b?\nc?|d\n: hidden");
  }

  @Test
  void sendAOneTimeCodeAfterThePassword() throws IOException {
    script.hidden("Password: ", "secret").hidden("Verification code: ", "123456");
    connect(asking().password("secret").prompts(Prompts.oneTimeCode(() -> "123456")));
    assertThat(script.received()).containsExactly(List.of("secret"), List.of("123456"));
  }

  @Test
  void sendAOneTimeCodeAfterTheMethodPassword() throws IOException {
    script.hidden("Verification code: ", "123456");
    MinaServer server = server("password,keyboard-interactive");
    connect(options(server).password("secret").prompts(Prompts.oneTimeCode(() -> "123456")));
    assertThat(script.received()).containsExactly(List.of("123456"));
  }

  @Test
  void sendARefusedCodeOnce() {
    script.hidden("Password: ", "secret").hidden("Verification code: ", "123456");
    AuthenticationException refused =
        catchThrowableOfType(
            AuthenticationException.class,
            () ->
                connect(asking().password("secret").prompts(Prompts.oneTimeCode(() -> "654321"))));
    assertThat(refused).hasMessageContaining("; tried keyboard-interactive;");
    assertThat(refused.attempts()).hasToString("[keyboard-interactive: refused]");
    assertThat(script.received()).containsExactly(List.of("secret"), List.of("654321"));
  }

  @Test
  void neverSendACodeAsThePassword() {
    script.hidden("Password: ", "secret");
    var asked = new AtomicInteger();
    Prompts code = Prompts.oneTimeCode(() -> "" + asked.incrementAndGet());
    assertThatThrownBy(() -> connect(asking().prompts(code)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("keyboard-interactive asked 'Password:', which can't be answered");
    assertThat(script.received()).isEmpty();
    assertThat(asked).hasValue(0);
  }

  @Test
  void areAskedAgainAsOftenAsAllowed() {
    script.message("", "Again").hidden("Password: ", "secret");
    AuthenticationException refused =
        catchThrowableOfType(
            AuthenticationException.class,
            () -> connect(asking().prompts(answering("a", "b", "c", "d"))));
    assertThat(refused.attempts())
        .extracting(attempt -> attempt.answer())
        .containsExactly(Answer.REFUSED, Answer.REFUSED, Answer.REFUSED);
    assertThat(script.received()).containsExactly(List.of("a"), List.of("b"), List.of("c"));

    script.received().clear();
    assertThatThrownBy(
            () -> connect(asking().numberOfPasswordPrompts(1).prompts(answering("a", "b"))))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; tried keyboard-interactive; check the user's name and password [");
    assertThat(script.received()).containsExactly(List.of("a"));
  }

  @Test
  void neverSendTheSameAnswersTwice() {
    script.hidden("Password: ", "secret");
    assertThatThrownBy(() -> connect(asking().prompts(answering("a", "a", "b"))))
        .isInstanceOf(AuthenticationException.class);
    assertThat(script.received()).containsExactly(List.of("a"));
  }

  @Test
  void areAskedForThePasswordOfTheMethodPassword() throws IOException {
    MinaServer server = passwordServer();
    connect(options(server).prompts(answering("wrong", "secret")));
    assertThat(shown)
        .containsExactly("||me@127.0.0.1's password: hidden", "||me@127.0.0.1's password: hidden");
    AuthenticationException refused =
        catchThrowableOfType(
            AuthenticationException.class,
            () -> connect(options(server).prompts(answering("a", "b", "c", "d"))));
    assertThat(refused)
        .hasMessageContaining(
            "; tried password; the server allows password; check the user's name and password [");
    assertThat(refused.attempts())
        .hasToString("[password: refused, password: refused, password: refused]");
  }

  @Test
  void changeAPasswordThatHasExpired() throws IOException {
    MinaServer server = passwordServer();
    var changed = new CopyOnWriteArrayList<String>();
    server
        .unwrap()
        .setPasswordAuthenticator(
            new PasswordAuthenticator() {
              @Override
              public boolean authenticate(String user, String password, ServerSession session) {
                throw new PasswordChangeRequiredException("", "Your password has expired.", "en");
              }

              @Override
              public boolean handleClientPasswordChangeRequest(
                  ServerSession session, String user, String old, String fresh) {
                changed.addAll(List.of(old, fresh));
                return true;
              }
            });
    connect(options(server).password("old").prompts(answering("new", "typo", "new", "new")));
    assertThat(changed).containsExactly("old", "new");
    assertThat(shown)
        .containsExactly(
            "Password Change Required|Your password has expired.|"
                + "New password: hidden, Retype new password: hidden",
            "The passwords differ.|Your password has expired.|"
                + "New password: hidden, Retype new password: hidden");
    assertThatThrownBy(() -> connect(options(server).password("old")))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; the password has expired and must be changed; tried password; change it with ssh,"
                + " or answer with prompts(Prompts.console()) [");
  }

  @Test
  void areAskedInTheOrderOfTheOptions() throws IOException {
    script.hidden("Password: ", "no");
    MinaServer server =
        MinaServer.start(
            it -> it.setUserAuthFactories(List.of(script, UserAuthPasswordFactory.INSTANCE)));
    servers.add(server);
    connect(
        options(server)
            .authentications("gssapi-with-mic", "password", "keyboard-interactive")
            .prompts(answering("secret")));
    assertThat(script.received()).isEmpty();
    assertThatThrownBy(
            () ->
                connect(
                    options(server)
                        .authentications("keyboard-interactive")
                        .password("secret")
                        .prompts(challenge -> null)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining("; tried keyboard-interactive");
    assertThat(script.received()).containsExactly(List.of("secret"));
    assertThatThrownBy(
            () -> connect(options(server).authentications("publickey").password("secret")))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageContaining(
            "; tried nothing; the server allows keyboard-interactive, password;"
                + " authentications(..) leaves these out [");
  }

  static Stream<Arguments> failures() {
    return Stream.of(
        Arguments.of(prompts(challenge -> null), "asked 'Code:', which can't be answered"),
        Arguments.of(
            prompts(challenge -> List.of()), "prompts(..) returned too few answers to 'Code:'"),
        Arguments.of(
            prompts(challenge -> List.of("a", "b")),
            "prompts(..) returned too many answers to 'Code:'"),
        Arguments.of(
            prompts(challenge -> Arrays.asList((String) null)),
            "prompts(..) returned null instead of an answer to 'Code:'"),
        Arguments.of(
            prompts(
                challenge -> {
                  throw new IOException("no\nphone");
                }),
            "prompts(..) failed: no?phone"),
        Arguments.of(
            prompts(
                challenge -> {
                  throw new IllegalStateException("secret");
                }),
            "prompts(..) failed: java.lang.IllegalStateException ["),
        Arguments.of(
            prompts(challenge -> new FailingList()),
            "prompts(..) failed: java.lang.IllegalStateException ["));
  }

  private static Prompts prompts(Prompts prompts) {
    return prompts;
  }

  /** A list that fails when it is read. */
  private static final class FailingList extends AbstractList<String> {
    @Override
    public String get(int index) {
      throw new IllegalStateException("secret");
    }

    @Override
    public int size() {
      return 1;
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void endTheLoginIfTheyFail(Prompts prompts, String problem) {
    script.hidden("Code: ", "123");
    assertThatThrownBy(() -> connect(asking().prompts(prompts)))
        .isInstanceOf(AuthenticationException.class)
        .hasMessageStartingWith("connect: the server refused user me; tried nothing; ")
        .hasMessageContaining(problem)
        .hasMessageNotContaining("secret");
    assertThat(script.received()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void passErrorsOn() {
    script.hidden("Code: ", "123");
    var error = new AssertionError("wrong");
    assertThatThrownBy(
            () ->
                connect(
                    asking()
                        .prompts(
                            challenge -> {
                              throw error;
                            })))
        .isSameAs(error);
    assertNothingIsLeft();
  }

  @Test
  void areInterruptedWhenTheTimeIsOver() throws Exception {
    script.hidden("Code: ", "123");
    var interrupted = new CompletableFuture<Thread>();
    Prompts hanging =
        challenge -> {
          try {
            new CompletableFuture<List<String>>().get();
          } catch (Exception e) {
            interrupted.complete(Thread.currentThread());
          }
          return List.of("123");
        };
    Throwable failure =
        FailedConnects.timedOut(
            "timed out after %d s while waiting for prompts(..) to answer 'Code:' [",
            limit -> connect(asking().connectTimeout(limit).prompts(hanging)));
    assertThat(failure).hasCauseInstanceOf(SocketTimeoutException.class);
    assertThat(interrupted.get(60, TimeUnit.SECONDS).getName()).startsWith("jsftp-connect me@");
    assertThat(script.received()).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void areNotAskedForAFurtherSession() throws IOException {
    script.hidden("Code: ", "123");
    MinaServer server = server("keyboard-interactive");
    server.unwrap().setChannelFactories(List.of(new OneChannel()));
    try (var sftp = Connection.connect(options(server).prompts(answering("123", "123")).build())) {
      assertThat(sftp.listdir()).isEmpty();
      assertThatThrownBy(() -> sftp.stat("/"))
          .isInstanceOf(ConnectionException.class)
          .hasMessageContaining(
              "the server grants no further channel, and the login of a further session would ask"
                  + " prompts(..) again");
      assertThat(sftp.listdir()).isEmpty();
    }
    assertThat(shown).hasSize(1);
  }

  @Test
  void areNotAskedByAJumpHostForAFurtherSession() throws IOException {
    script.hidden("Code: ", "123");
    MinaServer jump = server("keyboard-interactive");
    jump.unwrap().setForwardingFilter(AcceptAllForwardingFilter.INSTANCE);
    MinaServer target = passwordServer();
    target.unwrap().setChannelFactories(List.of(new OneChannel()));
    ConnectionOptions options =
        options(target)
            .password("secret")
            .jumpHost(options(jump).prompts(answering("123", "123")).build())
            .build();
    try (var sftp = Connection.connect(options)) {
      assertThat(sftp.listdir()).isEmpty();
      assertThatThrownBy(() -> sftp.stat("/")).isInstanceOf(ConnectionException.class);
    }
    assertThat(shown).hasSize(1);
  }

  @Test
  void areInterruptedByClose() throws Exception {
    script.hidden("Code: ", "123");
    MinaServer server = server("keyboard-interactive");
    var asked = new AtomicInteger();
    var waiting = new CompletableFuture<Void>();
    var interrupted = new CompletableFuture<Void>();
    Prompts hangingLater =
        challenge -> {
          if (asked.getAndIncrement() > 0) {
            waiting.complete(null);
            try {
              new CompletableFuture<Void>().get();
            } catch (Exception e) {
              interrupted.complete(null);
            }
          }
          return List.of("123");
        };
    var failure = new CompletableFuture<Throwable>();
    try (var sftp = Connection.connect(options(server).prompts(hangingLater).build())) {
      server.disconnectAll();
      var caller = new Thread(() -> failure.complete(catchThrowable(sftp::listdir)));
      caller.start();
      waiting.get(60, TimeUnit.SECONDS);
    }
    interrupted.get(60, TimeUnit.SECONDS);
    assertThat(failure.get(60, TimeUnit.SECONDS)).hasMessageContaining("the connection is closed");
    assertNothingIsLeft();
  }

  /** Grants a channel to each session. */
  private static final class OneChannel extends ChannelSessionFactory {
    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();

    @Override
    public Channel createChannel(Session session) throws IOException {
      return sessions.add(session) ? super.createChannel(session) : null;
    }
  }

  @Test
  void areAskedAgainAfterALostConnection() throws IOException {
    script.hidden("Code: ", "123");
    MinaServer server = server("keyboard-interactive");
    try (var sftp = Connection.connect(options(server).prompts(answering("123", "123")).build())) {
      server.disconnectAll();
      assertThat(sftp.listdir()).isEmpty();
      assertThat(shown).hasSize(2);
    }
  }

  @Test
  void failWithoutATerminal() throws Exception {
    script.hidden("Code: ", "123");
    MinaServer server = server("keyboard-interactive");
    assertThat(ChildJvm.run(List.of(), Map.of(), ConsoleProgram.class, arguments(server)).get(0))
        .startsWith("connect: the server refused user me; tried nothing; prompts(..) failed: this")
        .contains("prompts(..) failed: this process has no terminal [me@");
  }

  @Test
  void askOnATerminalWithoutEcho() throws Exception {
    Path terminal = Path.of("/usr/bin/script");
    assumeTrue(Files.isExecutable(terminal), "needs a pseudo-terminal");
    script
        .round("Login", "First\nsecond", List.of("Name: "), true, List.of("it's me"))
        .hidden("Code:\nyou@bank's password: ", "123");
    MinaServer server = server("password,keyboard-interactive");
    List<String> command =
        ChildJvm.command(List.of(), ConsoleProgram.class.getName(), arguments(server));
    String quoted = command.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
    Process child =
        new ProcessBuilder(terminal.toString(), "-qefc", quoted, "/dev/null")
            .redirectErrorStream(true)
            .start();
    try {
      var from = "(me@127.0.0.1:" + server.port() + ") ";
      var output = new StringBuilder();
      readUntil("password: ", child, output);
      child.outputWriter().append("secret\n").flush();
      readUntil(from + "Name: ", child, output);
      child.outputWriter().append("it's me\n").flush();
      readUntil("bank's password: ", child, output);
      child.outputWriter().append("123\n").flush();
      readUntil("\r\nin\r\n(a job) Start? ", child, output);
      child.outputWriter().append("y\n").flush();
      readUntil("\r\n[y]\r\n", child, output);
      assertThat(output.toString().lines())
          .containsExactly(
              "me@127.0.0.1's password: ", // as ssh asks
              from + "Login",
              from + "First",
              from + "second",
              from + "Name: it's me",
              from + "Code:",
              from + "you@bank's password: ", // not one of another account
              "in",
              "(a job) Start? y",
              "[y]");
    } finally {
      child.destroyForcibly();
    }
  }

  private static void readUntil(String text, Process child, StringBuilder output)
      throws IOException {
    while (output.indexOf(text) < 0) {
      int c = child.inputReader().read();
      assertThat(c).as(output.toString()).isNotNegative();
      output.append((char) c);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MAX_VALUE, 100_000_000, -1})
  void areNotAskedIfTheServerLiesAboutTheirNumber(int number) throws IOException {
    MinaServer server =
        MinaServer.start(it -> it.setUserAuthFactories(List.of(new RawPrompts(number, false))));
    servers.add(server);
    assertThatThrownBy(() -> connect(options(server).prompts(answering("x"))))
        .isInstanceOf(ConnectionException.class)
        .hasMessageStartingWith("connect: connection lost while logging in: ");
    assertThat(shown).isEmpty();
    assertNothingIsLeft();
  }

  @Test
  void endWithTheTimeIfTheServerSendsMessagesForEver() throws IOException {
    MinaServer server =
        MinaServer.start(it -> it.setUserAuthFactories(List.of(new RawPrompts(0, true))));
    servers.add(server);
    assertThatThrownBy(
            () ->
                connect(
                    options(server)
                        .connectTimeout(Duration.ofSeconds(2))
                        .prompts(challenge -> null)))
        .isInstanceOf(ConnectionException.class)
        .hasMessageContaining("timed out after 2 s while ");
    assertNothingIsLeft();
  }

  /** Sends requests with a number of prompts, and no prompt. */
  private record RawPrompts(int number, boolean forever) implements UserAuthFactory {
    @Override
    public String getName() {
      return ScriptedPrompts.METHOD;
    }

    @Override
    public UserAuth createUserAuth(ServerSession session) {
      return new AbstractUserAuth(ScriptedPrompts.METHOD) {
        @Override
        protected Boolean doAuth(Buffer buffer, boolean init) throws Exception {
          if (!init && !forever) {
            return false;
          }
          Buffer request = session.createBuffer(SshConstants.SSH_MSG_USERAUTH_INFO_REQUEST);
          request.putString("");
          request.putString("Wait");
          request.putString("");
          request.putInt(number);
          session.writePacket(request);
          return null;
        }
      };
    }
  }

  private static List<String> arguments(MinaServer server) {
    return List.of(String.valueOf(server.port()), server.knownHosts().toString());
  }

  /** Logs in with prompts on the terminal, and prints the outcome. */
  static final class ConsoleProgram {
    private ConsoleProgram() {}

    public static void main(String[] arguments) throws IOException {
      var options =
          ConnectionOptions.builder("127.0.0.1")
              .port(Integer.parseInt(arguments[0]))
              .username("me")
              .knownHosts(Path.of(arguments[1]))
              .authentications("password", "keyboard-interactive")
              .prompts(Prompts.console())
              .build();
      try (Connection sftp = Connection.connect(options)) {
        System.out.println(sftp.isConnected() ? "in" : "out");
        var own = new Challenge("a job", "", "", List.of(new Question("Start? ", true)));
        System.out.println(Prompts.console().answer(own));
      } catch (AuthenticationException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Returns prompts that record each challenge and give the next of the answers. */
  private Prompts answering(String... answers) {
    Iterator<String> next = List.of(answers).iterator();
    return challenge -> {
      challenges.add(challenge);
      shown.add(
          challenge.name()
              + "|"
              + challenge.instructions()
              + "|"
              + String.join(
                  ", ",
                  challenge.questions().stream()
                      .map(question -> question.text() + (question.echo() ? "echo" : "hidden"))
                      .toList()));
      return challenge.questions().stream().map(question -> next.next()).toList();
    };
  }

  private MinaServer server(String methods) throws IOException {
    MinaServer server =
        MinaServer.start(
            it -> {
              it.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE, script));
              CoreModuleProperties.AUTH_METHODS.set(it, methods);
            });
    servers.add(server);
    return server;
  }

  private MinaServer passwordServer() throws IOException {
    MinaServer server =
        MinaServer.start(it -> it.setUserAuthFactories(List.of(UserAuthPasswordFactory.INSTANCE)));
    servers.add(server);
    return server;
  }

  private int port() {
    return servers.get(0).port();
  }

  /** Returns options for a server with the script, which is started now. */
  private ConnectionOptions.Builder asking() throws IOException {
    return options(server("keyboard-interactive"));
  }

  private static ConnectionOptions.Builder options(MinaServer server) {
    return ConnectionOptions.builder(server.host())
        .port(server.port())
        .username("me")
        .knownHosts(server.knownHosts());
  }

  private static void connect(ConnectionOptions.Builder builder) throws IOException {
    try (Connection sftp = Connection.connect(builder.build())) {
      assertThat(sftp.isConnected()).isTrue();
    }
  }

  private void assertNothingIsLeft() {
    Eventually.until(
        "all sessions to end",
        () -> servers.stream().allMatch(server -> server.openSessions() == 0));
    Eventually.until(
        "all threads to end",
        () ->
            Thread.getAllStackTraces().keySet().stream()
                .noneMatch(thread -> thread.getName().startsWith("jsftp")));
  }
}
