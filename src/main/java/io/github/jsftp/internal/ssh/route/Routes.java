package io.github.jsftp.internal.ssh.route;

import io.github.jsftp.ConnectionOptions;
import io.github.jsftp.Proxy;
import io.github.jsftp.internal.ssh.log.JschLog;
import java.time.Duration;

/** Chooses the route to a server that has no jump host. */
public final class Routes {
  private Routes() {}

  /** Returns why no TCP connection was established, for users. */
  public static String tcpFailure(Throwable cause) {
    return TcpRoute.words(cause);
  }

  /**
   * Returns the route that the options describe.
   *
   * @param limit for host lookups and TCP connections; the caller aborts what takes longer
   */
  public static Route of(ConnectionOptions options, JschLog log, Duration limit) {
    Proxy proxy = options.proxy().orElse(null);
    if (proxy != null) {
      return new ProxyRoute(proxy, new TcpRoute(options, log, proxy.toString(), limit), log);
    }
    return options.proxyCommand().isEmpty()
        ? new TcpRoute(options, log, "", limit)
        : new CommandRoute(options, log);
  }
}
