package io.github.jsftp.internal.ssh.session;

import io.github.jsftp.internal.path.NameEncoding;
import io.github.jsftp.internal.path.RemotePath;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/**
 * Converts paths for ChannelSftp; the only place where they are quoted. In ChannelSftp's strings
 * each character stands for one byte, so that JSch neither replaces nor misreads any.
 */
public final class JschPaths {
  /** The file name encoding that channels must be set to. */
  static final Charset BYTES = StandardCharsets.ISO_8859_1;

  private final Charset charset;

  /** Creates a converter for a server that encodes file names in this charset. */
  public JschPaths(Charset charset) {
    this.charset = charset;
  }

  /**
   * Returns the path with wildcards and backslashes escaped. All methods of ChannelSftp need this,
   * except mkdir and realpath.
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

  /** Returns the path as mkdir and realpath need it: without escapes. */
  public String plain(String path) {
    return BYTES.decode(RemotePath.bytes(path, charset)).toString();
  }

  /** Converts a path returned by ChannelSftp. */
  public String path(String given) {
    return NameEncoding.decode(given.getBytes(BYTES), charset);
  }
}
