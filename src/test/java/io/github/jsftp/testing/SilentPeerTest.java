package io.github.jsftp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class SilentPeerTest {
  private static Socket connect(SilentPeer peer) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), peer.port());
    socket.setSoTimeout(5_000);
    return socket;
  }

  @Test
  void saysNothing() throws IOException {
    try (var peer = SilentPeer.mute();
        var socket = connect(peer)) {
      socket.setSoTimeout(50);
      assertThatThrownBy(() -> socket.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      Eventually.until("connection", () -> peer.connections() == 1);
    }
  }

  @Test
  void closes() throws IOException {
    try (var peer = SilentPeer.closing();
        var socket = connect(peer)) {
      assertThat(socket.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void resets() throws IOException {
    try (var peer = SilentPeer.resetting();
        var socket = connect(peer)) {
      assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketException.class);
    }
  }

  @Test
  void speaksHttp() throws IOException {
    try (var peer = SilentPeer.http();
        var socket = connect(peer)) {
      socket.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readAllBytes())
          .asString(StandardCharsets.US_ASCII)
          .startsWith("HTTP/1.1 400 ");
    }
  }

  @Test
  void saysWhatItIsTold() throws IOException {
    try (var peer = SilentPeer.saying("SSH-2.0-x\r\n");
        var socket = connect(peer)) {
      assertThat(socket.getInputStream().readNBytes(11))
          .asString(StandardCharsets.US_ASCII)
          .isEqualTo("SSH-2.0-x\r\n");
    }
  }
}
