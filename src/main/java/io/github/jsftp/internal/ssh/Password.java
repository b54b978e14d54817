package io.github.jsftp.internal.ssh;

import com.jcraft.jsch.UIKeyboardInteractive;
import com.jcraft.jsch.UserInfo;
import org.jspecify.annotations.Nullable;

/**
 * Answers a server that asks for the password, by either of the two methods there are, once: JSch
 * itself would offer a refused password up to three times, and servers lock accounts.
 */
final class Password implements UserInfo, UIKeyboardInteractive {
  private final @Nullable String password;
  private final LogBridge log;
  private boolean given;
  private volatile boolean expired;

  Password(@Nullable String password, LogBridge log) {
    this.password = password;
    this.log = log;
  }

  /** Says whether the server wants the password changed. */
  boolean expired() {
    return expired;
  }

  @Override
  public boolean promptPassword(String message) {
    if (given || password == null) {
      return false;
    }
    given = true;
    return true;
  }

  @Override
  public @Nullable String getPassword() {
    return password;
  }

  @Override
  public String @Nullable [] promptKeyboardInteractive(
      String destination, String name, String instruction, String[] prompts, boolean[] echo) {
    if (prompts.length == 0) {
      return new String[0];
    }
    if (name.equals("Password Change Required")) {
      expired = true;
      return null;
    }
    if (password == null || prompts.length != 1 || echo[0]) {
      return null;
    }
    if (given) {
      throw new Refused();
    }
    given = true;
    return new String[] {password};
  }

  @Override
  public @Nullable String getPassphrase() {
    return null;
  }

  @Override
  public boolean promptPassphrase(String message) {
    return false;
  }

  @Override
  public boolean promptYesNo(String message) {
    return false;
  }

  @Override
  public void showMessage(String message) {
    log.note("the server says: " + message);
  }

  /** Ends JSch's attempts to log in: the password was given and did not do. */
  static final class Refused extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Refused() {
      super("the password was refused");
    }
  }
}
