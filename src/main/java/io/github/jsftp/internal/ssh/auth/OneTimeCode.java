package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.Prompts;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Answers a single question with a one-time code, unless it asks for a password. */
public final class OneTimeCode implements Prompts {
  private final Supplier<String> code;

  public OneTimeCode(Supplier<String> code) {
    this.code = Objects.requireNonNull(code, "code");
  }

  @Override
  public @Nullable List<String> answer(Challenge challenge) {
    List<Question> questions = challenge.questions();
    if (questions.isEmpty()) {
      return List.of();
    }
    String text = questions.get(0).text();
    String context = challenge.instructions() + " " + challenge.name();
    if (questions.size() > 1 || PromptText.of(text, context).asksForPassword()) {
      return null;
    }
    String current = code.get();
    return current == null ? null : List.of(current);
  }
}
