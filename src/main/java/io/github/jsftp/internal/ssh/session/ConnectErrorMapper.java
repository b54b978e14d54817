package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchInvalidHostCertificateException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.auth.KeyAttempt;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.auth.PasswordPrompts;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.support.CryptoProviders;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Turns the exceptions that JSch throws while connecting into exceptions with a clear message. */
final class ConnectErrorMapper {
  private static final Pattern AUTH = Pattern.compile("Auth (?:fail|cancel) for methods '([^']*)'");
  private static final Pattern OTHER_PROTOCOL =
      Pattern.compile("HTTP/|\\d{3}[ -]|\\+OK|\\* OK|RFB |[^ -~]");
  private static final int TOO_MANY_FAILURES = 2;
  private static final int KEY_EXCHANGE_FAILED = 3;

  private final Algorithms algorithms;
  private final Failures failures;
  private final JschLog log;
  private final MonitoredSocketFactory sockets;
  private final HostKeyCheck hostKey;
  private final OfferedKeys offered;
  private final PasswordPrompts prompts;

  ConnectErrorMapper(
      Algorithms algorithms,
      Failures failures,
      JschLog log,
      MonitoredSocketFactory sockets,
      HostKeyCheck hostKey,
      OfferedKeys offered,
      PasswordPrompts prompts) {
    this.algorithms = algorithms;
    this.failures = failures;
    this.log = log;
    this.sockets = sockets;
    this.hostKey = hostKey;
    this.offered = offered;
    this.prompts = prompts;
  }

  /** Returns the exception for a timeout, which names the step that was in progress. */
  IOException timedOut(Duration limit) {
    String greeting =
        log.phase() == ConnectPhase.GREETING && !sockets.greeting().isEmpty()
            ? ": " + quotedGreeting()
            : "";
    return failure(
        "timed out after " + Wording.of(limit) + " while " + log.phase().words() + greeting,
        new SocketTimeoutException(log.phase().words()));
  }

  /** Returns the exception for a failure reported by JSch. */
  IOException of(Exception thrown) {
    IOException refusal = hostKey.refusal();
    if (refusal != null) {
      return refusal;
    }
    if (thrown instanceof PasswordPrompts.UnanswerablePromptException) {
      return refused(List.of(), null);
    }
    if (thrown instanceof JSchInvalidHostCertificateException) {
      return hostKey.rejectCertificates();
    }
    IOException mismatch = isNegotiation(thrown) ? hostKey.noSuchType(serverKeys(thrown)) : null;
    if (mismatch != null) {
      return mismatch;
    }
    if (thrown instanceof JSchAlgoNegoFailException) {
      return failure(algorithms.noCommonAlgorithm(log), thrown);
    }
    String message = String.valueOf(thrown.getMessage());
    Matcher auth = AUTH.matcher(message);
    if (auth.lookingAt()) {
      Throwable lost = log.cause();
      if (lost == null || prompts.refused()) {
        return refused(List.of(auth.group(1).split(",")), thrown);
      }
      return prompts.reason().isBlank()
          ? failure(
              "connection lost while logging in: "
                  + Wording.of(lost)
                  + "; a common cause is an account that has expired or may not log in",
              lost)
          : refused(List.of(), lost);
    }
    if (thrown instanceof JSchSessionDisconnectException disconnect) {
      return log.phase() == ConnectPhase.LOGIN && disconnect.getReasonCode() == TOO_MANY_FAILURES
          ? refused(List.of(), thrown)
          : failure("the server hung up: " + disconnect.getDescription(), thrown);
    }
    if (thrown instanceof JSchException && message.startsWith("There are not any available")) {
      return failure(CryptoProviders.lacking(message), thrown);
    }
    return connectionFailure(thrown);
  }

  /**
   * Returns true if the two sides have no host key algorithm in common. Either side may report that
   * first; the server does not tell which algorithm it means.
   */
  private static boolean isNegotiation(Exception thrown) {
    return (thrown instanceof JSchAlgoNegoFailException negotiation
            && negotiation.getAlgorithmName().equals("server_host_key"))
        || (thrown instanceof JSchSessionDisconnectException disconnect
            && disconnect.getReasonCode() == KEY_EXCHANGE_FAILED);
  }

  private static List<String> serverKeys(Exception thrown) {
    return thrown instanceof JSchAlgoNegoFailException negotiation
        ? List.of(negotiation.getServerProposal().split(","))
        : List.of();
  }

  private IOException connectionFailure(Exception thrown) {
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    if (cause instanceof UnknownHostException) {
      return failure("unknown host", cause);
    }
    if (cause instanceof GeneralSecurityException || cause instanceof LinkageError) {
      return failure(CryptoProviders.lacking(Wording.of(cause)), cause);
    }
    if (cause instanceof SocketTimeoutException) {
      return failure("timed out while " + log.phase().words(), cause);
    }
    if (log.phase() == ConnectPhase.TCP) {
      return failure(tcpFailure(cause), cause);
    }
    if (log.phase() == ConnectPhase.GREETING) {
      return failure(
          sockets.greeting().isEmpty()
              ? "the server closed the connection before its greeting"
              : quotedGreeting(),
          cause);
    }
    return failure(
        "connection lost while " + log.phase().words() + ": " + Wording.of(cause), cause);
  }

  private String quotedGreeting() {
    String greeting = sockets.greeting();
    String quoted = Wording.quoted(greeting);
    if (greeting.startsWith("SSH-")) {
      return "the server does not speak version 2 of SSH: it said " + quoted;
    }
    return OTHER_PROTOCOL.matcher(greeting).lookingAt()
        ? "the peer is not an SSH server: it said " + quoted
        : "the server closed the connection and said " + quoted;
  }

  private static String tcpFailure(Throwable cause) {
    if (cause instanceof NoRouteToHostException) {
      return "no route to host";
    }
    if (cause instanceof ConnectException
        && String.valueOf(cause.getMessage()).contains("refused")) {
      return "connection refused";
    }
    return "can't connect: " + Wording.of(cause);
  }

  private IOException refused(List<String> allowed, @Nullable Throwable cause) {
    List<String> tried = log.methods().stream().filter(this::isTried).toList();
    var text = new StringBuilder("the server refused user ").append(user());
    if (prompts.expired()) {
      text.append("; the password has expired and must be changed");
    }
    if (!prompts.reason().isBlank()) {
      text.append("; it said ").append(Wording.quoted(prompts.reason()));
    }
    text.append("; ")
        .append(tried.isEmpty() ? whyNothingTried() : "tried " + withFingerprints(tried));
    if (!offered.used().isEmpty() && !offered.unused().isEmpty()) {
      text.append("; not tried publickey (").append(String.join(", ", offered.unused()));
      text.append(isTooManyFailures(cause) ? "), since the server allows no more attempts" : ")");
    }
    if (!prompts.unanswered().isEmpty()) {
      text.append("; keyboard-interactive asked ");
      text.append(String.join(", ", prompts.unanswered()));
      text.append(", which can't be answered");
    }
    if (!allowed.isEmpty()) {
      text.append("; the server allows ").append(String.join(", ", allowed));
    }
    for (String skipped : offered.skipped()) {
      text.append("; ").append(skipped);
    }
    offered.attempts(!allowed.isEmpty()).stream()
        .map(KeyAttempt::hint)
        .filter(hint -> !hint.isEmpty())
        .distinct()
        .forEach(hint -> text.append("; ").append(hint));
    return new AuthenticationException(
        failures.details("connect", null, text.toString()),
        failures.host(),
        failures.port(),
        tried,
        allowed,
        cause);
  }

  private static boolean isTooManyFailures(@Nullable Throwable cause) {
    return cause instanceof JSchSessionDisconnectException disconnect
        && disconnect.getReasonCode() == TOO_MANY_FAILURES;
  }

  private boolean isTried(String method) {
    return switch (method) {
      case "publickey" -> !offered.used().isEmpty();
      case "password" -> prompts.offered();
      default -> prompts.answered();
    };
  }

  private String whyNothingTried() {
    if (offered.size() > 0 || prompts.isGiven() || !offered.skipped().isEmpty()) {
      return "tried nothing";
    }
    return "nothing to log in with: no password given, no key found in "
        + PrivateKeys.defaultFiles().stream().map(Path::toString).collect(Collectors.joining(", "))
        + ", and "
        + offered.withoutAgent();
  }

  private String withFingerprints(List<String> methods) {
    return methods.stream()
        .map(
            method ->
                method.equals("publickey")
                    ? "publickey (" + String.join(", ", offered.used()) + ")"
                    : method)
        .collect(Collectors.joining(", "));
  }

  private String user() {
    String peer = failures.peer();
    return peer.substring(0, peer.lastIndexOf('@'));
  }

  private IOException failure(String words, Throwable cause) {
    return failures.connection("connect", null, words, cause);
  }
}
