package io.github.jsftp.internal.transfer.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.jsftp.TransferOptions;
import io.github.jsftp.TransferOptions.Verify;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.Eventually;
import io.github.jsftp.testing.LeakCheck;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import io.github.jsftp.testing.Trees;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@LeakCheck
@Timeout(300)
final class LimitedRateTest {
  @TempDir Path local;

  @ParameterizedTest
  @EnumSource(Verify.class)
  void copiesThereAndBack(Verify verify, TestServer server, ServerFolder remote) throws Exception {
    var slow = TransferOptions.builder().verify(verify).maxBytesPerSecond(1_000_000).build();
    Path tree = local.resolve("tree");
    Trees.create(tree, 9, 30, 10_000);
    Path file = Trees.file(local.resolve("a"), 1, 150_001);
    byte[] bytes = Trees.bytes(4, 100_000);
    try (var sftp = Connections.connect(server, remote)) {
      sftp.put(file, "b", slow);
      sftp.get("b", local.resolve("c"), slow);
      sftp.putR(tree, "t", slow);
      sftp.getR("t", local.resolve("to"), slow);
      sftp.put(new ByteArrayInputStream(bytes), "s", slow);
      var out = new ByteArrayOutputStream();
      sftp.get("s", out, slow);
      assertThat(out.toByteArray()).isEqualTo(bytes);
    }
    Trees.assertSameBytes(local.resolve("c"), file);
    Trees.assertEqual(remote.local("t"), tree);
    Trees.assertEqual(local.resolve("to"), tree);
    assertThat(remote.partFiles()).isEmpty();
  }

  @Test
  void copiesABigFileBelowALimit(TestServer server, ServerFolder remote) throws Exception {
    var limited = TransferOptions.builder().maxBytesPerSecond(40_000_000).build();
    Path file = Trees.file(local.resolve("a"), 1, 17_000_000);
    try (var sftp = Connections.connect(server, remote)) {
      sftp.put(file, "b", limited);
      sftp.get("b", local.resolve("c"), limited);
    }
    Trees.assertSameBytes(local.resolve("c"), file);
  }

  /** One call is limited to a byte a second, so that the other is faster on any machine. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void delaysOnlyTheLimitedCall(boolean up, TestServer server, ServerFolder remote)
      throws Exception {
    Path file = Trees.file(local.resolve("a"), 1, 100_000);
    Trees.file(remote.local("b"), 1, 100_000);
    var begun = new CountDownLatch(1);
    var moved = new AtomicLong();
    var limited =
        TransferOptions.builder()
            .maxBytesPerSecond(1)
            .progress(
                progress -> {
                  moved.set(progress.bytes());
                  begun.countDown();
                })
            .build();
    try (var sftp = Connections.connect(server, remote)) {
      var ended = new CompletableFuture<Void>();
      var slow =
          new Thread(
              () -> {
                try {
                  if (up) {
                    sftp.put(file, "slow", limited);
                  } else {
                    sftp.get("b", local.resolve("slow"), limited);
                  }
                  ended.complete(null);
                } catch (IOException | RuntimeException e) {
                  ended.completeExceptionally(e);
                }
              });
      slow.start();
      begun.await();
      for (int i = 0; i < 10; i++) {
        sftp.put(file, "quick");
        sftp.get("b", local.resolve("quick"));
      }
      assertThat(ended).isNotDone();
      assertThat(moved).hasValueLessThan(100); // in less than a minute
      slow.interrupt();
      assertThatThrownBy(ended::join).hasCauseInstanceOf(InterruptedIOException.class);
    }
  }

  @Test
  void blocksOnlyItsOwnCallWhenAListenerBlocks(TestServer server, ServerFolder remote)
      throws Exception {
    Path file = Trees.file(local.resolve("a"), 1, 200_000);
    var blocked = new CountDownLatch(1);
    var enough = new CountDownLatch(1);
    var options =
        TransferOptions.builder()
            .progress(
                progress -> {
                  blocked.countDown();
                  try {
                    enough.await();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                })
            .build();
    try (var sftp = Connections.connect(server, remote)) {
      sftp.timeout(Duration.ofSeconds(2));
      var put =
          CompletableFuture.runAsync(
              () -> {
                try {
                  sftp.put(file, "b", options);
                } catch (IOException e) {
                  throw new CompletionException(e);
                }
              });
      blocked.await();
      long since = System.nanoTime();
      Eventually.until(
          "longer than the timeout",
          () -> {
            try {
              sftp.put(file, "c");
              sftp.get("c", local.resolve("d"));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
            return System.nanoTime() - since > 2_500_000_000L;
          });
      assertThat(put).isNotDone();
      enough.countDown();
      put.join();
    }
    Trees.assertSameBytes(remote.local("b"), file);
  }
}
