package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.path.RemotePath;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Paths as ChannelSftp takes and gives them: the one place where they are quoted. Each character
 * there is one byte, so that ChannelSftp neither replaces nor misreads any.
 */
public final class JschPaths {
  /** What the channels are to be set to. */
  static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private final Charset charset;

  /** Paths of a server that names files in this charset. */
  public JschPaths(Charset charset) {
    this.charset = charset;
  }

  /**
   * Returns the path with what ChannelSftp would take for a wildcard or an escape escaped. All its
   * methods want this, except mkdir and realpath.
   */
  public String quoted(String path) {
    String plain = plain(path);
    var quoted = new StringBuilder(plain.length() + 8);
    for (int i = 0; i < plain.length(); i++) {
      char c = plain.charAt(i);
      if (c == '\\' || c == '*' || c == '?') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.toString();
  }

  /** Returns the path as mkdir and realpath want it. */
  public String plain(String path) {
    return BYTES.decode(RemotePath.bytes(path, charset)).toString();
  }

  /** Returns the path that ChannelSftp has given. */
  public String path(String given) {
    return NameEncoding.decode(given.getBytes(BYTES), charset);
  }
}
