package io.github.jsftp.internal.ssh.support;

import io.github.jsftp.ConnectionOptions;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/** Reports a list of algorithms that can't be used. */
public final class AlgorithmProblem {
  private AlgorithmProblem() {}

  /**
   * Returns the exception for a list in ssh_config, which has the file and the line number.
   *
   * @param option the name of the option
   * @param keyword its keyword in ssh_config
   * @param names the names in the options
   * @throws IllegalArgumentException if the program itself has set the list
   */
  public static IOException of(
      ConnectionOptions options,
      String option,
      String keyword,
      List<String> names,
      String problem) {
    String setting = keyword + " " + String.join(",", names) + "  # ";
    for (String line : options.describe()) {
      if (line.startsWith(setting)) {
        String place = line.substring(setting.length());
        return new IOException(place + ": " + keyword.toLowerCase(Locale.ROOT) + ": " + problem);
      }
    }
    throw new IllegalArgumentException(option + ": " + problem);
  }
}
