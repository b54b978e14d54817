package io.github.jsftp.internal.path;

/**
 * Makes text from elsewhere safe to show. Names and messages of a server can hold characters that
 * move the cursor, colour the screen, start a line, or change the order in which others are read.
 */
public final class Printable {
  private Printable() {}

  /**
   * Returns the text on one line, with a question mark for each control character, line separator,
   * bidirectional override or isolate, and each byte that is no character.
   */
  public static String of(CharSequence text) {
    var printable = new StringBuilder(text.length());
    text.codePoints().map(c -> isUnsafe(c) ? '?' : c).forEach(printable::appendCodePoint);
    return printable.toString();
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
