package io.github.jsftp.internal.ssh.log;

import com.jcraft.jsch.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Passes JSch's log on, and learns from it what JSch tells nowhere else: how far connecting has
 * come, what was tried and proposed, and why a session died. One for each session.
 */
public final class JschLog implements Logger {
  private static final String NEXT_METHOD = "Next authentication method: ";
  private static final String PROPOSAL = "client proposal: ";
  private static final String LEAVING = "Caught an exception, leaving main loop";
  private static final String AUTH_BROKEN = "an exception during authentication";

  private final ConnectionLog log;
  private final List<String> methods = new ArrayList<>();
  private final Map<String, List<String>> proposals = new ConcurrentHashMap<>();
  private volatile Phase phase = Phase.LOOKUP;
  private volatile @Nullable Throwable cause;

  public JschLog(ConnectionLog log) {
    this.log = log;
  }

  /** How far connecting has come. */
  public enum Phase {
    LOOKUP("looking up the host"),
    TCP("connecting"),
    GREETING("waiting for the server's greeting"),
    KEYS("exchanging keys"),
    LOGIN("logging in"),
    OPEN("opening a channel");

    private final String words;

    Phase(String words) {
      this.words = words;
    }

    /** Returns what is going on, as in "timed out while ...". */
    public String words() {
      return words;
    }
  }

  @Override
  public boolean isEnabled(int level) {
    return level >= INFO || log.takes(level(level));
  }

  @Override
  public void log(int level, String message) {
    learn(message, null);
    log.add(level(level), message, null);
  }

  @Override
  public void log(int level, String message, @Nullable Throwable why) {
    learn(message, why);
    log.add(level(level), message, why);
  }

  /** JSch's information and warnings belong to every normal connection. */
  private static Level level(int level) {
    return switch (level) {
      case DEBUG -> Level.TRACE;
      case INFO, WARN -> Level.DEBUG;
      default -> Level.WARNING;
    };
  }

  private void learn(String message, @Nullable Throwable why) {
    if (message.startsWith("Remote version string")) {
      reach(Phase.KEYS);
    } else if (message.startsWith("SSH_MSG_SERVICE_REQUEST sent")) {
      reach(Phase.LOGIN);
    } else if (message.startsWith(NEXT_METHOD)) {
      synchronized (methods) {
        methods.add(message.substring(NEXT_METHOD.length()));
      }
    } else if (message.startsWith(PROPOSAL)) {
      int colon = message.indexOf(": ", PROPOSAL.length());
      if (colon > 0) {
        proposals.put(
            message.substring(PROPOSAL.length(), colon),
            List.of(message.substring(colon + 2).split(",")));
      }
    } else if (why != null && (message.startsWith(LEAVING) || message.startsWith(AUTH_BROKEN))) {
      cause = why;
    }
  }

  /** Notes how far connecting has come. */
  public void reach(Phase next) {
    phase = next;
  }

  /** Logs a message of ours. */
  public void note(String message) {
    log.add(Level.DEBUG, message, null);
  }

  /** Logs what users should know of. */
  public void warn(String message) {
    log.add(Level.WARNING, message, null);
  }

  public Phase phase() {
    return phase;
  }

  /** Returns the authentication methods tried, in order. */
  public List<String> methods() {
    synchronized (methods) {
      return methods.stream().distinct().toList();
    }
  }

  /** Returns what was proposed under JSch's name for it, such as "MACs ctos". */
  public List<String> proposed(String what) {
    return proposals.getOrDefault(what, List.of());
  }

  /** Returns what broke the session as far as JSch has told, or null. */
  public @Nullable Throwable cause() {
    return cause;
  }
}
