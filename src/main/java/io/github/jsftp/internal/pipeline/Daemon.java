package io.github.jsftp.internal.pipeline;

/** Starts the threads of this package. */
final class Daemon {
  private Daemon() {}

  static void start(String name, Runnable body) {
    var thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }
}
