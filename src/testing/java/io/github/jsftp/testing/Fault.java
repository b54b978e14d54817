package io.github.jsftp.testing;

import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Requests that a {@link TestSftpServer} refuses, as {@link TestSftpServer#fail} returns them: all
 * of one operation, unless this is restricted to a path or a number of times.
 *
 * <p>Instances are safe for use by several threads.
 */
public final class Fault {
  private final Operation operation;
  private final Status status;
  private @Nullable Pattern path;
  private int times = Integer.MAX_VALUE;
  private int count;

  Fault(Operation operation, Status status) {
    this.operation = Objects.requireNonNull(operation, "operation");
    this.status = Objects.requireNonNull(status, "status");
  }

  /**
   * Restricts the fault to paths that match a glob. It is compared with the absolute path on the
   * server, without {@code .} and {@code ..} in it; for a rename or a link, one of both paths has
   * to match. {@code *} stands for any characters but {@code /}, {@code **} for any characters, and
   * {@code ?} for one character but {@code /}.
   *
   * <p>Uploads write a temporary file beside the target first: {@code /in/*a.csv*} matches both.
   *
   * @param glob such as {@code /in/*.csv}
   * @return this fault
   */
  public synchronized Fault on(String glob) {
    path = pattern(Objects.requireNonNull(glob, "glob"));
    return this;
  }

  /**
   * Restricts the fault to a number of requests; later ones succeed.
   *
   * @param n the number of requests to refuse from now on, 1 or more
   * @return this fault
   * @throws IllegalArgumentException if it is less than 1
   */
  public synchronized Fault times(int n) {
    if (n < 1) {
      throw new IllegalArgumentException("times must be 1 or more: " + n);
    }
    times = count + n;
    return this;
  }

  /** Returns how many requests were refused so far. */
  public synchronized int count() {
    return count;
  }

  /** Returns the status with which to refuse a request, or null if this fault does not. */
  synchronized @Nullable Status strikes(Operation requested, Iterable<String> paths) {
    if (requested != operation || count == times) {
      return null;
    }
    boolean matches = path == null;
    for (String candidate : paths) {
      matches |= path != null && path.matcher(candidate).matches();
    }
    if (!matches) {
      return null;
    }
    count++;
    return status;
  }

  private static Pattern pattern(String glob) {
    var regex = new StringBuilder();
    int c;
    for (int i = 0; i < glob.length(); i += Character.charCount(c)) {
      c = glob.codePointAt(i);
      if (glob.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(Character.toString(c)));
      }
    }
    return Pattern.compile(regex.toString(), Pattern.DOTALL);
  }
}
