package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.auth.Password;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.config.Providers;
import io.github.jsftp.internal.ssh.config.Words;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import io.github.jsftp.internal.ssh.log.LogBridge;
import io.github.jsftp.internal.ssh.log.LogBridge.Phase;
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

/** Says what went wrong when JSch could not connect. */
final class ConnectProblem {
  private static final Pattern AUTH = Pattern.compile("Auth (?:fail|cancel) for methods '([^']*)'");
  private static final Pattern OTHER_PROTOCOL =
      Pattern.compile("HTTP/|\\d{3}[ -]|\\+OK|\\* OK|RFB |[^ -~]");
  private static final int TOO_MANY_FAILURES = 2;
  private static final int KEY_EXCHANGE_FAILED = 3;

  private final Failures failures;
  private final LogBridge log;
  private final Line line;
  private final HostKeyCheck hostKey;
  private final PrivateKeys keys;
  private final OfferedKeys offered;
  private final Password password;

  ConnectProblem(
      Failures failures,
      LogBridge log,
      Line line,
      HostKeyCheck hostKey,
      PrivateKeys keys,
      OfferedKeys offered,
      Password password) {
    this.failures = failures;
    this.log = log;
    this.line = line;
    this.hostKey = hostKey;
    this.keys = keys;
    this.offered = offered;
    this.password = password;
  }

  /** Returns the exception for what took too long. */
  IOException timedOut(Duration limit) {
    String said = log.phase() == Phase.GREETING && !line.greeting().isEmpty() ? ": " + said() : "";
    return problem(
        "timed out after " + Words.of(limit) + " while " + log.phase().words() + said,
        new SocketTimeoutException(log.phase().words()));
  }

  /** Returns the exception for what JSch threw. */
  IOException of(Exception thrown) {
    IOException refusal = hostKey.refusal();
    if (refusal != null) {
      return refusal;
    }
    if (thrown instanceof Password.Unanswerable) {
      return refused(List.of(), null);
    }
    IOException noOther = hostKey.noneIsAskedFor();
    if (noOther != null && isNegotiation(thrown)) {
      return noOther;
    }
    if (thrown instanceof JSchAlgoNegoFailException nothing) {
      return problem(Algorithms.nothingInCommon(nothing), thrown);
    }
    String message = String.valueOf(thrown.getMessage());
    Matcher auth = AUTH.matcher(message);
    if (auth.lookingAt()) {
      Throwable broken = log.cause();
      if (broken == null || password.refused()) {
        return refused(List.of(auth.group(1).split(",")), thrown);
      }
      return password.reason().isBlank()
          ? problem(
              "connection lost while logging in: "
                  + Words.of(broken)
                  + "; servers do that where an account has expired or may not log in",
              broken)
          : refused(List.of(), broken);
    }
    if (thrown instanceof JSchSessionDisconnectException gone) {
      return log.phase() == Phase.LOGIN && gone.getReasonCode() == TOO_MANY_FAILURES
          ? refused(List.of(), thrown)
          : problem("the server hung up: " + gone.getDescription(), thrown);
    }
    if (thrown instanceof JSchException && message.startsWith("There are not any available")) {
      return problem(Providers.lacking(message), thrown);
    }
    return transport(thrown);
  }

  /** Returns true if the two sides have no algorithm in common; either may find that first. */
  private static boolean isNegotiation(Exception thrown) {
    return thrown instanceof JSchAlgoNegoFailException
        || (thrown instanceof JSchSessionDisconnectException gone
            && gone.getReasonCode() == KEY_EXCHANGE_FAILED);
  }

  private IOException transport(Exception thrown) {
    Throwable cause = thrown.getCause() == null ? thrown : thrown.getCause();
    if (cause instanceof UnknownHostException) {
      return problem("unknown host", cause);
    }
    if (cause instanceof GeneralSecurityException || cause instanceof LinkageError) {
      return problem(Providers.lacking(Words.of(cause)), cause);
    }
    if (cause instanceof SocketTimeoutException) {
      return problem("timed out while " + log.phase().words(), cause);
    }
    if (log.phase() == Phase.TCP) {
      return problem(tcp(cause), cause);
    }
    if (log.phase() == Phase.GREETING) {
      return problem(
          line.greeting().isEmpty()
              ? "the server closed the connection before its greeting"
              : said(),
          cause);
    }
    return problem("connection lost while " + log.phase().words() + ": " + Words.of(cause), cause);
  }

  private String said() {
    String greeting = line.greeting();
    String quoted = Words.quoted(greeting);
    if (greeting.startsWith("SSH-")) {
      return "the server does not speak version 2 of SSH: it said " + quoted;
    }
    return OTHER_PROTOCOL.matcher(greeting).lookingAt()
        ? "the peer is not an SSH server: it said " + quoted
        : "the server closed the connection and said " + quoted;
  }

  private static String tcp(Throwable cause) {
    if (cause instanceof NoRouteToHostException) {
      return "no route to host";
    }
    if (cause instanceof ConnectException
        && String.valueOf(cause.getMessage()).contains("refused")) {
      return "connection refused";
    }
    return "can't connect: " + Words.of(cause);
  }

  private IOException refused(List<String> allowed, @Nullable Throwable cause) {
    List<String> tried = log.methods().stream().filter(this::isTried).toList();
    var text = new StringBuilder("the server refused user ").append(user());
    if (password.expired()) {
      text.append("; the password has expired and must be changed");
    }
    if (!password.reason().isBlank()) {
      text.append("; it said ").append(Words.quoted(password.reason()));
    }
    text.append("; ").append(tried.isEmpty() ? nothingTried() : "tried " + named(tried));
    if (!offered.used().isEmpty() && !offered.unused().isEmpty()) {
      text.append("; not tried publickey (").append(String.join(", ", offered.unused()));
      text.append(isTooMany(cause) ? "), since the server allows no more attempts" : ")");
    }
    if (!password.unanswered().isEmpty()) {
      text.append("; keyboard-interactive asked ");
      text.append(String.join(", ", password.unanswered()));
      text.append(", to which there is no answer");
    }
    if (!allowed.isEmpty()) {
      text.append("; the server allows ").append(String.join(", ", allowed));
    }
    for (String skipped : keys.skipped()) {
      text.append("; ").append(skipped);
    }
    return new AuthenticationException(
        failures.details("connect", null, text.toString()),
        failures.host(),
        failures.port(),
        tried,
        allowed,
        cause);
  }

  private static boolean isTooMany(@Nullable Throwable cause) {
    return cause instanceof JSchSessionDisconnectException gone
        && gone.getReasonCode() == TOO_MANY_FAILURES;
  }

  private boolean isTried(String method) {
    return switch (method) {
      case "publickey" -> !offered.used().isEmpty();
      case "password" -> password.offered();
      default -> password.answered();
    };
  }

  private String nothingTried() {
    if (offered.size() > 0 || password.isGiven() || !keys.skipped().isEmpty()) {
      return "tried nothing";
    }
    return "nothing to log in with: no password given, and no key found in "
        + PrivateKeys.usual().stream().map(Path::toString).collect(Collectors.joining(", "));
  }

  private String named(List<String> methods) {
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

  private IOException problem(String words, Throwable cause) {
    return failures.connection("connect", null, words, cause);
  }
}
