package io.github.jsftp.internal.ssh.auth;

import io.github.jsftp.internal.path.Printable;
import io.github.jsftp.internal.ssh.log.JschLog;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The banners of one login: texts of the server for the user, before the login. */
public final class Banners {
  private static final int MAX_LENGTH = 16_384;

  private final @Nullable Consumer<String> consumer;
  private final JschLog log;
  private int left = MAX_LENGTH;
  private volatile @Nullable RuntimeException failure;
  private volatile @Nullable Runnable onFailure;

  /**
   * Creates the banners of a login.
   *
   * @param consumer gets each banner; or null
   */
  public Banners(@Nullable Consumer<String> consumer, JschLog log) {
    this.consumer = consumer;
    this.log = log;
  }

  /** Sets what ends the login when the consumer fails, since JSch ignores its exceptions. */
  public void onFailure(Runnable endLogin) {
    onFailure = endLogin;
  }

  /** Returns the failure of the consumer, or null. */
  public @Nullable RuntimeException failure() {
    return failure;
  }

  /** Logs a banner and passes it to the consumer. Called on the thread that logs in. */
  void show(String banner) {
    String text = safe(banner.length() > left ? banner.substring(0, left) : banner);
    if (text.isEmpty()) {
      return;
    }
    left -= text.length();
    text.lines().forEach(line -> log.debug("the server says: " + line));
    if (consumer != null) {
      pass(text, consumer);
    }
  }

  private void pass(String text, Consumer<String> to) {
    String step = log.step();
    log.enter(log.phase(), "waiting for banner(..)");
    try {
      to.accept(text);
    } catch (RuntimeException e) {
      failure = e;
      Runnable endLogin = onFailure;
      if (endLogin != null) {
        endLogin.run();
      }
    } finally {
      log.enter(log.phase(), step);
    }
  }

  /** Returns a text in which only line feeds and tabs are control characters. */
  private static String safe(String text) {
    return Arrays.stream(text.replace("\r\n", "\n").split("\n", -1))
        .map(
            line ->
                Arrays.stream(line.split("\t", -1))
                    .map(Printable::of)
                    .collect(Collectors.joining("\t")))
        .collect(Collectors.joining("\n"));
  }
}
