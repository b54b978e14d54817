package io.github.jsftp.internal.ssh.route;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.testing.Eventually;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
class PipedStreamTest {
  private static final int MIB = 1 << 20;

  private final AtomicInteger closed = new AtomicInteger();
  private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
  private final PipedStream stream =
      new PipedStream(sent, closed::incrementAndGet, () -> new IOException("gone"));

  @Test
  void returnsWhatIsReceivedAndThenTheReason() throws IOException {
    stream.received().write(new byte[] {1, 2, -3});
    stream.received().write(4);
    stream.received().close();
    assertThat(stream.input().read()).isEqualTo(1);
    assertThat(stream.input().readNBytes(2)).containsExactly(2, -3);
    assertThat(stream.input().read()).isEqualTo(4);
    assertThatThrownBy(() -> stream.input().read()).hasMessage("gone");
  }

  @Test
  void tellsTheReasonIfSendingFails() {
    var broken =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("broken pipe");
          }
        };
    var explained = new PipedStream(broken, () -> {}, () -> new IOException("gone"));
    assertThatThrownBy(() -> explained.output().write(1)).hasMessage("gone");
    var plain = new PipedStream(broken, () -> {}, () -> null);
    assertThatThrownBy(() -> plain.output().write(1)).hasMessage("broken pipe");
  }

  @Test
  void endsWithoutAReason() throws IOException {
    var plain = new PipedStream(sent, () -> {}, () -> null);
    plain.received().close();
    assertThat(plain.input().read()).isEqualTo(-1);
  }

  @Test
  void sendsAtOnce() throws IOException {
    stream.output().write(new byte[] {1, 2});
    assertThat(sent.toByteArray()).containsExactly(1, 2);
  }

  @Test
  void canBeReadAgainAfterATimeout() throws IOException {
    stream.readTimeout(Duration.ofMillis(1));
    assertThatThrownBy(() -> stream.input().read()).isInstanceOf(SocketTimeoutException.class);
    stream.received().write(7);
    assertThat(stream.input().read()).isEqualTo(7);
  }

  @Test
  void makesTheWriterWaitWhileMuchIsUnread() throws Exception {
    Thread writer = write(3 * MIB);
    Eventually.until("the writer waits", () -> writer.getState() == Thread.State.WAITING);
    assertThat(stream.input().readNBytes(3 * MIB)).hasSize(3 * MIB);
    writer.join();
  }

  /** The thread that sends may wait for a message that only the writer can receive. */
  @Test
  void doesNotMakeTheWriterWaitWhileAThreadIsSending() throws Exception {
    var blocked = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    var slow =
        new OutputStream() {
          @Override
          public void write(int b) {
            blocked.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
        };
    var busy = new PipedStream(slow, () -> {}, () -> null);
    var sender = CompletableFuture.runAsync(() -> write(busy.output(), 1));
    blocked.await();
    write(busy.received(), 3 * MIB); // on this thread: it would wait for ever
    release.countDown();
    sender.get();
    assertThat(busy.input().readNBytes(3 * MIB)).hasSize(3 * MIB);
  }

  @Test
  void releasesItsThreadsWhenItIsClosed() throws Exception {
    Thread writer = write(3 * MIB);
    Eventually.until("the writer waits", () -> writer.getState() == Thread.State.WAITING);
    stream.close();
    stream.close();
    writer.join();
    assertThatThrownBy(() -> stream.input().read()).hasMessage("the stream is closed");
    assertThatThrownBy(() -> stream.output().write(1)).hasMessage("the stream is closed");
    assertThat(closed).hasValue(1);
  }

  private Thread write(int count) {
    var writer = new Thread(() -> write(stream.received(), count));
    writer.start();
    return writer;
  }

  private static void write(OutputStream to, int count) {
    try {
      for (int left = count; left > 0; left -= Math.min(left, 32_768)) {
        to.write(new byte[Math.min(left, 32_768)]);
      }
    } catch (IOException e) {
      // Closed.
    }
  }
}
