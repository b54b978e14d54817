package io.github.jsftp.internal.ssh.log;

import com.jcraft.jsch.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Forwards JSch's log, and extracts what JSch reports nowhere else: the progress of connecting, the
 * authentication methods tried, the algorithms proposed, and why a session was lost. Each session
 * has its own.
 */
public final class JschLog implements Logger {
  private static final String METHODS_LEFT = "Authentications that can continue: ";
  private static final String PROPOSAL = "client proposal: ";
  private static final String SERVER_PROPOSAL = "server proposal: ";
  private static final String LEAVING = "Caught an exception, leaving main loop";
  private static final String AUTH_BROKEN = "an exception during authentication";
  private static final String SIGNATURES = "server-sig-algs=<";

  /** OpenSSH 7.4 supports these, but does not announce them. JSch adds them. */
  private static final String SIGNATURES_ADDED = "OpenSSH 7.4 detected: adding rsa-sha2";

  private final ConnectionLog log;
  private final LoginAttempts attempts = new LoginAttempts();
  private final Map<String, List<String>> proposals = new ConcurrentHashMap<>();
  private volatile ConnectPhase phase = ConnectPhase.LOOKUP;
  private volatile List<String> serverSignatures = List.of();
  private volatile boolean isLoggingIn;
  private volatile String step = ConnectPhase.LOOKUP.words();
  private volatile @Nullable Throwable cause;

  public JschLog(ConnectionLog log) {
    this.log = log;
  }

  /** The steps of connecting. */
  public enum ConnectPhase {
    LOOKUP("looking up the host"),
    TCP("connecting"),
    GREETING("waiting for the server's greeting"),
    KEYS("exchanging keys"),
    LOGIN("logging in"),
    OPEN("opening a channel");

    private final String words;

    ConnectPhase(String words) {
      this.words = words;
    }

    String words() {
      return words;
    }
  }

  @Override
  public boolean isEnabled(int level) {
    // JSch reports the server's answer to a key at debug level only.
    return level >= INFO || phase == ConnectPhase.LOGIN || log.isLoggable(level(level));
  }

  @Override
  public void log(int level, String message) {
    parse(message, null);
    log.add(level(level), message, null);
  }

  @Override
  public void log(int level, String message, @Nullable Throwable why) {
    parse(message, why);
    log.add(level(level), message, why);
  }

  /** JSch logs warnings in the course of every normal connection, hence the lower level. */
  private static Level level(int level) {
    return switch (level) {
      case DEBUG -> Level.TRACE;
      case INFO, WARN -> Level.DEBUG;
      default -> Level.WARNING;
    };
  }

  private void parse(String message, @Nullable Throwable why) {
    if (message.startsWith("Remote version string")) {
      enter(ConnectPhase.KEYS);
    } else if (message.startsWith("SSH_MSG_SERVICE_REQUEST sent")) {
      enter(ConnectPhase.LOGIN);
    } else if (message.startsWith(METHODS_LEFT)) {
      isLoggingIn = true;
      attempts.proceed(message.substring(METHODS_LEFT.length()).split(",").length);
    } else if (message.endsWith(" auth failure") || message.endsWith(" preauth failure")) {
      attempts.refused();
    } else if (message.startsWith(SIGNATURES)) {
      serverSignatures =
          List.of(message.substring(SIGNATURES.length(), message.length() - 1).split(","));
    } else if (message.startsWith(SIGNATURES_ADDED)) {
      var all = new ArrayList<>(serverSignatures);
      all.addAll(List.of("rsa-sha2-256", "rsa-sha2-512"));
      serverSignatures = List.copyOf(all);
    } else if (message.startsWith(PROPOSAL) || message.startsWith(SERVER_PROPOSAL)) {
      int colon = message.indexOf(": ", PROPOSAL.length());
      if (colon > 0) {
        proposals.put(message.substring(0, colon), algorithmNames(message.substring(colon + 2)));
      }
    } else if (why != null && (message.startsWith(LEAVING) || message.startsWith(AUTH_BROKEN))) {
      cause = why;
    }
  }

  /**
   * Returns the algorithms in a proposal, without the markers that announce protocol extensions.
   */
  private static List<String> algorithmNames(String proposal) {
    var names = new ArrayList<String>();
    for (String name : proposal.split(",", -1)) {
      if (!name.startsWith("ext-info-") && !name.startsWith("kex-strict-")) {
        names.add(name);
      }
    }
    return Collections.unmodifiableList(names);
  }

  /** Records that a phase of connecting has begun. */
  public void enter(ConnectPhase next) {
    enter(next, next.words());
  }

  /**
   * Records that a step of connecting has begun.
   *
   * @param words what is done, to follow "timed out while "
   */
  public void enter(ConnectPhase next, String words) {
    phase = next;
    step = words;
  }

  /** Logs a message at debug level. */
  public void debug(String message) {
    log.add(Level.DEBUG, message, null);
  }

  /** Logs a message that users should notice. */
  public void warn(String message) {
    log.add(Level.WARNING, message, null);
  }

  public ConnectPhase phase() {
    return phase;
  }

  /** Returns the current step of connecting, in words that follow "timed out while ". */
  public String step() {
    return step;
  }

  /** Returns the attempts to log in. */
  public LoginAttempts attempts() {
    return attempts;
  }

  /** Returns true once JSch has begun to try methods of authentication. */
  public boolean isLoggingIn() {
    return isLoggingIn;
  }

  /**
   * Returns the signature algorithms that the server announces for the keys of users; empty if it
   * announces none.
   */
  public List<String> serverSignatures() {
    return serverSignatures;
  }

  /**
   * Returns the algorithms that this side has proposed.
   *
   * @param what JSch's name for the kind of algorithm, such as "MACs c2s"
   */
  public List<String> proposed(String what) {
    return proposals.getOrDefault(PROPOSAL + what, List.of());
  }

  /** Returns the algorithms that the server has proposed, as {@link #proposed} does. */
  public List<String> proposedByServer(String what) {
    return proposals.getOrDefault(SERVER_PROPOSAL + what, List.of());
  }

  /** Returns why the session was lost, or null if JSch has logged no reason. */
  public @Nullable Throwable cause() {
    return cause;
  }
}
