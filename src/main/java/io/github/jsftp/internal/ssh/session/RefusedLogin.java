package io.github.jsftp.internal.ssh.session;

import com.jcraft.jsch.JSchSessionDisconnectException;
import io.github.jsftp.AuthenticationException;
import io.github.jsftp.AuthenticationException.Answer;
import io.github.jsftp.AuthenticationException.Attempt;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.internal.remote.Failures;
import io.github.jsftp.internal.results.Results;
import io.github.jsftp.internal.ssh.auth.LoginAnswers;
import io.github.jsftp.internal.ssh.auth.OfferedKeys;
import io.github.jsftp.internal.ssh.auth.PrivateKeys;
import io.github.jsftp.internal.ssh.log.LoginAttempts;
import io.github.jsftp.internal.ssh.support.Wording;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Describes a refused login: what was tried, what the server allows, and the most likely cure. */
final class RefusedLogin {
  private static final int TOO_MANY_FAILURES = 2;
  private static final int MAX_UNUSED = 10;
  private static final String PUBLIC_KEY = "publickey";
  private static final String PASSWORD = "password";
  private static final String KEYBOARD_INTERACTIVE = "keyboard-interactive";

  private final ConnectionOptions options;
  private final Failures failures;
  private final LoginAttempts attempts;
  private final OfferedKeys offered;
  private final LoginAnswers answers;

  RefusedLogin(
      ConnectionOptions options,
      Failures failures,
      LoginAttempts attempts,
      OfferedKeys offered,
      LoginAnswers answers) {
    this.options = options;
    this.failures = failures;
    this.attempts = attempts;
    this.offered = offered;
    this.answers = answers;
  }

  /** Returns true if the server has ended the login because it refused too many attempts. */
  static boolean isTooManyFailures(@Nullable Throwable cause) {
    return cause instanceof JSchSessionDisconnectException disconnect
        && disconnect.getReasonCode() == TOO_MANY_FAILURES;
  }

  /**
   * Returns the exception.
   *
   * @param allowed the methods that the server allows now; empty if it did not tell
   * @param problem the failure of the user's code, or null
   */
  AuthenticationException exception(
      List<String> allowed, @Nullable String problem, @Nullable Throwable cause) {
    boolean tooMany = isTooManyFailures(cause);
    if (tooMany) {
      attempts.refused();
    } else if (!allowed.isEmpty()) {
      attempts.end(allowed);
    }
    List<Attempt> tried = attempts.all();
    var parts = new ArrayList<String>();
    parts.add("the server refused user " + options.username());
    if (answers.expired()) {
      parts.add("the password has expired and must be changed");
    }
    if (!answers.reason().isBlank()) {
      parts.add("it said " + Wording.quoted(answers.reason()));
    }
    parts.add(tried.isEmpty() ? whyNothingTried() : "tried " + words(tried));
    if (offered.isUsed() && !offered.unused().isEmpty()) {
      String reason = tooMany ? ", since the server allows no more attempts" : "";
      parts.add("not tried publickey (" + some(offered.unused()) + ")" + reason);
    }
    if (problem != null) {
      parts.add(problem);
    } else if (!answers.unanswered().isEmpty()) {
      String asked = String.join(", ", answers.unanswered());
      parts.add("keyboard-interactive asked " + asked + ", which can't be answered");
    }
    if (!allowed.isEmpty()) {
      parts.add("the server allows " + String.join(", ", allowed));
    }
    parts.addAll(offered.skipped());
    parts.addAll(offered.hints());
    String cure = problem == null ? cure(allowed, tooMany) : "";
    if (!cure.isEmpty()) {
      parts.add(cure);
    }
    return Results.NEW.authenticationException(
        failures.details("connect", null, String.join("; ", parts)),
        failures.host(),
        failures.port(),
        tried,
        allowed,
        cause);
  }

  /** Returns the first of many keys, and the number of the others. */
  private static String some(List<String> keys) {
    int others = keys.size() - MAX_UNUSED;
    return others < 2
        ? String.join(", ", keys)
        : String.join(", ", keys.subList(0, MAX_UNUSED)) + " and " + others + " others";
  }

  private String whyNothingTried() {
    if (offered.size() > 0 || answers.isGiven() || !offered.skipped().isEmpty()) {
      return "tried nothing";
    }
    String keys =
        !options.defaultKeys().orElse(true)
            ? "no key given"
            : "no key found in "
                + PrivateKeys.defaultFiles().stream()
                    .map(Path::toString)
                    .collect(Collectors.joining(", "));
    String agent = !options.agent().orElse(true) ? "no ssh-agent used" : offered.withoutAgent();
    return "nothing to log in with: no password given, " + keys + ", and " + agent;
  }

  /** Returns the attempts, those with keys in parentheses after their method. */
  private static String words(List<Attempt> tried) {
    Map<String, List<String>> methods = new LinkedHashMap<>();
    for (Attempt attempt : tried) {
      String key =
          attempt.key().map(name -> name + " " + attempt.fingerprint().orElse("") + " ").orElse("");
      String accepted = attempt.answer() == Answer.ACCEPTED_PARTIALLY ? "accepted" : "";
      List<String> keys = methods.computeIfAbsent(attempt.method(), method -> new ArrayList<>());
      if (!(key + accepted).isEmpty()) {
        keys.add((key + accepted).strip());
      }
    }
    return methods.entrySet().stream()
        .map(
            method ->
                method.getValue().isEmpty()
                    ? method.getKey()
                    : method.getKey() + " (" + String.join(", ", method.getValue()) + ")")
        .collect(Collectors.joining(", "));
  }

  /** Returns what is most likely to help, or "" if that is not known. */
  private String cure(List<String> allowed, boolean tooMany) {
    if (answers.expired()) {
      return "change it with ssh, or answer with prompts(Prompts.console())";
    }
    if (!answers.unanswered().isEmpty()) {
      return options.prompts().isEmpty()
          ? "answer with prompts(..): Prompts.oneTimeCode(..) or Prompts.console()"
          : "";
    }
    if (tooMany) {
      return offered.unused().isEmpty() ? "" : "give the right key alone, with privateKey(..)";
    }
    List<String> chosen = options.authentications();
    if (!allowed.isEmpty() && !chosen.isEmpty() && Collections.disjoint(allowed, chosen)) {
      return "authentications(..) leaves " + (allowed.size() > 1 ? "these" : "this") + " out";
    }
    var cures = new ArrayList<String>();
    if (allowed.contains(PUBLIC_KEY)) {
      if (attempts.isRefused(PUBLIC_KEY)) {
        cures.add("add the public key to authorized_keys of " + options.username());
      } else if (offered.skipped().isEmpty() && offered.hints().isEmpty()) {
        cures.add("give a" + (offered.isUsed() ? "nother" : "") + " key with privateKey(..)");
      }
    }
    boolean asksForPassword = allowed.contains(PASSWORD) || allowed.contains(KEYBOARD_INTERACTIVE);
    if (asksForPassword && !answers.isGiven()) {
      cures.add("give password(..)" + (allowed.contains(PASSWORD) ? "" : " or prompts(..)"));
    } else if (attempts.isRefused(PASSWORD) || attempts.isRefused(KEYBOARD_INTERACTIVE)) {
      cures.add("check the user's name and password");
    }
    return String.join(", or ", cures);
  }
}
