package io.github.jsftp;

import io.github.jsftp.internal.console.ConsolePrompts;
import io.github.jsftp.internal.ssh.auth.OneTimeCode;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers what a server asks while logging in, such as a password, a code or a new password. See
 * {@link ConnectionOptions.Builder#prompts}.
 */
@FunctionalInterface
public interface Prompts {

  /**
   * Answers the questions of a server. It is called once for each round of questions, on a thread
   * of the connection that is logging in. A challenge without questions is a message to show.
   *
   * <p>The wait for the answers is a part of connecting. When {@link
   * ConnectionOptions#connectTimeout} has passed, the login fails, and the thread is interrupted.
   *
   * @return the answers, one for each question, in the same order; null if there is no answer,
   *     which ends the login. A challenge without questions needs no answer.
   * @throws IOException if the answers can't be obtained. This exception, and any unchecked one, is
   *     the cause of the {@link AuthenticationException} that ends the login.
   */
  @Nullable List<String> answer(Challenge challenge) throws IOException;

  /**
   * Returns prompts that ask on the terminal of this process. Hidden answers are typed without
   * echo. Without a terminal the login fails, but only if the server asks for something.
   *
   * <p>A read from the terminal can't be interrupted: after {@link
   * ConnectionOptions#connectTimeout} its thread remains until the next line is typed.
   */
  static Prompts console() {
    return new ConsolePrompts();
  }

  /**
   * Returns prompts that answer a single question with a one-time code. A question for a password
   * or a passphrase never gets the code: the password is given by {@link
   * ConnectionOptions.Builder#password}, and the login fails if there is none.
   *
   * @param code returns the current code; it is called for each question
   */
  static Prompts oneTimeCode(Supplier<String> code) {
    return new OneTimeCode(code);
  }

  /**
   * A round of questions. Its texts are the server's. A question mark replaces each control
   * character in them, except for line ends, which are {@code "\n"}.
   */
  final class Challenge {
    private final String destination;
    private final String name;
    private final String instructions;
    private final List<Question> questions;

    /** Creates a challenge. */
    public Challenge(
        String destination, String name, String instructions, List<Question> questions) {
      this.destination = destination;
      this.name = name;
      this.instructions = instructions;
      this.questions = List.copyOf(questions);
    }

    /** Returns user, host and port, as in "me@host:22". */
    public String destination() {
      return destination;
    }

    /** Returns the title of the questions; often empty. */
    public String name() {
      return name;
    }

    /** Returns the text to show before the questions; may be empty or have several lines. */
    public String instructions() {
      return instructions;
    }

    /** Returns the questions; empty if there is only a text to show. The list is unmodifiable. */
    public List<Question> questions() {
      return questions;
    }

    /** Returns all texts on one line. */
    @Override
    public String toString() {
      return String.join(" ", destination, name, instructions.replace('\n', ' ')) + " " + questions;
    }
  }

  /** A question of a challenge. */
  final class Question {
    private final String text;
    private final boolean echo;

    /** Creates a question. */
    public Question(String text, boolean echo) {
      this.text = text;
      this.echo = echo;
    }

    /** Returns the text to show, such as "Verification code: "; may have several lines. */
    public String text() {
      return text;
    }

    /** Returns true if the answer may be shown while it is typed. */
    public boolean echo() {
      return echo;
    }

    /** Returns the text. */
    @Override
    public String toString() {
      return text;
    }
  }
}
