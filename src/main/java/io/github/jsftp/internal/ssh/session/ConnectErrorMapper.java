package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchInvalidHostCertificateException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import io.github.jsftp.ConnectionException;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.auth.LoginAnswers;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.route.RouteException;
import io.github.jsftp.internal.ssh.route.Routes;
import io.github.jsftp.internal.ssh.support.CryptoProviders;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns the exceptions that JSch throws while connecting into exceptions with a clear message. */
final class ConnectErrorMapper {
  private static final Pattern AUTH = Pattern.compile("Auth (?:fail|cancel) for methods '([^']*)'");
  private static final Pattern OTHER_PROTOCOL =
      Pattern.compile("HTTP/|\\d{3}[ -]|\\+OK|\\* OK|RFB |[^ -~]");
  private static final int KEY_EXCHANGE_FAILED = 3;

  private final Algorithms algorithms;
  private final Failures failures;
  private final JschLog log;
  private final MonitoredStream stream;
  private final HostKeyCheck hostKey;
  private final OfferedKeys offered;
  private final LoginAnswers answers;
  private final RefusedLogin refusedLogin;

  ConnectErrorMapper(
      SessionSettings settings,
      JschLog log,
      MonitoredStream stream,
      HostKeyCheck hostKey,
      OfferedKeys offered,
      LoginAnswers answers) {
    this.algorithms = settings.algorithms();
    this.failures = settings.failures();
    this.log = log;
    this.stream = stream;
    this.hostKey = hostKey;
    this.offered = offered;
    this.answers = answers;
    refusedLogin = new RefusedLogin(settings.options(), failures, log.attempts(), offered, answers);
  }

  /** Returns the exception for a timeout, which names the step that was in progress. */
  IOException timedOut(Duration limit) {
    String greeting =
        log.phase() == ConnectPhase.GREETING && !stream.greeting().isEmpty()
            ? ": " + quotedGreeting("the peer only said ")
            : "";
    String waitingFor =
        answers.user().waitingFor() == null ? offered.waitingFor() : answers.user().waitingFor();
    return failure(
        "timed out after "
            + Wording.of(limit)
            + " while "
            + (waitingFor == null ? log.step() : "waiting for " + waitingFor)
            + greeting,
        new SocketTimeoutException(log.step()));
  }

  /** Returns the exception for a failure reported by JSch. */
  IOException of(Exception thrown) {
    IOException refusal = hostKey.refusal();
    if (refusal != null) {
      return refusal;
    }
    RuntimeException bannerFailure = answers.banners().failure();
    if (bannerFailure != null) {
      return abandoned("banner(..) failed: " + bannerFailure.getClass().getName(), bannerFailure);
    }
    if (thrown instanceof LoginAnswers.UnanswerablePromptException unanswerable) {
      return refusedLogin.exception(List.of(), unanswerable.problem(), unanswerable.getCause());
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
      if (lost == null || log.attempts().isRefused("password")) {
        return refused(List.of(auth.group(1).split(",")), thrown);
      }
      return answers.reason().isBlank()
          ? failure(
              "connection lost while logging in: "
                  + Wording.of(lost)
                  + "; a common cause is an account that has expired or may not log in",
              lost)
          : refused(List.of(), lost);
    }
    if (thrown instanceof JSchSessionDisconnectException disconnect) {
      return log.phase() == ConnectPhase.LOGIN && RefusedLogin.isTooManyFailures(thrown)
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
    if (cause instanceof ConnectionException hop) {
      return hop; // of a jump host
    }
    if (cause instanceof RouteException route) {
      return route.isRefused()
          ? abandoned(route.getMessage(), route)
          : failure(String.valueOf(route.getMessage()), cause);
    }
    if (cause instanceof GeneralSecurityException || cause instanceof LinkageError) {
      return failure(CryptoProviders.lacking(Wording.of(cause)), cause);
    }
    if (cause instanceof SocketTimeoutException) {
      return failure("timed out while " + log.step(), cause);
    }
    if (log.phase() == ConnectPhase.LOOKUP || log.phase() == ConnectPhase.TCP) {
      return failure(Routes.tcpFailure(cause), cause);
    }
    if (log.phase() == ConnectPhase.GREETING) {
      return failure(
          stream.greeting().isEmpty()
              ? "the server closed the connection before its greeting"
              : quotedGreeting("the server closed the connection and said "),
          cause);
    }
    return failure("connection lost while " + log.step() + ": " + Wording.of(cause), cause);
  }

  /**
   * Quotes what was received instead of a greeting.
   *
   * @param otherwise the words for what is of no known protocol
   */
  private String quotedGreeting(String otherwise) {
    String greeting = stream.greeting();
    String quoted = Wording.quoted(greeting);
    if (greeting.startsWith("SSH-")) {
      return "the server does not speak version 2 of SSH: it said " + quoted;
    }
    return OTHER_PROTOCOL.matcher(greeting).lookingAt()
        ? "the peer is not an SSH server: it said " + quoted
        : otherwise + quoted;
  }

  /** Returns the exception for a login that another attempt would not make succeed. */
  private IOException abandoned(@Nullable String words, Throwable cause) {
    return Results.NEW.authenticationException(
        failures.details("connect", null, String.valueOf(words)),
        failures.host(),
        failures.port(),
        List.of(),
        List.of(),
        cause);
  }

  private IOException refused(List<String> allowed, @Nullable Throwable cause) {
    return refusedLogin.exception(allowed, null, cause);
  }

  private IOException failure(String words, Throwable cause) {
    return failures.connection("connect", null, words, cause);
  }
}
