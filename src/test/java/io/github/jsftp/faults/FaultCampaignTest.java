package io.github.jsftp.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.TestServer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Copies under faults, as many as there is time for: {@code -Dfaults.minutes}. What is tried
 * follows from {@code -Dfaults.seed}; {@code -Dfaults.repeat} tries one fault, as it was printed,
 * ten times.
 */
@OnEachServer
@Tag("faults")
class FaultCampaignTest {
  private static final int SITES = 6;
  private static final int TIMES = 10;

  @TempDir Path local;

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  @Tag("long-on-openssh")
  void losesNothing(TestServer server) throws Exception {
    String given = System.getProperty("faults.seed", "");
    long seed = given.isEmpty() ? System.nanoTime() & 0xffff_ffffL : Long.parseLong(given);
    double minutes = Double.parseDouble(System.getProperty("faults.minutes", "1"));
    String repeat = System.getProperty("faults.repeat", "");
    var campaign = new Campaign(JsftpCopier::connect, server.kind(), local, seed);
    VerdictCount verdictCount =
        repeat.isEmpty()
            ? campaign.run(SITES, Duration.ofMillis((long) (minutes * 60_000)))
            : campaign.repeat(Fault.parse(repeat), TIMES);
    System.out.printf(
        "Faults on %s, seed %d:%n%s%s",
        server.kind(), seed, verdictCount.print(), campaign.coverage());
    assertThat(verdictCount.lost()).as("lost with -Dfaults.seed=%d", seed).isEmpty();
    assertThat(verdictCount.tried()).isPositive();
  }
}
