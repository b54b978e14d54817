package io.github.jsftp.internal.ssh.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.Connection;
import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.MinaServer;
import io.github.jsftp.testing.Trees;
import java.nio.file.Path;
import org.apache.sshd.core.CoreModuleProperties;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A session that the server ends when it is asked for one channel too many, as MINA does. */
@Timeout(300)
class EndedByAChannelTest {
  @TempDir Path local;

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void isReplacedTwiceAndThenSpared(int channels) throws Exception {
    Path big = Trees.file(local.resolve("big"), 1, 17_000_000); // worth three channels
    try (var server =
            MinaServer.start(
                mina -> CoreModuleProperties.MAX_CONCURRENT_CHANNELS.set(mina, channels - 1));
        var sftp = Connection.connect(Connections.options(server).build())) {
      sftp.put(big, "big");
      sftp.put(big, "big"); // one put may meet both outages
      assertThat(sftp.put(big, "big").attempts()).isEqualTo(1);
    }
  }
}
