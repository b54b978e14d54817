package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.ssh.support.PatternList;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Set;

/** The conditions of a Match line. */
final class MatchConditions {
  private static final Set<String> WITHOUT_VALUE = Set.of("all", "canonical", "final");
  private static final Set<String> MAY_BE_EMPTY = Set.of("tagged", "command");

  /**
   * What the conditions are compared with.
   *
   * @param host the host as it is known so far
   * @param originalHost the host that the program has named
   * @param user the remote user as known so far
   * @param localUser the user who runs this program
   * @param tag the tag, or an empty string
   * @param isFinal true while the files are evaluated for the second time
   */
  record Subject(
      String host,
      String originalHost,
      String user,
      String localUser,
      String tag,
      boolean isFinal) {}

  /** Tells if a command of Match exec succeeds. */
  @FunctionalInterface
  interface CommandTest {
    boolean succeeds(String command) throws IOException;
  }

  private final ConfigLine line;
  private final Subject subject;
  private final CommandTest commands;
  private final ArrayDeque<String> words;
  private boolean met = true;
  private boolean namesFinal;
  private int conditions;

  MatchConditions(ConfigLine line, Subject subject, CommandTest commands) {
    this.line = line;
    this.subject = subject;
    this.commands = commands;
    this.words = new ArrayDeque<>(line.arguments());
  }

  /**
   * Returns true if all conditions are met. Conditions after one that is not met are checked for
   * their form only.
   *
   * @throws IOException if the line is malformed, or a command would have to be run
   */
  boolean areMet() throws IOException {
    while (!words.isEmpty()) {
      String word = words.remove();
      boolean negated = word.startsWith("!");
      int equals = word.indexOf('=');
      String name =
          word.substring(negated ? 1 : 0, equals < 0 ? word.length() : equals)
              .toLowerCase(Locale.ROOT);
      if (equals >= 0) {
        words.addFirst(word.substring(equals + 1));
      }
      if (name.equals("all")) {
        return all(negated);
      }
      conditions++;
      namesFinal |= name.equals("final") && !negated;
      String value = WITHOUT_VALUE.contains(name) ? "" : value(name);
      if (isMet(name, value) == negated) {
        met = false;
      }
    }
    if (conditions == 0) {
      throw line.problem("match has no condition");
    }
    return met;
  }

  /** Returns true if a condition needs the files to be evaluated a second time. */
  boolean needFinalPass() {
    return namesFinal;
  }

  private boolean all(boolean negated) throws IOException {
    if (conditions > 1 || !words.isEmpty()) {
      throw line.problem("match: all can't be combined with other conditions");
    }
    return met && !negated;
  }

  private String value(String name) throws IOException {
    String value = words.poll();
    if ("=".equals(value)) {
      value = words.poll();
    }
    if (value == null || (value.isEmpty() && !MAY_BE_EMPTY.contains(name))) {
      throw line.problem("match: " + ConfigLine.quoted(name) + " has no value");
    }
    return value;
  }

  private boolean isMet(String name, String value) throws IOException {
    return switch (name) {
      case "canonical", "final" -> subject.isFinal();
      case "host" -> matchesHost(value, subject.host());
      case "originalhost" -> matchesHost(value, subject.originalHost());
      case "user" -> PatternList.matches(value, subject.user());
      case "localuser" -> PatternList.matches(value, subject.localUser());
      case "tagged" -> matchesOptional(value, subject.tag());
      case "command" -> matchesOptional(value, "sftp"); // as sftp(1) starts ssh
      case "sessiontype" -> PatternList.matches(value, "subsystem");
      case "version" -> PatternList.matches(value, "jsftp");
      case "localnetwork" -> LocalNetworks.contain(value, line);
      case "exec" -> met && commands.succeeds(value);
      default -> throw line.problem("match: unknown condition " + ConfigLine.quoted(name));
    };
  }

  private static boolean matchesHost(String list, String host) {
    return PatternList.matches(list.toLowerCase(Locale.ROOT), host.toLowerCase(Locale.ROOT));
  }

  private static boolean matchesOptional(String list, String text) {
    return text.isEmpty() ? list.isEmpty() : PatternList.matches(list, text);
  }
}
