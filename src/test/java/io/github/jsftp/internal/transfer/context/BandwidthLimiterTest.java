package io.github.jsftp.internal.transfer.context;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The limiter on a clock that only the test advances. */
final class BandwidthLimiterTest {
  private static final long SECOND = 1_000_000_000;

  private long now = 12_345;
  private final PriorityQueue<Long> due = new PriorityQueue<>();
  private final List<Runnable> later = new ArrayList<>();
  private long moved;

  private BandwidthLimiter rate(long bytesPerSecond) {
    return new BandwidthLimiter(
        OptionalLong.of(bytesPerSecond),
        () -> now,
        (nanos, step) -> {
          assertThat(nanos).isPositive();
          due.add(now + nanos);
          later.add(step);
          assertThat(later).as("one timer at a time").hasSize(1);
        });
  }

  /** Advances the clock from one scheduled step to the next. */
  private void pass(long nanos) {
    long until = now + nanos;
    while (!due.isEmpty() && due.element() <= until) {
      now = due.remove();
      later.remove(0).run();
    }
    now = until;
  }

  private void keepMoving(BandwidthLimiter bandwidth, int block) {
    bandwidth.acquire(
        block,
        () -> {
          moved += block;
          keepMoving(bandwidth, block);
        });
  }

  @ParameterizedTest
  @ValueSource(longs = {100, 999, 50_000, 1_000_000, 40_000_000, 3_000_000_000L})
  void holdsWithinFivePerCentOverTenSeconds(long limit) {
    BandwidthLimiter bandwidth = rate(limit);
    keepMoving(bandwidth, Math.min(bandwidth.maxBlock(), 256 << 10));
    pass(10 * SECOND);
    assertThat((double) moved).isBetween(9.5 * limit, 10.5 * limit);
  }

  @ParameterizedTest
  @CsvSource({"1000000, 300", "50000, 7"})
  void holdsForSmallBlocksAndManyWaiters(long limit, int block) {
    BandwidthLimiter bandwidth = rate(limit);
    for (int i = 0; i < 20; i++) {
      keepMoving(bandwidth, block);
    }
    pass(10 * SECOND);
    assertThat((double) moved).isBetween(9.5 * limit, 10.5 * limit);
  }

  @Test
  void savesNoMoreThanATenthOfASecondWhileIdle() {
    BandwidthLimiter bandwidth = rate(1_000_000);
    pass(3600 * SECOND);
    keepMoving(bandwidth, 10_000);
    assertThat(moved).isBetween(100_000L, 110_000L);
  }

  @Test
  void limitsBlocksToATenthOfASecond() {
    assertThat(rate(1_000_000).maxBlock()).isEqualTo(100_000);
    assertThat(rate(1).maxBlock()).isEqualTo(1);
    assertThat(rate(Long.MAX_VALUE).maxBlock()).isEqualTo(Integer.MAX_VALUE);
  }

  @Test
  void keepsTheOrder() {
    BandwidthLimiter bandwidth = rate(1000);
    var order = new ArrayList<Integer>();
    for (int i = 0; i < 50; i++) {
      int number = i;
      bandwidth.acquire(100, () -> order.add(number));
    }
    assertThat(order).hasSizeLessThan(4);
    pass(10 * SECOND);
    assertThat(order).isSorted().hasSize(50);
  }

  @Test
  void countsOnlyBytesThatWereMoved() {
    BandwidthLimiter bandwidth = rate(1000);
    for (int i = 0; i < 100; i++) {
      bandwidth.acquire(100, () -> bandwidth.release(100));
    }
    assertThat(later).isEmpty();
  }

  @Test
  void letsEverythingPassWithoutALimit() {
    var bandwidth =
        new BandwidthLimiter(
            OptionalLong.empty(),
            () -> now,
            (nanos, step) -> {
              throw new AssertionError("nothing has to wait");
            });
    for (int i = 0; i < 100; i++) {
      bandwidth.acquire(1 << 30, () -> moved++);
    }
    assertThat(moved).isEqualTo(100);
  }
}
