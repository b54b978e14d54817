package io.github.jsftp.internal.ssh.route;

import java.io.IOException;

/** A way to establish the byte stream to a server. Connects once. */
public interface Route {

  /**
   * Establishes the stream. Blocks until it is established, fails, or is aborted.
   *
   * @throws RouteException if a proxy, jump host or command fails, with a message for users
   */
  ByteStream connect(String host, int port) throws IOException;

  /**
   * Ends a running {@link #connect}, and the stream. May be called from any thread, at any time.
   * Does not wait for a peer.
   */
  void abort(IOException reason);
}
