package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Prompts;
import io.github.jsftp.Prompts.Question;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.LoginAttempts;
import io.github.jsftp.internal.ssh.support.Wording;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Answers the server's requests for the password and the prompts of keyboard-interactive, for one
 * login. The given password is sent at most once by each of the two methods, and only to a hidden
 * prompt for it: JSch itself would send a refused password again, and servers lock accounts. {@link
 * Prompts} are asked for everything else. If there is no answer, the login ends, because JSch would
 * send empty answers.
 */
public final class LoginAnswers implements UserInfo, UIKeyboardInteractive {
  private static final String NO_ANSWER = "no answer to what the server asks";
  private static final String CHANGE_REQUESTED = "Password Change Required"; // JSch's words

  private final ConnectionOptions options;
  private final UserPrompts user;
  private final JschLog log;
  private final LoginAttempts attempts;
  private final List<String> unanswered = new ArrayList<>();

  // used by the thread that logs in
  private final Banners banners;
  private @Nullable String sent; // by the method "password"
  private int sentPasswords;
  private boolean hasAnsweredGiven; // a prompt, with the given password
  private int answeredAttempts; // of keyboard-interactive
  private List<String> lastQuestions = List.of();
  private List<String> lastAnswers = List.of();

  private volatile boolean asked;
  private volatile boolean expired;
  private volatile String reason = "";

  public LoginAnswers(ConnectionOptions options, JschLog log) {
    this.options = options;
    user = new UserPrompts(options);
    this.log = log;
    this.attempts = log.attempts();
    banners = new Banners(options.banner().orElse(null), log);
  }

  /** Returns the calls of the user's prompts, which can be ended at any time. */
  public UserPrompts user() {
    return user;
  }

  /** Returns the texts that the server shows. */
  public Banners banners() {
    return banners;
  }

  /** Returns true if a password or prompts were configured. */
  public boolean isGiven() {
    return PrivateKeys.hasPassword(options) || user.hasPrompts();
  }

  /**
   * Returns JSch's list of authentication methods, in the order to try. "publickey" is repeated for
   * each key, since JSch proceeds in the list when the server demands the same method again with
   * another key.
   */
  public String methods(int keys) {
    List<String> order = options.authentications();
    if (order.isEmpty()) {
      // A prompt that can't be answered ends the login, so such prompts come last.
      order =
          !user.hasPrompts()
              ? List.of("publickey", "password", "keyboard-interactive")
              : List.of("publickey", "keyboard-interactive", "password");
    }
    var methods = new ArrayList<String>();
    for (String method : order) {
      if (method.equals("publickey")) {
        methods.addAll(Collections.nCopies(Math.max(1, keys), method));
      } else if (isGiven()) {
        methods.add(method);
      }
    }
    return String.join(",", methods);
  }

  /**
   * Returns the server's last message since the first authentication attempt, or "" if there was
   * none.
   */
  public String reason() {
    return reason;
  }

  /** Returns true if the server requires a new password. */
  public boolean expired() {
    return expired;
  }

  /** Returns true if the {@link Prompts} were asked a question of the server. */
  public boolean hasAsked() {
    return asked;
  }

  /** Returns the prompts that could not be answered, quoted. */
  public List<String> unanswered() {
    synchronized (unanswered) {
      return List.copyOf(unanswered);
    }
  }

  @Override
  public boolean promptPassword(String message) {
    if (sentPasswords > 0) {
      attempts.refused();
    }
    String next = sentPasswords == 0 ? user.password() : null;
    if (next == null && sentPasswords < limit()) {
      List<String> answers = ask("", "", List.of(new Question(account() + "'s password: ", false)));
      next = answers == null || answers.get(0).equals(sent) ? null : answers.get(0);
    }
    if (next == null) {
      return false;
    }
    sent = next;
    sentPasswords++;
    attempts.send("password", null, null);
    return true;
  }

  @Override
  public @Nullable String getPassword() {
    return sent;
  }

  @Override
  public String @Nullable [] promptKeyboardInteractive(
      String destination, String name, String instruction, String[] prompts, boolean[] echo) {
    if (attempts.hasBegunAgain()) {
      attempts.refused();
    }
    if (prompts.length == 0) {
      log.debug("the server says: " + name + " " + instruction);
      ask(name, instruction, List.of());
      attempts.sendMore();
      return new String[0];
    }
    if (name.equals(CHANGE_REQUESTED) && prompts.length == 1) {
      return new String[] {newPassword(instruction)};
    }
    List<String> questions = List.of(prompts);
    boolean isNewAttempt = !attempts.isPending();
    boolean mayAnswer = !isNewAttempt || answeredAttempts == 0 || answeredAttempts < limit();
    List<String> answers = mayAnswer ? answers(name, instruction, prompts, echo) : null;
    boolean isRepeated = questions.equals(lastQuestions) && lastAnswers.equals(answers);
    if (answers == null || (isNewAttempt && isRepeated)) {
      addUnanswered(instruction, questions);
      throw new UnanswerablePromptException(NO_ANSWER, null);
    }
    if (isNewAttempt) {
      answeredAttempts++;
      attempts.send("keyboard-interactive", null, null);
    } else {
      attempts.sendMore();
    }
    lastQuestions = questions;
    lastAnswers = answers;
    return answers.toArray(String[]::new);
  }

  private int limit() {
    return !user.hasPrompts() ? 0 : options.numberOfPasswordPrompts();
  }

  /** Returns the answers, or null if not all prompts can be answered. */
  private @Nullable List<String> answers(
      String name, String instruction, String[] prompts, boolean[] echo) {
    var answers = new String[prompts.length];
    var open = new ArrayList<Question>();
    int password = -1;
    for (int i = 0; i < prompts.length; i++) {
      String context = prompts.length == 1 ? instruction + " " + name : "";
      boolean asks = !echo[i] && PromptText.of(prompts[i], context).asksForPresentPassword();
      if (asks && password < 0 && !hasAnsweredGiven && PrivateKeys.hasPassword(options)) {
        password = i;
      } else {
        open.add(new Question(UserPrompts.lines(prompts[i]), echo[i]));
      }
    }
    if (!open.isEmpty()) {
      List<String> others = ask(name, instruction, open);
      if (others == null) {
        return null;
      }
      var next = others.iterator();
      for (int i = 0; i < prompts.length; i++) {
        answers[i] = i == password ? "" : next.next();
      }
    }
    if (password >= 0) {
      hasAnsweredGiven = true;
      answers[password] = Objects.requireNonNull(user.password());
    }
    return Arrays.asList(answers);
  }

  /** Records prompts without an answer, unless they only repeat those whose answer was refused. */
  private void addUnanswered(String instruction, List<String> prompts) {
    if (prompts.equals(lastQuestions)) {
      return;
    }
    String context = PromptText.hasLetters(String.join("", prompts)) ? "" : instruction + " ";
    synchronized (unanswered) {
      for (String prompt : prompts) {
        expired |= answeredAttempts > 0 && PromptText.of(prompt, "").isPartOfChange();
        unanswered.add(Wording.quoted(context + prompt));
      }
    }
  }

  /** Returns the new password that the server demands by the method "password". */
  private String newPassword(String instruction) {
    expired = true;
    var questions =
        List.of(
            new Question("New password: ", false), new Question("Retype new password: ", false));
    for (int i = 0; i < limit(); i++) {
      List<String> answers =
          ask(i == 0 ? CHANGE_REQUESTED : "The passwords differ.", instruction, questions);
      if (answers == null) {
        break;
      }
      if (answers.get(0).equals(answers.get(1))) {
        return answers.get(0);
      }
    }
    throw new UnanswerablePromptException(NO_ANSWER, null);
  }

  /** Asks the server's questions, and records that it has asked some. */
  private @Nullable List<String> ask(String name, String instruction, List<Question> questions) {
    asked |= user.hasPrompts() && !questions.isEmpty();
    return user.ask(name, instruction, questions);
  }

  private String account() {
    return options.username() + "@" + options.host();
  }

  @Override
  public @Nullable String getPassphrase() {
    return null;
  }

  @Override
  public boolean promptPassphrase(String message) {
    return false;
  }

  @Override
  public boolean promptYesNo(String message) {
    return false;
  }

  @Override
  public void showMessage(String message) {
    banners.show(message);
    if (log.isLoggingIn()) { // earlier messages are banners for all users
      reason = message;
    }
  }

  /** Ends the login, because a prompt of the server can't be answered. */
  public static final class UnanswerablePromptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnanswerablePromptException(String problem, @Nullable Throwable cause) {
      super(problem, cause);
    }

    /** Returns the failure of the user's code, or null if it only gave no answer. */
    public @Nullable String problem() {
      return NO_ANSWER.equals(getMessage()) ? null : getMessage();
    }

    /** Returns the reason for disconnecting that JSch sends to the server. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // JSch sends this, not the message
    public String toString() {
      return NO_ANSWER;
    }
  }
}
