package io.github.jsftp.faults;

import io.github.jsftp.testing.TestServer;
import java.time.Duration;

/** A client that is connected and can copy. */
interface Copier extends AutoCloseable {
  /** Creates connected clients. */
  interface Library {
    Copier connect(Setup setup) throws Exception;
  }

  /** How to connect: the server, the port that leads to it, and the timeout. */
  record Setup(TestServer server, int port, Duration timeout, CopyMode mode, CopyKind kind) {}

  /** Copies the source to the target; returns the number of attempts. */
  int copy(CopyFixture fixture) throws Exception;

  @Override
  void close();
}
