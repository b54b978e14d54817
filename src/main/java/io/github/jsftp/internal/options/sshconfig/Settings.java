package io.github.jsftp.internal.options.sshconfig;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The values that apply to a host. The first value of a keyword wins. */
final class Settings {
  private static final int MAX_KEYS = 100;

  private final Map<String, List<Setting>> settings = new LinkedHashMap<>();

  /**
   * The values of a keyword on one line.
   *
   * @param keyword the keyword
   * @param values the values in the form in which {@code ssh -G} prints them
   * @param line the line, or null if the value is the program's
   * @param isUsers true if the line is in the user's file, false if it is in the system's
   */
  record Setting(Keyword keyword, List<String> values, @Nullable ConfigLine line, boolean isUsers) {
    Setting {
      values = List.copyOf(values);
    }

    /** Returns the only value. */
    String value() {
      return values.get(0);
    }

    /** Returns true if the only value is "none". */
    boolean isNone() {
      return values.size() == 1 && value().equalsIgnoreCase("none");
    }
  }

  /** Sets values if the keyword has none yet, or adds them if the keyword has several. */
  void add(Setting setting) throws IOException {
    String name = key(setting.keyword().name());
    if ((name.equals("proxycommand") && isSet("ProxyJump"))
        || (name.equals("proxyjump") && settings.containsKey("proxycommand"))) {
      return;
    }
    List<Setting> before = settings.computeIfAbsent(name, missing -> new ArrayList<>());
    boolean isDuplicate =
        before.stream()
            .anyMatch(
                other ->
                    other.isUsers() == setting.isUsers()
                        && other.values().equals(setting.values()));
    if (before.isEmpty() || (setting.keyword().kind() == Keyword.Kind.PATHS && !isDuplicate)) {
      if (before.size() == MAX_KEYS && setting.line() != null) {
        throw setting.line().problem(name + " has more than " + MAX_KEYS + " files");
      }
      before.add(setting);
    }
  }

  private boolean isSet(String keyword) {
    Setting setting = first(keyword);
    return setting != null && !setting.isNone();
  }

  /** Returns the setting of a keyword, or null if it has none. */
  @Nullable Setting first(String keyword) {
    List<Setting> all = all(keyword);
    return all.isEmpty() ? null : all.get(0);
  }

  /** Returns the first value of a keyword, or a default. */
  String value(String keyword, String missing) {
    Setting setting = first(keyword);
    return setting == null ? missing : setting.value();
  }

  /** Returns the settings of a keyword, in order. */
  List<Setting> all(String keyword) {
    return settings.getOrDefault(key(keyword), List.of());
  }

  /** Returns all settings, those of the same keyword together. */
  List<Setting> all() {
    return settings.values().stream().flatMap(List::stream).toList();
  }

  private static String key(String keyword) {
    return keyword.toLowerCase(Locale.ROOT);
  }
}
