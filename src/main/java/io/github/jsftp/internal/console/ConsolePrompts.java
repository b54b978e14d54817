package io.github.jsftp.internal.console;

import io.github.jsftp.Prompts;
import java.io.Console;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Asks the user of a program on its terminal. */
public final class ConsolePrompts implements Prompts {
  /** Keeps the questions of several connections apart. */
  private static final ReentrantLock TERMINAL = new ReentrantLock();

  @Override
  @SuppressWarnings("SystemConsoleNull") // null without a terminal before Java 22
  public @Nullable List<String> answer(Challenge challenge) throws IOException {
    Console console = System.console();
    if (console == null || !Terminal.isInteractive()) {
      throw new IOException("this process has no terminal");
    }
    try {
      TERMINAL.lockInterruptibly();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted while waiting for the terminal");
    }
    try {
      return ask(console, challenge);
    } finally {
      TERMINAL.unlock();
    }
  }

  /**
   * Asks as ssh does: the account is put before each line of the server's texts, which could name
   * another one, and not before the question for the password of that account.
   */
  private static @Nullable List<String> ask(Console console, Challenge challenge) {
    String from = "(" + challenge.destination() + ") ";
    String forPassword = account(challenge.destination()) + "'s password: ";
    for (String text : List.of(challenge.name(), challenge.instructions())) {
      text.lines().forEach(line -> console.printf("%s%n", from + line));
    }
    var answers = new ArrayList<String>();
    for (Question question : challenge.questions()) {
      String text = question.text();
      boolean isNamed = text.equals(forPassword);
      String shown = isNamed ? text : from + text.replace("\n", "\n" + from);
      String answer = ask(console, shown, question.echo());
      if (answer == null) {
        return null;
      }
      answers.add(answer);
    }
    return answers;
  }

  /** Returns user and host of a destination such as "me@[::1]:22". */
  private static String account(String destination) {
    return destination.replaceFirst(":\\d+$", "").replaceAll("[\\[\\]]", "");
  }

  private static @Nullable String ask(Console console, String text, boolean echo) {
    if (echo) {
      return console.readLine("%s", text);
    }
    char[] secret = console.readPassword("%s", text);
    return secret == null ? null : new String(secret);
  }
}
