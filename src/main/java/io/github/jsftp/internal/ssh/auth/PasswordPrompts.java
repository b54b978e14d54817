package io.github.jsftp.internal.ssh.auth;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import io.github.jsftp.internal.ssh.config.Wording;
import io.github.jsftp.internal.ssh.log.JschLog;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Answers a server that asks for the password, once by each of the two methods there are. JSch
 * itself would offer a refused one again and again, and servers lock accounts. Only a hidden prompt
 * for the password of the account is answered. Where JSch is told that there is no answer, it sends
 * empty strings; so the attempt to log in ends there.
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

  /** Returns true if there is a password. */
  public boolean isGiven() {
    return password != null;
  }

  /** Returns the last message of the server since a method was tried, empty if there was none. */
  public String reason() {
    return reason;
  }

  /** Returns true if the server wants the password changed. */
  public boolean expired() {
    return expired;
  }

  /** Returns true if the password was given by the method "password". */
  public synchronized boolean offered() {
    return offered;
  }

  /** Returns true if the server refused the password that was given by the method "password". */
  public synchronized boolean refused() {
    return refused;
  }

  /** Returns true if the password was given by the method "keyboard-interactive". */
  public synchronized boolean answered() {
    return answered != null;
  }

  /** Returns the prompts that were not answered, quoted. */
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
      expired = true; // how JSch passes on what belongs to the method "password"
      throw new Unanswerable();
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
    throw new Unanswerable();
  }

  /** What a prompt without words asks for stands in the instruction, or the name. */
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
    if (!log.methods().isEmpty()) { // what comes earlier is for everyone
      reason = message;
    }
  }

  /** Ends JSch's attempts to log in: there is no answer to what the server asks. */
  public static final class Unanswerable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unanswerable() {
      super("no answer to what the server asks");
    }

    /** Returns what JSch tells the server as the reason for the end. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // JSch takes this and not the message
    public String toString() {
      return String.valueOf(getMessage());
    }
  }
}
