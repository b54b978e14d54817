package io.github.jsftp.internal.inbox;

import io.github.jsftp.internal.path.TemporaryName;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The name that a file has while an inbox works on it: hidden, with the original name and the id of
 * the claim. Since each id is random, a rename to such a name never replaces a file.
 *
 * @param name the original name
 * @param id the id of the claim
 */
record ClaimName(String name, String id) {
  private static final int MAX_BYTES = 255;
  private static final Pattern FORM =
      Pattern.compile("\\.(.+)\\.jsftp-claim-([a-z0-9]{16})", Pattern.DOTALL);

  /** Returns the claim that a name stands for, or null if it is an ordinary name. */
  static @Nullable ClaimName parse(String name) {
    Matcher form = FORM.matcher(name);
    return form.matches() ? new ClaimName(form.group(1), form.group(2)) : null;
  }

  static String newId() {
    return TemporaryName.random() + TemporaryName.random();
  }

  /** Returns true if the name is too long for most file systems. */
  boolean isTooLong() {
    return text().getBytes(StandardCharsets.UTF_8).length > MAX_BYTES;
  }

  String text() {
    return "." + name + ".jsftp-claim-" + id;
  }
}
