package io.github.jsftp;

import io.github.jsftp.internal.console.ConsolePrompts;
import io.github.jsftp.internal.ssh.auth.OneTimeCode;
import java.io.IOException;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers the questions asked during a login, such as for a password, a one-time code or a new
 * password. See {@link ConnectionOptions.Builder#prompts}.
 */
@FunctionalInterface
public interface Prompts {

  /**
   * Answers one round of questions. Called on a thread of the connection that is logging in. A
   * challenge without questions has only a message to show.
   *
   * <p>The time spent here counts towards {@link ConnectionOptions#connectTimeout}. When that has
   * passed, the login fails and the thread is interrupted.
   *
   * @return the answers, one for each question, in the same order; null to end the login. If there
   *     are no questions, the result is ignored.
   * @throws IOException if the answers can't be obtained. The login then fails with an {@link
   *     AuthenticationException} that has this exception, or any unchecked one, as its cause.
   */
  @Nullable List<String> answer(Challenge challenge) throws IOException;

  /**
   * Returns prompts that ask on the terminal of this process. Secrets are typed without echo. If
   * the process has no terminal, the login fails as soon as anything is asked.
   *
   * <p>Reading from the terminal can't be interrupted: after {@link
   * ConnectionOptions#connectTimeout} the thread waits until the next line is typed.
   */
  static Prompts console() {
    return new ConsolePrompts();
  }

  /**
   * Returns prompts that answer a single question with a one-time code. They never send the code in
   * reply to a question for a password or a passphrase. Set the password with {@link
   * ConnectionOptions.Builder#password}; if it is missing, such a question ends the login.
   *
   * @param code returns the current code; called for each question
   */
  static Prompts oneTimeCode(Supplier<String> code) {
    return new OneTimeCode(code);
  }

  /**
   * A round of questions. Most texts come from the server: each control character in them is
   * replaced with a question mark, except for line ends, which are {@code "\n"}.
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

    /** Returns the title of this round; often empty. */
    public String name() {
      return name;
    }

    /** Returns the text to show before the questions; possibly empty or several lines. */
    public String instructions() {
      return instructions;
    }

    /** Returns the questions; empty if there is only a message. The list is unmodifiable. */
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

    /** Returns the text to show, such as "Verification code: "; possibly several lines. */
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
