package io.github.jsftp.internal.transfer.context;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.SmallHeap;
import io.github.jsftp.testing.TestServer;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection has a fixed budget of memory for blocks, however many threads use it. */
@OnEachServer
@Tag("long")
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class SharedMemoryTest {
  @Test
  void manyThreadsUploadSmallStreamsAtATime(TestServer server, ServerFolder remote)
      throws Exception {
    assertThat(SmallHeap.run(32, SmallHeap.Task.PUT_SMALL, server, remote.path())).isEqualTo(400);
    assertThat(remote.local().toFile().list()).hasSize(400);
  }

  @Test
  void manyThreadsCopyBigFilesAtATime(TestServer server, ServerFolder remote) throws Exception {
    assertThat(SmallHeap.run(32, SmallHeap.Task.COPY_BIG, server, remote.path())).isEqualTo(100);
  }
}
