package io.github.jsftp.internal.options.sshconfig;

import io.github.jsftp.internal.options.sshconfig.Settings.Setting;
import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.support.PatternList;
import java.io.File;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Evaluates configuration files for one host: blocks, conditions and included files. */
final class ConfigEvaluation {
  private static final int MAX_DEPTH = 16;
  private static final int MAX_FILES = 1_000;

  private final String originalHost;
  private final LocalAccount account;
  private final Settings settings;
  private final Map<String, ConfigLine> unknown = new LinkedHashMap<>();
  private final Map<Path, List<ConfigLine>> lines = new HashMap<>();
  private final ArrayDeque<Path> open = new ArrayDeque<>();
  private @Nullable String finalHost;
  private boolean needsFinalPass;

  /**
   * Creates an evaluation.
   *
   * @param originalHost the host that the program has named
   * @param settings the program's own settings, which win; receives those in the files
   */
  ConfigEvaluation(String originalHost, LocalAccount account, Settings settings) {
    this.originalHost = originalHost;
    this.account = account;
    this.settings = settings;
  }

  /**
   * A file to evaluate.
   *
   * @param path the file
   * @param isUsers true if it is the user's file, false if it is the system's
   * @param isChecked whether its owner and permissions are checked
   * @param isRequired false if the file may be missing
   */
  record Source(Path path, boolean isUsers, boolean isChecked, boolean isRequired) {}

  /** Evaluates the files in order. */
  void read(List<Source> sources) throws IOException {
    for (Source source : sources) {
      try {
        read(source.path(), source.isUsers(), source.isChecked(), true, false);
      } catch (NoSuchFileException e) {
        if (source.isRequired()) {
          throw new NoSuchFileException(source.path().toString());
        }
      }
    }
  }

  /**
   * Starts the second evaluation, in which Match final and Match canonical are met, and Host is
   * compared with the host found by the first one.
   */
  void startFinalPass(String host) {
    finalHost = host;
  }

  /** Returns true if a line needs a second evaluation. */
  boolean needsFinalPass() {
    return needsFinalPass;
  }

  /** Returns the first line of each unknown keyword that IgnoreUnknown does not list. */
  List<ConfigLine> unknown() {
    return List.copyOf(unknown.values());
  }

  /**
   * Reads a file.
   *
   * @param active whether the lines before the first Host or Match apply
   * @param never whether no block applies, since the Include line does not
   */
  private void read(Path file, boolean isUsers, boolean isChecked, boolean active, boolean never)
      throws IOException {
    List<ConfigLine> content = lines.get(file);
    if (content == null) {
      content = new ConfigFile(file, account).read(isChecked);
      lines.put(file, content);
    }
    open.push(file);
    for (ConfigLine line : content) {
      switch (line.keyword()) {
        case "host" -> active = namesHost(line) && !never;
        case "match" -> active = matches(line) && !never;
        case "include" -> include(line, isUsers, active);
        default -> apply(line, isUsers, active);
      }
    }
    open.pop();
  }

  private boolean namesHost(ConfigLine line) throws IOException {
    String host = finalHost == null ? originalHost : finalHost;
    boolean found = false;
    for (String pattern : line.filledArguments()) { // none if there is only a comment
      boolean negated = pattern.startsWith("!");
      if (PatternList.matchesPattern(negated ? pattern.substring(1) : pattern, host)) {
        if (negated) {
          return false;
        }
        found = true;
      }
    }
    return found;
  }

  private boolean matches(ConfigLine line) throws IOException {
    String host = finalHost == null ? hostSoFar() : finalHost;
    var conditions =
        new MatchConditions(
            line,
            new MatchConditions.Subject(
                host,
                originalHost,
                settings.value("User", account.name()),
                account.name(),
                settings.value("Tag", ""),
                finalHost != null),
            command -> succeeds(command, line, host));
    boolean met = conditions.areMet();
    needsFinalPass |= conditions.needFinalPass();
    return met;
  }

  private boolean succeeds(String command, ConfigLine line, String host) throws IOException {
    if (command.equals("true") || command.equals("false")) { // these need not be run
      return command.equals("true");
    }
    if (!account.mayRunCommands()) {
      throw line.problem(
          "match exec runs a command, which fromSshConfig(alias, file, true) allows; or put the"
              + " settings of the host into another file and use fromSshConfig(alias, file)");
    }
    var soFar = new SshConfig(originalHost, host, account, settings, List.of());
    return MatchCommand.succeeds(soFar.expandedExec(command, line), account, line);
  }

  /** Returns HostName with its token expanded, or else the original host. */
  String hostSoFar() throws IOException {
    Setting hostName = settings.first("HostName");
    return hostName == null || hostName.line() == null
        ? originalHost
        : Tokens.hostOnly(originalHost).expand(hostName.value(), hostName.line());
  }

  private void include(ConfigLine line, boolean isUsers, boolean active) throws IOException {
    for (String argument : line.filledArguments()) {
      for (Path file : IncludedFiles.matching(anchored(argument, line, isUsers), line)) {
        if (open.contains(file)) {
          throw line.problem("include: a file includes itself: " + chain(file));
        }
        if (open.size() > MAX_DEPTH) {
          throw line.problem("include: more than " + MAX_DEPTH + " levels of included files");
        }
        if (lines.size() >= MAX_FILES) {
          throw line.problem("include: more than " + MAX_FILES + " files");
        }
        try {
          read(file, isUsers, true, active, !active);
        } catch (NoSuchFileException e) {
          // It was deleted meanwhile.
        }
      }
    }
  }

  /** Returns the files from the first occurrence of a file to the one that includes it again. */
  private String chain(Path file) {
    var files = new ArrayList<>(open);
    Collections.reverse(files);
    files.add(file);
    return files.subList(files.indexOf(file), files.size()).stream()
        .map(each -> Printable.of(each.toString()))
        .collect(Collectors.joining(" -> "));
  }

  /** Returns an absolute path: relative ones are below ~/.ssh or the system's directory. */
  private String anchored(String path, ConfigLine line, boolean isUsers) throws IOException {
    String expanded = Tokens.environmentOnly(account).expand(path, line);
    if (expanded.startsWith("~")) {
      if (!isUsers) {
        throw line.problem("include: a system file must not name a home directory");
      }
      return account.expandTilde(expanded, line);
    }
    if (new File(expanded).isAbsolute()) {
      return expanded;
    }
    return isUsers
        ? account.expandTilde("~/.ssh/" + expanded, line)
        : account.systemDirectory() + "/" + expanded;
  }

  private void apply(ConfigLine line, boolean isUsers, boolean active) throws IOException {
    Keyword keyword = Keyword.of(line);
    if (keyword == null) {
      String ignored = settings.value("IgnoreUnknown", "");
      if (!PatternList.matches(ignored.toLowerCase(Locale.ROOT), line.keyword())) {
        unknown.putIfAbsent(line.keyword(), line);
      }
      return;
    }
    List<String> values = keyword.values(line, account);
    if (active && !values.isEmpty()) {
      settings.add(new Setting(keyword, values, line, isUsers));
    }
  }
}
