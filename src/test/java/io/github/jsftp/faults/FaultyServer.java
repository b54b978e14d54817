package io.github.jsftp.faults;

import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;

/** A server that one thread of the campaign has for itself, and that can fail on request. */
interface FaultyServer extends AutoCloseable {
  /** Starts a server of a kind. */
  static FaultyServer start(TestServer.Kind kind) throws IOException {
    return switch (kind) {
      case MINA -> new FaultyMinaServer();
      case OPENSSH -> new FaultyOpenSshServer();
    };
  }

  /** The directory that it serves. */
  Path home();

  /**
   * Prepares the server for a fault, and returns it. A full disk and few channels take effect at
   * once.
   */
  TestServer prepare(Fault fault) throws IOException;

  /** Kills the process or subsystem that serves one SFTP channel. */
  void killChannel(int which);

  /** Returns true if the server has withheld a reply, or refused a write. */
  boolean hasFired();

  /** Ends the fault, for connections to come. */
  void heal() throws IOException;

  @Override
  void close();
}
