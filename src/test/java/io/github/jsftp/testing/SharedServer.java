package io.github.jsftp.testing;

import java.io.IOException;
import java.io.UncheckedIOException;

/** The server that all tests of this JVM share. */
final class SharedServer {
  private static TestServer server;
  private static boolean hooked;

  private SharedServer() {}

  static synchronized TestServer get() {
    if (server == null) {
      try {
        server =
            switch (TestServer.Kind.configured()) {
              case MINA -> MinaServer.start();
              case OPENSSH -> OpenSshServer.start();
            };
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      if (!hooked) {
        hooked = true;
        Runtime.getRuntime().addShutdownHook(new Thread(SharedServer::stop, "stop-test-server"));
      }
    }
    return server;
  }

  static synchronized void stop() {
    if (server != null) {
      server.close();
      server = null;
    }
  }
}
