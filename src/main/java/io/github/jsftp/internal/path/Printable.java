package io.github.jsftp.internal.path;

/**
 * Makes text from a server safe to display, and writes addresses. Names and messages may contain
 * characters that move the cursor, change colours, start a new line, or reorder the text around
 * them.
 */
public final class Printable {
  private Printable() {}

  /**
   * Returns the text on one line. A question mark replaces each control character, line separator,
   * bidirectional override or isolate, and each byte that is invalid in the charset.
   */
  public static String of(CharSequence text) {
    var printable = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); ) {
      int c = Character.codePointAt(text, i);
      printable.appendCodePoint(isUnsafe(c) ? '?' : c);
      i += Character.charCount(c);
    }
    return printable.toString();
  }

  /** Returns a host and a port as in a URI: an IPv6 address is in brackets. */
  public static String hostAndPort(String host, int port) {
    return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
  }

  private static boolean isUnsafe(int c) {
    return Character.isISOControl(c)
        || c == 0x2028 // line separator
        || c == 0x2029 // paragraph separator
        || (c >= 0x202a && c <= 0x202e) // bidirectional embeddings and overrides
        || (c >= 0x2066 && c <= 0x2069) // bidirectional isolates
        || Character.getType(c) == Character.SURROGATE; // see NameEncoding
  }
}
