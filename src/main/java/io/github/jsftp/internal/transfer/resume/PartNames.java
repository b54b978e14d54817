package io.github.jsftp.internal.transfer.resume;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.FileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of part files: temporary files that a later call can resume. Where other temporary
 * files have 8 random letters, part files have a mark of 12 letters that identifies the source, and
 * 8 random letters. No two transfers therefore share a part file, and none can rename the
 * incomplete file of another to the target.
 */
public final class PartNames {
  /** The length of the mark. */
  static final int MARK_LENGTH = 12;

  /** The length of the mark and the random letters. */
  public static final int SUFFIX_LENGTH = MARK_LENGTH + TemporaryName.RANDOM_LETTERS;

  private final String pattern;
  private final String name;
  private final String mark;
  private final Pattern sameSource;
  private final Pattern anySource;

  /**
   * Creates the names for the part files of one target.
   *
   * @param pattern the option {@code temporaryName}
   * @param name the target's name
   * @param mark identifies the source
   */
  PartNames(String pattern, String name, String mark) {
    this.pattern = pattern;
    this.name = name;
    this.mark = mark;
    sameSource = pattern(Pattern.quote(mark) + letters(TemporaryName.RANDOM_LETTERS));
    anySource = pattern(letters(SUFFIX_LENGTH));
  }

  /**
   * Returns the entries that may be part files of any target; none without {@code resume(true)}.
   */
  public static Map<String, FileAttributes> among(
      Map<String, FileAttributes> found, TransferOptions options) {
    if (!options.resume()) {
      return Map.of();
    }
    Pattern partName = TemporaryName.pattern(options.temporaryName(), SUFFIX_LENGTH);
    var parts = new HashMap<>(found);
    parts.keySet().removeIf(name -> !partName.matcher(name).matches());
    return parts;
  }

  /** Returns a new name. */
  String create() {
    return TemporaryName.of(pattern, name, mark + TemporaryName.random());
  }

  /** Returns true if a file is a part of the same source and target. */
  boolean isSameSource(String file) {
    return sameSource.matcher(file).matches();
  }

  /**
   * Returns true if a file is a part of this target, from any source, and useless once the target
   * is complete. A shortened name may belong to another target, so only the mark counts there.
   */
  boolean isLeftover(String file) {
    return isSameSource(file)
        || (pattern.contains("{name}")
            && !TemporaryName.mayBeTruncated(file)
            && anySource.matcher(file).matches());
  }

  private Pattern pattern(String random) {
    String placeholder = "\u0000";
    String filled = TemporaryName.of(pattern, name, placeholder.repeat(SUFFIX_LENGTH));
    return Pattern.compile(
        Pattern.quote(filled).replace(placeholder.repeat(SUFFIX_LENGTH), "\\E" + random + "\\Q"),
        Pattern.DOTALL);
  }

  private static String letters(int count) {
    return "[a-z0-9]{" + count + "}";
  }
}
