package io.github.jsftp.internal.path;

import java.nio.file.attribute.PosixFilePermission;
import java.util.Locale;
import java.util.Set;

/**
 * Permissions in the notation of chmod(1): decimal digits to be read as octal, such as 644 or 4755.
 */
public final class OctalMode {
  /** Common modes as octal literals. None of them, written in decimal, is a mode in use. */
  private static final Set<Integer> LITERALS =
      Set.of(
          0400, 0440, 0444, 0600, 0640, 0644, 0660, 0664, 0666, 0700, 0711, 0750, 0755, 0770, 0775,
          0777, 01777, 02755, 02775, 04755);

  /** The set-group-id bit: new entries of the directory belong to its group. */
  public static final int SET_GID = 02000;

  private OctalMode() {}

  /**
   * Returns the permission bits for the digits that a user passes.
   *
   * @throws IllegalArgumentException if they are not a mode, or if they are the value of an octal
   *     literal such as 0644, which is 420
   */
  public static int argument(int digits) {
    if (LITERALS.contains(digits)) {
      String literal = Integer.toOctalString(digits);
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "mode %d is the value of the octal literal 0%s: pass %s, without a leading zero",
              digits,
              literal,
              literal));
    }
    return bits(digits);
  }

  /**
   * Returns the permission bits for digits read as octal.
   *
   * @throws IllegalArgumentException if a digit is over 7, or if the number is negative or has more
   *     than four digits
   */
  public static int bits(int digits) {
    int bits = 0;
    int rest = digits;
    for (int shift = 0; rest > 0; shift += 3, rest /= 10) {
      int digit = rest % 10;
      if (digit > 7) {
        throw invalid(digits);
      }
      bits |= digit << shift;
    }
    if (digits < 0 || digits > 7777) {
      throw invalid(digits);
    }
    return bits;
  }

  /** Returns the bits of a set of permissions. */
  public static int bits(Set<PosixFilePermission> permissions) {
    int bits = 0;
    for (PosixFilePermission permission : permissions) {
      bits |= bit(permission);
    }
    return bits;
  }

  /** Returns the bit of a permission, such as 0400. */
  public static int bit(PosixFilePermission permission) {
    return switch (permission) {
      case OWNER_READ -> 0400;
      case OWNER_WRITE -> 0200;
      case OWNER_EXECUTE -> 0100;
      case GROUP_READ -> 040;
      case GROUP_WRITE -> 020;
      case GROUP_EXECUTE -> 010;
      case OTHERS_READ -> 04;
      case OTHERS_WRITE -> 02;
      case OTHERS_EXECUTE -> 01;
    };
  }

  /** Returns the digits for permission bits; other bits of st_mode are ignored. */
  public static int digits(int bits) {
    return Integer.parseInt(Integer.toOctalString(bits & 07777));
  }

  private static IllegalArgumentException invalid(int digits) {
    return new IllegalArgumentException(
        "mode must be one to four octal digits in decimal notation, such as 644, not " + digits);
  }
}
