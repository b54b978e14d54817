package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CpuLoadTest {
  private static final long MILLI = 1_000_000;

  private long time;
  private long used;
  private final CpuLoad cpuLoad = new CpuLoad(() -> used, () -> time);

  /** Moves one MiB per 10 ms, with this CPU usage. */
  private void move(int mebibytes, int percent) {
    for (int i = 0; i < mebibytes; i++) {
      time += 10 * MILLI;
      used += 10 * MILLI / 100 * percent;
      for (int part = 0; part < 4; part++) {
        cpuLoad.moved(256 << 10);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({"20, false", "85, false", "95, true", "100, true"})
  void isBoundIfItUsesNearlyAFullCore(int percent, boolean expected) {
    move(400, percent);
    assertThat(cpuLoad.isCpuBound()).isEqualTo(expected);
  }

  @Test
  void isNotBoundInAShortTransfer() {
    move(99, 100);
    assertThat(cpuLoad.isCpuBound()).isFalse();
  }

  @Test
  void isNotBoundAnymoreAtALowerLoad() {
    move(400, 100);
    move(200, 50);
    assertThat(cpuLoad.isCpuBound()).isFalse();
  }

  @Test
  void isNotBoundAnymoreWhenIdle() {
    move(400, 100);
    time += 2_000 * MILLI;
    assertThat(cpuLoad.isCpuBound()).isFalse();
  }

  @Test
  void isNotBoundIfCpuTimeIsUnknown() {
    var blind = new CpuLoad(() -> -1, () -> time);
    for (int i = 0; i < 400; i++) {
      time += 10 * MILLI;
      blind.moved(1 << 20);
    }
    assertThat(blind.isCpuBound()).isFalse();
  }

  @Test
  void addsUpTheCpuTimeOfSeveralThreads() throws Exception {
    ThreadLocal<Long> each = ThreadLocal.withInitial(() -> 0L);
    var shared = new CpuLoad(each::get, () -> time);
    ExecutorService one = Executors.newSingleThreadExecutor();
    ExecutorService other = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < 400; i++) {
        time += 10 * MILLI;
        for (ExecutorService thread : List.of(one, other)) {
          thread
              .submit(
                  () -> {
                    each.set(each.get() + 5 * MILLI);
                    shared.moved(1 << 20);
                  })
              .get();
        }
      }
      assertThat(shared.isCpuBound()).isTrue();
    } finally {
      one.shutdown();
      other.shutdown();
    }
  }
}
