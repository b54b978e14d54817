package io.github.jsftp.internal.async;

/** Starts daemon threads. */
public final class DaemonThreads {
  private DaemonThreads() {}

  public static void start(String name, Runnable body) {
    var thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }
}
