package io.github.jsftp.faults;

import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import java.nio.file.Path;

/** Where copies go: servers that one campaign worker has for itself, and ways to spoil them. */
interface Site extends AutoCloseable {
  /** Starts a site with servers of a kind. */
  static Site start(TestServer.Kind kind) throws IOException {
    return switch (kind) {
      case MINA -> new MinaSite();
      case OPENSSH -> new OpenSshSite();
    };
  }

  /** A directory that all servers of the site serve. */
  Path home();

  /** Returns the server for a fault, spoiled where the fault is there from the start. */
  TestServer prepare(Fault fault) throws IOException;

  /** Kills what serves one SFTP channel. */
  void killChannel(int which);

  /** Says whether the server has kept an answer to itself, or refused a write. */
  boolean hasFired();

  /** Makes the servers good again, for connections to come. */
  void heal() throws IOException;

  @Override
  void close();
}
