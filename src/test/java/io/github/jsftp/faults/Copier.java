package io.github.jsftp.faults;

import io.github.jsftp.testing.TestServer;
import java.time.Duration;

/** A client that is connected and can do the deed of a scene. */
interface Copier extends AutoCloseable {
  /** What connects. */
  interface Library {
    Copier connect(Setup setup) throws Exception;
  }

  /** How to connect: by a port that leads to the server, and with how much patience. */
  record Setup(TestServer server, int port, Duration timeout, Mode mode) {}

  /** Returns how often it was tried. */
  int copy(Scene scene) throws Exception;

  @Override
  void close();
}
