package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.support.Wording;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers the server's requests for the password, at most once for each of the two methods. JSch
 * itself would offer a refused password repeatedly, and servers lock accounts. Only a hidden prompt
 * for the account's password is answered. Any other prompt ends the login, because JSch would send
 * empty answers.
 */
public final class PasswordPrompts implements UserInfo, UIKeyboardInteractive {
  private static final Pattern ASKS_FOR_PASSWORD =
      Pattern.compile(
          "passw|kennwort|mot de passe|contraseña|senha|wachtwoord|пароль|密码|密碼|パスワード|암호");
  private static final Pattern ASKS_FOR_ANOTHER =
      Pattern.compile(
          "\\b(one[- ]?time|otp|new|retype|re-enter|repeat|again|confirm|code|token)\\b");
  private static final Pattern CHANGES_PASSWORD = Pattern.compile("\\b(new|current)\\b.*passw");
  private static final Pattern LETTER = Pattern.compile("\\p{L}");

  private final @Nullable String password;
  private final JschLog log;
  private final List<String> unanswered = new ArrayList<>();
  private boolean offered;
  private @Nullable String answered;
  private boolean refused;
  private volatile boolean expired;
  private volatile String reason = "";

  public PasswordPrompts(@Nullable String password, JschLog log) {
    this.password = password;
    this.log = log;
  }

  /** Returns true if a password was configured. */
  public boolean isGiven() {
    return password != null;
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

  /** Returns true if the password was sent with the method "password". */
  public synchronized boolean offered() {
    return offered;
  }

  /** Returns true if the server refused the password sent with the method "password". */
  public synchronized boolean refused() {
    return refused;
  }

  /** Returns true if the password was sent with the method "keyboard-interactive". */
  public synchronized boolean answered() {
    return answered != null;
  }

  /** Returns the prompts that could not be answered, quoted. */
  public synchronized List<String> unanswered() {
    return List.copyOf(unanswered);
  }

  @Override
  public synchronized boolean promptPassword(String message) {
    refused |= offered;
    if (refused || password == null) {
      return false;
    }
    offered = true;
    return true;
  }

  @Override
  public @Nullable String getPassword() {
    return password;
  }

  @Override
  public synchronized String @Nullable [] promptKeyboardInteractive(
      String destination, String name, String instruction, String[] prompts, boolean[] echo) {
    if (prompts.length == 0) {
      log.note("the server says: " + name + " " + instruction);
      return new String[0];
    }
    if (name.equals("Password Change Required")) {
      expired = true; // JSch reports the request of the method "password" like this
      throw new UnanswerablePromptException();
    }
    boolean asks =
        prompts.length == 1 && !echo[0] && asksForPassword(prompts[0], instruction, name);
    if (asks && password != null && answered == null) {
      answered = prompts[0];
      return new String[] {password};
    }
    if (!asks || !prompts[0].equals(answered)) {
      String context = LETTER.matcher(String.join("", prompts)).find() ? "" : instruction + " ";
      for (String prompt : prompts) {
        String lower = prompt.toLowerCase(Locale.ROOT);
        expired |= answered != null && CHANGES_PASSWORD.matcher(lower).find();
        unanswered.add(Wording.quoted(context + prompt));
      }
    }
    throw new UnanswerablePromptException();
  }

  /**
   * Returns true if a prompt asks for the account's password. If the prompt has no letters, the
   * instruction and the name are checked instead.
   */
  private static boolean asksForPassword(String prompt, String instruction, String name) {
    String text = LETTER.matcher(prompt).find() ? prompt : instruction + " " + name;
    String lower = text.toLowerCase(Locale.ROOT);
    return ASKS_FOR_PASSWORD.matcher(lower).find() && !ASKS_FOR_ANOTHER.matcher(lower).find();
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
    log.note("the server says: " + message);
    if (!log.methods().isEmpty()) { // earlier messages are banners for all users
      reason = message;
    }
  }

  /** Ends the login, because a prompt of the server can't be answered. */
  public static final class UnanswerablePromptException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnanswerablePromptException() {
      super("no answer to what the server asks");
    }

    /** Returns the reason for disconnecting that JSch sends to the server. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // JSch sends this, not the message
    public String toString() {
      return String.valueOf(getMessage());
    }
  }
}
