package io.github.jsftp.internal.ssh.route;

import io.github.jsftp.Proxy;
import io.github.jsftp.internal.ssh.log.JschLog;
import io.github.jsftp.internal.ssh.log.JschLog.ConnectPhase;
import io.github.jsftp.internal.ssh.support.Wording;
import java.io.IOException;

/**
 * A TCP connection to a proxy, which connects to the server. JSch's proxies are not used: they
 * accept answers without an end, truncate names, and do not tell why a proxy refuses.
 */
final class ProxyRoute implements Route {
  private final Proxy proxy;
  private final TcpRoute tcp;
  private final JschLog log;

  ProxyRoute(Proxy proxy, TcpRoute tcp, JschLog log) {
    this.proxy = proxy;
    this.tcp = tcp;
    this.log = log;
  }

  @Override
  public ByteStream connect(String host, int port) throws IOException {
    ByteStream stream = connectToProxy();
    log.enter(ConnectPhase.TCP, "waiting for the " + proxy);
    boolean done = false;
    try {
      switch (proxy.kind()) {
        case HTTP -> new HttpConnect(proxy, stream).request(host, port);
        case SOCKS4 -> new SocksConnect(proxy, stream).request4(host, port);
        case SOCKS5 -> new SocksConnect(proxy, stream).request5(host, port);
      }
      done = true;
      return stream;
    } catch (RouteException e) {
      throw e;
    } catch (IOException e) {
      throw new RouteException(
          "connection to the " + proxy + " lost while it was connecting: " + Wording.of(e), e);
    } finally {
      if (!done) {
        stream.close();
      }
    }
  }

  private ByteStream connectToProxy() throws IOException {
    try {
      return tcp.connect(proxy.host(), proxy.port());
    } catch (RouteException e) {
      throw e;
    } catch (IOException e) {
      throw new RouteException("can't reach the " + proxy + ": " + TcpRoute.words(e), e);
    }
  }

  @Override
  public void abort(IOException reason) {
    tcp.abort(reason);
  }
}
