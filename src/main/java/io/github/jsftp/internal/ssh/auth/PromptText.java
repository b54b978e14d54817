package io.github.jsftp.internal.ssh.auth;

import java.util.Locale;
import java.util.regex.Pattern;

/** The lower-case text of a prompt, and what it asks for. */
final class PromptText {
  private static final Pattern PASSWORD =
      Pattern.compile(
          "passw|kennwort|mot de passe|contraseña|senha|wachtwoord|пароль|密码|密碼|パスワード|암호");
  private static final Pattern CODE = Pattern.compile("\\b(one[- ]?time|otp|code|token)\\b");
  private static final Pattern NEW_PASSWORD =
      Pattern.compile("\\b(new|retype|re-enter|repeat|again|confirm)\\b");
  private static final Pattern CHANGE = Pattern.compile("\\b(new|current)\\b.*passw");
  private static final Pattern LETTER = Pattern.compile("\\p{L}");

  private final String text;

  private PromptText(String text) {
    this.text = text.toLowerCase(Locale.ROOT);
  }

  /**
   * Returns the text of a prompt.
   *
   * @param context the instructions and the name of the challenge, which count if the prompt has no
   *     letters
   */
  static PromptText of(String prompt, String context) {
    return new PromptText(hasLetters(prompt) ? prompt : context);
  }

  static boolean hasLetters(String prompt) {
    return LETTER.matcher(prompt).find();
  }

  /** Returns true if a password, present or new, or a passphrase is asked for, not a code. */
  boolean asksForPassword() {
    return text.contains("passphrase") || isPasswordText();
  }

  private boolean isPasswordText() {
    return (PASSWORD.matcher(text).find() || NEW_PASSWORD.matcher(text).find())
        && !CODE.matcher(text).find();
  }

  /** Returns true if the present password of the account is asked for. */
  boolean asksForPresentPassword() {
    return isPasswordText() && !NEW_PASSWORD.matcher(text).find();
  }

  /** Returns true if the password is to be changed. */
  boolean isPartOfChange() {
    return CHANGE.matcher(text).find();
  }
}
