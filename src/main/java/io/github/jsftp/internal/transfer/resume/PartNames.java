package io.github.jsftp.internal.transfer.resume;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.internal.path.TemporaryName;
import io.github.jsftp.internal.remote.EntryAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * The names of temporary files that a later call can continue. In the place of eight random letters
 * they have twenty: a mark of what they are a part of, and eight random ones. So no two transfers
 * ever share a name, and none can put the other's half under the target's name.
 */
public final class PartNames {
  /** As many letters are the mark. */
  static final int MARK_LENGTH = 12;

  /** As many letters are the mark and the random ones. */
  public static final int SUFFIX_LENGTH = MARK_LENGTH + TemporaryName.RANDOM_LETTERS;

  private final String pattern;
  private final String name;
  private final String mark;
  private final Pattern sameSource;
  private final Pattern anySource;

  /**
   * Names for the parts of one target.
   *
   * @param pattern the options' pattern of temporary names
   * @param name the target's name
   * @param mark what tells its source from others
   */
  PartNames(String pattern, String name, String mark) {
    this.pattern = pattern;
    this.name = name;
    this.mark = mark;
    sameSource = pattern(Pattern.quote(mark) + letters(TemporaryName.RANDOM_LETTERS));
    anySource = pattern(letters(SUFFIX_LENGTH));
  }

  /** Returns what can be parts, of whatever target; nothing if the options do not ask for it. */
  public static Map<String, EntryAttributes> among(
      Map<String, EntryAttributes> found, TransferOptions options) {
    if (!options.resume()) {
      return Map.of();
    }
    Pattern partName = TemporaryName.pattern(options.temporaryName(), SUFFIX_LENGTH);
    var parts = new HashMap<>(found);
    parts.keySet().removeIf(name -> !partName.matcher(name).matches());
    return parts;
  }

  /** Returns a name that no file has had. */
  String create() {
    return TemporaryName.of(pattern, name, mark + TemporaryName.random());
  }

  /** Says whether a file is a part of the same source, for the same target. */
  boolean isSameSource(String file) {
    return sameSource.matcher(file).matches();
  }

  /**
   * Says whether a file is of no use any more when the target is complete: a part of it or of what
   * it was before. Of a name that was cut nobody knows whose it is, unless the mark tells.
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
