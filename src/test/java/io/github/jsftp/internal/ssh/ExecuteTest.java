package io.github.jsftp.internal.ssh;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.jsftp.testing.Connections;
import io.github.jsftp.testing.OnEachServer;
import io.github.jsftp.testing.ServerFolder;
import io.github.jsftp.testing.TestServer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@OnEachServer
class ExecuteTest {

  @Test
  void keepsOutputsAndStatusApart(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      var result = sftp.execute("echo out; echo 'grün' ; echo err >&2; exit 3");

      assertThat(result.stdout()).isEqualTo("out\ngrün\n");
      assertThat(result.lines()).containsExactly("out", "grün");
      assertThat(result.stderr()).isEqualTo("err\n");
      assertThat(result.exitStatus()).hasValue(3);
    }
  }

  @Test
  void readsOutputOfAnySize(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder)) {
      var result = sftp.execute("head -c 5000000 /dev/zero | tr '\\0' x; echo done >&2");

      assertThat(result.stdout()).hasSize(5_000_000);
      assertThat(result.stderr()).isEqualTo("done\n");
      assertThat(result.succeeded()).isTrue();
    }
  }

  @Test
  void runsCommandsDuringTransfers(TestServer server, ServerFolder folder) throws IOException {
    try (var sftp = Connections.connect(server, folder);
        var open = sftp.list(".")) {
      for (int i = 0; i < 15; i++) {
        assertThat(sftp.execute("echo " + i).lines()).containsExactly(Integer.toString(i));
      }
      assertThat(open).isEmpty();
    }
  }
}
