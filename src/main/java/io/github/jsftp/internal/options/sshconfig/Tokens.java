package io.github.jsftp.internal.options.sshconfig;

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The tokens in values, such as %h, and environment variables in braces. */
final class Tokens {
  private final Map<Character, Token> tokens;
  private final @Nullable Map<String, String> environment;

  private Tokens(Map<Character, Token> tokens, @Nullable Map<String, String> environment) {
    this.tokens = tokens;
    this.environment = environment;
  }

  /** The value of a token, determined when it is needed. */
  interface Token {
    String get() throws IOException;
  }

  /** Returns tokens that expand only environment variables, as in "${HOME}". */
  static Tokens environmentOnly(LocalAccount account) {
    return new Tokens(Map.of(), account.environment());
  }

  /** Returns tokens that expand %h only. */
  static Tokens hostOnly(String host) {
    return new Tokens(Map.of('h', () -> host, '%', () -> "%"), null);
  }

  /** Returns tokens that expand these and environment variables. */
  static Tokens of(Map<Character, Token> tokens, LocalAccount account) {
    return new Tokens(new HashMap<>(tokens), account.environment());
  }

  /** Returns tokens that expand these only. */
  static Tokens withoutEnvironment(Map<Character, Token> tokens) {
    return new Tokens(tokens, null);
  }

  /**
   * Replaces the tokens in a value. The value of a token is not expanded again.
   *
   * @throws IOException if a token is unknown, or an environment variable is not set
   */
  String expand(String value, ConfigLine line) throws IOException {
    var expanded = new StringBuilder();
    int at = 0;
    while (at < value.length()) {
      char c = value.charAt(at);
      if (environment != null && value.startsWith("${", at)) {
        int end = value.indexOf('}', at);
        String name = value.substring(at + 2, Math.max(at + 2, end));
        if (name.isEmpty()) {
          throw line.problem("not an environment variable in braces: " + ConfigLine.quoted(value));
        }
        String variable = environment.get(name);
        if (variable == null) {
          throw line.problem("the environment variable " + ConfigLine.quoted(name) + " is not set");
        }
        expanded.append(variable);
        at = end + 1;
      } else if (c == '%' && !tokens.isEmpty()) {
        expanded.append(token(value, at + 1, line));
        at += 2;
      } else {
        expanded.append(c);
        at++;
      }
    }
    return expanded.toString();
  }

  private String token(String value, int at, ConfigLine line) throws IOException {
    char name = at < value.length() ? value.charAt(at) : ' ';
    Token token = tokens.get(name);
    if (token == null) {
      throw line.problem(
          "unknown token %"
              + String.valueOf(name).strip()
              + " in "
              + ConfigLine.quoted(value)
              + "; write % itself as %%");
    }
    return token.get();
  }
}
