package io.github.jsftp.internal.ssh;

/** Paths as ChannelSftp takes them: the one place where they are quoted. */
final class JschPaths {
  private JschPaths() {}

  /**
   * Returns the path with what ChannelSftp would take for a wildcard or an escape escaped. All its
   * methods want this, except mkdir and realpath.
   */
  static String quoted(String path) {
    var quoted = new StringBuilder(path.length() + 8);
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '\\' || c == '*' || c == '?') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.toString();
  }
}
