package io.github.jsftp.internal.path;

/** Permissions as chmod(1) takes them: digits to be read as octal, such as 644 or 4755. */
public final class OctalMode {
  private OctalMode() {}

  /**
   * Returns the permission bits of digits read as octal.
   *
   * @throws IllegalArgumentException if there is a digit over 7, a sign, or a fifth digit
   */
  public static int bits(int digits) {
    int bits = 0;
    int rest = digits;
    for (int shift = 0; rest > 0; shift += 3, rest /= 10) {
      int digit = rest % 10;
      if (digit > 7) {
        throw refused(digits);
      }
      bits |= digit << shift;
    }
    if (digits < 0 || digits > 7777) {
      throw refused(digits);
    }
    return bits;
  }

  /** Returns the digits of permission bits; what else is in st_mode is left out. */
  public static int digits(int bits) {
    return Integer.parseInt(Integer.toOctalString(bits & 07777));
  }

  private static IllegalArgumentException refused(int digits) {
    return new IllegalArgumentException(
        "mode must be one to four octal digits in decimal notation, such as 644, not " + digits);
  }
}
