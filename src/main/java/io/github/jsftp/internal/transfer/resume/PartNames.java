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
  static final int MARK_LETTERS = 12;

  /** As many letters are the mark and the random ones. */
  public static final int LETTERS = MARK_LETTERS + TemporaryName.RANDOM_LETTERS;

  private final String pattern;
  private final String name;
  private final String mark;
  private final Pattern same;
  private final Pattern any;

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
    same = expression(Pattern.quote(mark) + letters(TemporaryName.RANDOM_LETTERS));
    any = expression(letters(LETTERS));
  }

  /** Returns what can be parts, of whatever target; nothing if the options do not ask for it. */
  public static Map<String, EntryAttributes> among(
      Map<String, EntryAttributes> found, TransferOptions options) {
    if (!options.resume()) {
      return Map.of();
    }
    Pattern parts = TemporaryName.pattern(options.temporaryName(), LETTERS);
    var among = new HashMap<>(found);
    among.keySet().removeIf(name -> !parts.matcher(name).matches());
    return among;
  }

  /** Returns a name that no file has had. */
  String fresh() {
    return TemporaryName.of(pattern, name, mark + TemporaryName.random());
  }

  /** Says whether a file is a part of the same source, for the same target. */
  boolean isSame(String file) {
    return same.matcher(file).matches();
  }

  /**
   * Says whether a file is of no use any more when the target is complete: a part of it or of what
   * it was before. Of a name that was cut nobody knows whose it is, unless the mark tells.
   */
  boolean isStale(String file) {
    return isSame(file)
        || (pattern.contains("{name}")
            && !TemporaryName.isFull(file)
            && any.matcher(file).matches());
  }

  private Pattern expression(String random) {
    String stand = "\u0000";
    String filled = TemporaryName.of(pattern, name, stand.repeat(LETTERS));
    return Pattern.compile(
        Pattern.quote(filled).replace(stand.repeat(LETTERS), "\\E" + random + "\\Q"),
        Pattern.DOTALL);
  }

  private static String letters(int count) {
    return "[a-z0-9]{" + count + "}";
  }
}
