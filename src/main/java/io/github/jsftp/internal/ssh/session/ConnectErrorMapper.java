package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.JSchAlgoNegoFailException;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.JSchSessionDisconnectException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.auth.PasswordPrompts;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.config.CryptoProviders;
import io.github.jsftp.internal.ssh.config.Wording;
import io.github.jsftp.internal.ssh.hostkeys.HostKeyCheck;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.Phase;
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
final class ConnectErrorMapper {
  private static final Pattern AUTH = Pattern.compile("Auth (?:fail|cancel) for methods '([^']*)'");
  private static final Pattern OTHER_PROTOCOL =
      Pattern.compile("HTTP/|\\d{3}[ -]|\\+OK|\\* OK|RFB |[^ -~]");
  private static final int TOO_MANY_FAILURES = 2;
  private static final int KEY_EXCHANGE_FAILED = 3;

  private final Failures failures;
  private final JschLog log;
  private final MonitoredSocketFactory sockets;
  private final HostKeyCheck hostKey;
  private final OfferedKeys offered;
  private final PasswordPrompts passwordPrompts;

  ConnectErrorMapper(
      Failures failures,
      JschLog log,
      MonitoredSocketFactory sockets,
      HostKeyCheck hostKey,
      OfferedKeys offered,
      PasswordPrompts passwordPrompts) {
    this.failures = failures;
    this.log = log;
    this.sockets = sockets;
    this.hostKey = hostKey;
    this.offered = offered;
    this.passwordPrompts = passwordPrompts;
  }

  /** Returns the exception for what took too long. */
  IOException timedOut(Duration limit) {
    String said =
        log.phase() == Phase.GREETING && !sockets.greeting().isEmpty() ? ": " + said() : "";
    return problem(
        "timed out after " + Wording.of(limit) + " while " + log.phase().words() + said,
        new SocketTimeoutException(log.phase().words()));
  }

  /** Returns the exception for what JSch threw. */
  IOException of(Exception thrown) {
    IOException refusal = hostKey.refusal();
    if (refusal != null) {
      return refusal;
    }
    if (thrown instanceof PasswordPrompts.Unanswerable) {
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
      if (broken == null || passwordPrompts.refused()) {
        return refused(List.of(auth.group(1).split(",")), thrown);
      }
      return passwordPrompts.reason().isBlank()
          ? problem(
              "connection lost while logging in: "
                  + Wording.of(broken)
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
      return problem(CryptoProviders.lacking(message), thrown);
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
      return problem(CryptoProviders.lacking(Wording.of(cause)), cause);
    }
    if (cause instanceof SocketTimeoutException) {
      return problem("timed out while " + log.phase().words(), cause);
    }
    if (log.phase() == Phase.TCP) {
      return problem(tcp(cause), cause);
    }
    if (log.phase() == Phase.GREETING) {
      return problem(
          sockets.greeting().isEmpty()
              ? "the server closed the connection before its greeting"
              : said(),
          cause);
    }
    return problem(
        "connection lost while " + log.phase().words() + ": " + Wording.of(cause), cause);
  }

  private String said() {
    String greeting = sockets.greeting();
    String quoted = Wording.quoted(greeting);
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
    return "can't connect: " + Wording.of(cause);
  }

  private IOException refused(List<String> allowed, @Nullable Throwable cause) {
    List<String> tried = log.methods().stream().filter(this::isTried).toList();
    var text = new StringBuilder("the server refused user ").append(user());
    if (passwordPrompts.expired()) {
      text.append("; the password has expired and must be changed");
    }
    if (!passwordPrompts.reason().isBlank()) {
      text.append("; it said ").append(Wording.quoted(passwordPrompts.reason()));
    }
    text.append("; ").append(tried.isEmpty() ? nothingTried() : "tried " + named(tried));
    if (!offered.used().isEmpty() && !offered.unused().isEmpty()) {
      text.append("; not tried publickey (").append(String.join(", ", offered.unused()));
      text.append(isTooMany(cause) ? "), since the server allows no more attempts" : ")");
    }
    if (!passwordPrompts.unanswered().isEmpty()) {
      text.append("; keyboard-interactive asked ");
      text.append(String.join(", ", passwordPrompts.unanswered()));
      text.append(", to which there is no answer");
    }
    if (!allowed.isEmpty()) {
      text.append("; the server allows ").append(String.join(", ", allowed));
    }
    for (String skipped : offered.skipped()) {
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
      case "password" -> passwordPrompts.offered();
      default -> passwordPrompts.answered();
    };
  }

  private String nothingTried() {
    if (offered.size() > 0 || passwordPrompts.isGiven() || !offered.skipped().isEmpty()) {
      return "tried nothing";
    }
    return "nothing to log in with: no password given, no key found in "
        + PrivateKeys.usual().stream().map(Path::toString).collect(Collectors.joining(", "))
        + ", and "
        + offered.withoutAgent();
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
