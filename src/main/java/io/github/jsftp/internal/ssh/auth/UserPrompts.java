package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Prompts;
import io.github.jsftp.Prompts.Challenge;
import io.github.jsftp.Prompts.Question;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.auth.LoginAnswers.UnanswerablePromptException;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Calls the user's code for passwords, passphrases and answers, for one login. The code may block
 * for any time; {@link #close} interrupts it.
 */
public final class UserPrompts implements AutoCloseable {
  private final ConnectionOptions options;
  private @Nullable String password; // of the options, once it is known
  private @Nullable Thread waiting; // for the user's code
  private @Nullable String waitingFor;
  private boolean closed;

  UserPrompts(ConnectionOptions options) {
    this.options = options;
  }

  /** Returns true if the options have prompts. */
  boolean hasPrompts() {
    return options.prompts().isPresent();
  }

  /** Returns the prompts whose answer is being waited for, quoted, or null if there are none. */
  public synchronized @Nullable String waitingFor() {
    return waitingFor;
  }

  /** Returns the password of the options, or null if there is none. */
  @Nullable String password() {
    Supplier<char[]> supplier = options.passwordSupplier().orElse(null);
    if (password == null && supplier != null) {
      char[] supplied = call("password(..)", "the password", supplier::get);
      if (supplied == null) {
        throw new UnanswerablePromptException("password(..) returned null", null);
      }
      password = new String(supplied);
    }
    return password == null ? options.password().orElse(null) : password;
  }

  /**
   * Asks for the passphrase of a private key. Returns null if there is no answer.
   *
   * @throws IOException if the user can't be asked, such as without a terminal
   */
  @Nullable String passphrase(String key) throws IOException {
    var question = new Question("Enter passphrase for key '" + key + "': ", false);
    try {
      List<String> answers = ask("", "", List.of(question));
      return answers == null ? null : answers.get(0);
    } catch (UnanswerablePromptException e) {
      if (e.getCause() instanceof IOException) {
        throw new IOException(e.getMessage(), e);
      }
      throw e;
    }
  }

  /** Calls the prompts. Returns null if there are none, or if they return null. */
  @Nullable List<String> ask(String name, String instruction, List<Question> questions) {
    Prompts prompts = options.prompts().orElse(null);
    if (prompts == null) {
      return null;
    }
    var challenge =
        new Challenge(options.toString(), Printable.of(name), lines(instruction), questions);
    String texts =
        questions.stream()
            .map(question -> Wording.quoted(question.text()))
            .collect(Collectors.joining(", "));
    List<String> copy =
        call(
            "prompts(..)",
            texts,
            () -> {
              List<String> answers = prompts.answer(challenge);
              return answers == null
                  ? null
                  : Collections.unmodifiableList(new ArrayList<>(answers));
            });
    if (copy == null || questions.isEmpty()) {
      return null;
    }
    if (copy.size() != questions.size() || copy.contains(null)) {
      String wrong =
          copy.size() < questions.size()
              ? "too few answers"
              : copy.size() > questions.size() ? "too many answers" : "null instead of an answer";
      throw new UnanswerablePromptException("prompts(..) returned " + wrong + " to " + texts, null);
    }
    return copy;
  }

  /** Returns a text of the server that is safe to display, on as many lines. */
  static String lines(String text) {
    return text.lines().map(Printable::of).collect(Collectors.joining("\n"));
  }

  private interface UserCode<T> {
    @Nullable T call() throws Exception;
  }

  /** Calls the user's code, which {@link #close} interrupts. */
  private <T> @Nullable T call(String option, String texts, UserCode<T> code) {
    synchronized (this) {
      if (closed) {
        throw new UnanswerablePromptException("given up", null);
      }
      waiting = Thread.currentThread();
      waitingFor = option + " to answer " + texts;
    }
    try {
      return code.call();
    } catch (Exception e) {
      // The message of another exception may contain a secret.
      String why = e instanceof IOException ? Printable.of(Wording.of(e)) : e.getClass().getName();
      throw new UnanswerablePromptException(option + " failed: " + why, e);
    } finally {
      synchronized (this) {
        waiting = null;
        waitingFor = null;
      }
    }
  }

  /** Interrupts the user's code if it is running, and prevents further calls. */
  @Override
  public synchronized void close() {
    closed = true;
    if (waiting != null) {
      waiting.interrupt();
    }
  }
}
