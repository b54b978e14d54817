package io.github.jsftp.internal.path;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** Creates names of temporary files from the pattern in the options. */
public final class TemporaryName {
  /** The maximum length of a name in most file systems, in bytes. */
  private static final int MAX_BYTES = 255;

  /** The number of random letters. */
  public static final int RANDOM_LETTERS = 8;

  private static final String ASIDE = ".{name}.jsftp-{random}.old";
  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789";
  private static final int MAX_BYTES_PER_CHARACTER = 4;

  private TemporaryName() {}

  /** Returns a new name for the temporary file of a target with this name. */
  public static String of(String pattern, String name) {
    return of(pattern, name, random());
  }

  /** Returns a path in the directory of a remote target, with a name created from this pattern. */
  public static String beside(String target, String pattern) {
    return RemotePath.child(RemotePath.parent(target), of(pattern, RemotePath.name(target)));
  }

  /** Returns a name for a temporary file, with these letters in place of random ones. */
  public static String of(String pattern, String name, String letters) {
    String filled = pattern.replace("{random}", letters);
    int rest = MAX_BYTES - bytes(filled.replace("{name}", ""));
    int places = (filled.length() - filled.replace("{name}", "").length()) / "{name}".length();
    return filled.replace("{name}", places == 0 ? "" : cut(name, rest / places));
  }

  /** Returns a path beside a remote one, to which an existing file can be moved. */
  public static String aside(String path) {
    return RemotePath.child(RemotePath.parent(path), of(ASIDE, RemotePath.name(path)));
  }

  /**
   * Returns a regular expression for names created from the pattern with this number of letters.
   * Its first group is the target's name.
   */
  public static Pattern pattern(String pattern, int letters) {
    String random = "[a-z0-9]{" + letters + "}";
    String expression =
        Pattern.quote(pattern)
            .replace("{name}", "\\E(.*)\\Q")
            .replace("{random}", "\\E" + random + "\\Q");
    return Pattern.compile(expression, Pattern.DOTALL);
  }

  /**
   * Returns true if a temporary name is so long that the target's name may have been truncated in
   * it.
   */
  public static boolean mayBeTruncated(String name) {
    return bytes(name) > MAX_BYTES - MAX_BYTES_PER_CHARACTER;
  }

  /** Truncates a text at a character boundary to at most this number of bytes. */
  private static String cut(String text, int limit) {
    if (bytes(text) <= limit) {
      return text;
    }
    int end = 0;
    int taken = 0;
    while (end < text.length()) {
      int next = text.offsetByCodePoints(end, 1);
      taken += bytes(text.substring(end, next));
      if (taken > limit) {
        break;
      }
      end = next;
    }
    return text.substring(0, end);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Returns random letters. */
  public static String random() {
    var random = ThreadLocalRandom.current();
    var letters = new char[RANDOM_LETTERS];
    for (int i = 0; i < RANDOM_LETTERS; i++) {
      letters[i] = LETTERS.charAt(random.nextInt(LETTERS.length()));
    }
    return new String(letters);
  }
}
