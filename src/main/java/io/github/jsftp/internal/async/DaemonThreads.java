package io.github.jsftp.internal.async;

/** Creates daemon threads, which do not keep a JVM running. */
public final class DaemonThreads {
  private DaemonThreads() {}

  /** Creates a thread and starts it. */
  public static void start(String name, Runnable work) {
    create(name, work).start();
  }

  /** Creates a thread that is not started. */
  public static Thread create(String name, Runnable work) {
    var thread = new Thread(work, name);
    thread.setDaemon(true);
    return thread;
  }
}
